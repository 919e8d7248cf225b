/** Lines that join an order, with the stock that was allocated for them. */
import type { LineId } from "../../../kernel/ids";
import type { AllocatedAt } from "../../../inventory/domain/allocation-request";
import type { NewOrderLine } from "../new-order";
import type { OrderEvent } from "../order-events";
import { linesOf, type Order } from "../order";
import { needsStock, type OrderLine } from "../order-line";

/** `storefrontQuantity`: of the storefront's line, if only some of its units are added. */
export type LineToAdd = NewOrderLine & Readonly<{ id: LineId; storefrontQuantity?: number }>;

/** What stock answered for a line: allocations and backordered units, or why there are none. */
export type LineStock =
  | Readonly<{
      found: true;
      allocated: readonly AllocatedAt[];
      backordered: number;
      unitCostMinor: number;
    }>
  /** `noLocation`: the SKU is known, and no location may send it, for these reasons. Without it, the SKU is unknown. */
  | Readonly<{ found: false; noLocation?: string }>;

export type StockByLine = ReadonlyMap<LineId, LineStock>;

/** The line as it joins the order. Units for which no stock was requested are unsourced. */
export function newLine(
  { removed: _removed, quantity: ordered, ...line }: LineToAdd,
  stock: StockByLine,
): OrderLine {
  const rest = {
    ...line,
    storefrontSku: line.sku,
    storefrontKind: line.kind,
    storefrontQuantity: line.storefrontQuantity ?? ordered,
    ordered,
    shipped: 0,
    cancelled: 0,
    removed: 0,
    returned: 0,
    promise: null,
  };
  if (!needsStock(line)) {
    return { ...rest, unitCostMinor: null, unsourced: 0, backordered: 0, allocated: ordered };
  }
  const given = stock.get(line.id);
  if (!given?.found) {
    return { ...rest, unitCostMinor: null, unsourced: ordered, backordered: 0, allocated: 0 };
  }
  const { backordered, unitCostMinor } = given;
  const allocated = given.allocated.reduce((sum, { quantity }) => sum + quantity, 0);
  return { ...rest, unitCostMinor, unsourced: ordered - allocated - backordered, backordered, allocated };
}

/**
 * The line's stock up to the quantity that it orders, and events that release the rest: another snapshot of the order
 * had requested more. Backordered units are released first.
 */
export function limitToOrdered(
  { id: lineId, quantity }: Readonly<{ id: LineId; quantity: number }>,
  stock: LineStock,
): { stock: LineStock; released: OrderEvent[] } {
  if (!stock.found) return { stock, released: [] };
  const released: OrderEvent[] = [];
  let left = quantity;
  const keep = (locationId: string | null, units: number): number => {
    const kept = Math.min(left, units);
    left -= kept;
    if (kept < units) {
      const surplus = units - kept;
      const reason = "exceeds_order";
      released.push({ type: "allocation.released", lineId, locationId, quantity: surplus, reason });
    }
    return kept;
  };
  const allocated = stock.allocated
    .map((at) => ({ ...at, quantity: keep(at.locationId, at.quantity) }))
    .filter((at) => at.quantity > 0);
  const backordered = keep(null, stock.backordered);
  return { stock: { ...stock, allocated, backordered }, released };
}

/**
 * Of the lines of another snapshot of the order, those that the order has with other quantities. The quantity is part
 * of a line's id, so the order will never use what was allocated for them.
 */
export const unusedLines = (order: Order, lines: readonly LineToAdd[]): LineToAdd[] =>
  lines.filter(({ id, externalId }) => {
    const known = linesOf(order, externalId);
    return known.length > 0 && known.every((line) => line.id !== id);
  });
