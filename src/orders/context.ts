/** What commands of orders and of the modules above receive. */
import type { InventoryContext } from "../inventory/context";
import type { QueueMessage } from "../platform/queues/queue-message";
import type { SupplyMemory } from "../sourcing/domain/known-supply";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";

/**
 * Queue messages that follow from a commit of an order. They are written to the outbox in the same batch.
 * Pure: called again for the same events, it returns the same messages.
 * @param at when the events are committed.
 */
export type OrderConsequence = (
  events: readonly OrderEvent[],
  after: Order,
  at: number,
) => readonly QueueMessage[];

export type OrdersContext = InventoryContext &
  Readonly<{
    /** Recent supply of SKUs: a hint where to allocate first. */
    supplyMemory?: SupplyMemory;
    orderConsequences: readonly OrderConsequence[];
    /** Documents of old orders. */
    archive: R2Bucket;
  }>;
