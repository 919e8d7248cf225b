/** What commands receive from orders on: known supply, and what modules above add to an order's commit. */
import type { InventoryContext } from "../inventory/context";
import type { QueueMessage } from "../platform/queues/queue-message";
import type { SupplyMemory } from "../sourcing/domain/known-supply";
import type { OrderEvent } from "./domain/order-events";
import type { Order } from "./domain/order";

/**
 * Queue messages that follow from a commit of an order. They are written to the outbox in the same batch.
 * Pure: called again for the same events, it returns the same messages.
 */
export type OrderConsequence = (events: readonly OrderEvent[], after: Order) => readonly QueueMessage[];

export type OrdersContext = InventoryContext &
  Readonly<{
    /** Recent answers of stock, as a hint where to allocate first; absent, nothing is known. */
    supplyMemory?: SupplyMemory;
    orderConsequences: readonly OrderConsequence[];
  }>;
