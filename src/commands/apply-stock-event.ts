/** What a SKU's object decided by itself, brought to bear on the order it concerns or on the books. */
import type { Context } from "../context";
import { decideCut, decideFill } from "../domain/fulfillment";
import type { Order } from "../domain/orders";
import { accept, type Result } from "../domain/result";
import type { StockEvent } from "../domain/stock";
import { isConflictOn } from "../storage/errors";
import { stockEventStatement, wasStockEventApplied } from "../storage/stock-events";
import { changeOrder, type ChangeRejection } from "./change-order";
import { postStockMovement } from "./post-stock-movement";

export async function applyStockEvent(
  context: Context,
  sku: string,
  event: StockEvent,
): Promise<Result<null, ChangeRejection>> {
  if (event.type === "stock.moved") {
    await postStockMovement(context, sku, event);
    return accept(null);
  }
  const { orderId, id } = event;
  const db = context.databases.orders(orderId);
  // Seen before: a second copy would take its units for new ones.
  if (await wasStockEventApplied(db, id)) return accept(null);
  const decide = (order: Order) =>
    accept(
      event.type === "backorder.filled" ? decideFill(order, event, context.now()) : decideCut(order, event),
    );
  const alongside = (into: D1Database) => [stockEventStatement(into, id, orderId, context.now())];
  try {
    const changed = await changeOrder<never>(context, orderId, decide, { alongside });
    return changed.ok ? accept(null) : changed;
  } catch (error) {
    // A copy was under way at the same time: it has done it all, and this batch nothing.
    if (isConflictOn(error, "applied_stock_events")) return accept(null);
    throw error;
  }
}
