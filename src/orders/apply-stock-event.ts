/**
 * Applies an event of a SKU's stock, each once: to the order whose line it concerns, or to the books if it is a
 * movement that no order made.
 */
import type { OrdersContext } from "./context";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import { decideAllocationMoved, decideCut, decideFill } from "./domain/stock-events";
import { accept, reject, type Result } from "../kernel/result";
import { placeOfEvent } from "../inventory/domain/checkpoint";
import type { StockEvent } from "../inventory/domain/stock-messages";
import { countInboundReceipt } from "../inventory/count-inbound-receipt";
import { isAppliedBefore, lastStockEvent, stockEventStatement } from "./storage/applied-stock-events";
import { markIfRepairNeededStatement } from "./storage/replans";
import { changeOrder, type ChangeRejection } from "./change-order";
import { lastRestore } from "../platform/restores/restores";
import { markOrdersForArrival } from "./mark-for-replan";
import { postStockMovement } from "../inventory/post-movement";

/** The line's previous event has not been applied yet. Events of a line are applied in their order. */
export type StockEventEarly = Readonly<{ code: "stock_event_early"; id: string }>;

export async function applyStockEvent(
  context: OrdersContext,
  sku: string,
  event: StockEvent,
): Promise<Result<null, ChangeRejection | StockEventEarly>> {
  if (event.type === "stock.moved") {
    await postStockMovement(context, sku, event);
    await countInboundReceipt(context, event.movement);
    await markOrdersForArrival(context, sku, event.movement);
    return accept(null);
  }
  const { orderId, lineId, id, number } = event;
  const db = context.databases.orders(orderId);
  const { generation, place } = placeOfEvent(number);
  const line = { orderId, lineId, sku, generation };
  const last = await lastStockEvent(db, line);
  // A duplicate: applied again, its units would count twice.
  if (place <= last) return accept(null);
  if (place > last + 1) return reject({ code: "stock_event_early", id });

  // Stock may have created the event before it received effects of the order that are still in the outbox.
  const recordApplied = () => [
    stockEventStatement(db, line, place),
    markIfRepairNeededStatement(db, orderId, context.now()),
  ];
  let decided: readonly OrderEvent[] = [];
  const decide = (order: Order) => {
    decided = decideStockEvent(order, event, context.now());
    return accept([...decided]);
  };
  try {
    const changed = await changeOrder<never>(context, orderId, decide, {
      alongside: () => (decided.length > 0 ? recordApplied() : []),
    });
    if (!changed.ok) return changed;
    // The line's next event waits for this one, also if this one changed nothing.
    if (decided.length === 0) await db.batch(recordApplied());
    return accept(null);
  } catch (error) {
    // A concurrent copy of the event has committed, and this batch was aborted.
    if (isAppliedBefore(error)) return accept(null);
    throw error;
  }
}

function decideStockEvent(
  order: Order,
  event: Exclude<StockEvent, { type: "stock.moved" }>,
  now: number,
): readonly OrderEvent[] {
  switch (event.type) {
    case "backorder.filled":
      return decideFill(order, event, now);
    case "allocation.cut":
      return decideCut(order, event);
    case "allocation.moved":
      return decideAllocationMoved(order, event, now);
  }
}

/**
 * Whether the database has lost the event's order when it was restored. An order that is created again has its units as they
 * are after the event.
 */
export async function isOfLostOrder(
  context: OrdersContext,
  event: StockEvent,
  rejection: ChangeRejection | StockEventEarly,
): Promise<boolean> {
  if (rejection.code !== "order_unknown" || !("orderId" in event)) return false;
  return (await lastRestore(context.databases.orders(event.orderId))) !== null;
}
