/** What a SKU's object decided by itself, brought to bear on the order it concerns or on the books. */
import type { OrdersContext } from "./context";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import { decideAllocationMoved, decideCut, decideFill } from "./domain/stock-events";
import { accept, reject, type Result } from "../kernel/result";
import { type StockEvent, stockEventId } from "../inventory/domain/stock-messages";
import { countInboundReceipt } from "../inventory/count-inbound-receipt";
import { isConflictOn } from "../platform/d1/errors";
import { appliedStockEvents, stockEventStatement } from "./storage/applied-stock-events";
import { markIfRepairNeededStatement } from "./storage/replans";
import { changeOrder, type ChangeRejection } from "./change-order";
import { markOrdersForArrival } from "./mark-for-replan";
import { postStockMovement } from "../inventory/post-movement";

/** An earlier word on the line has not come yet, and this one builds on it. */
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
  const before = stockEventId(sku, lineId, number - 1);
  const applied = await appliedStockEvents(db, [id, before]);
  // Seen before: a second copy would take its units for new ones.
  if (applied.has(id)) return accept(null);
  if (number > 1 && !applied.has(before)) return reject({ code: "stock_event_early", id });

  // Effects of the order's that are under way may not have been known to stock when it said this.
  const remember = () => [
    stockEventStatement(db, id, orderId, context.now()),
    markIfRepairNeededStatement(db, orderId, context.now()),
  ];
  let decided: readonly OrderEvent[] = [];
  const decide = (order: Order) => {
    decided = follow(order, event, context.now());
    return accept([...decided]);
  };
  try {
    const changed = await changeOrder<never>(context, orderId, decide, {
      alongside: () => (decided.length > 0 ? remember() : []),
    });
    if (!changed.ok) return changed;
    // The next word on the line waits for this one, even where it changed nothing.
    if (decided.length === 0) await db.batch(remember());
    return accept(null);
  } catch (error) {
    // A copy was under way at the same time: it has done it all, and this batch nothing.
    if (isConflictOn(error, "applied_stock_events")) return accept(null);
    throw error;
  }
}

function follow(
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
