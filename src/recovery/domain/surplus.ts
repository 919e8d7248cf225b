/** Units that stock holds for a line, and that its order does not need. Pure. */
import type { StockOfLine } from "../../inventory/domain/stock-reading";
import type { LineId } from "../../kernel/ids";
import { expectedAllocations } from "../../orders/domain/allocation-differences";
import type { Order } from "../../orders/domain/order";

export type UnitsAt = Readonly<{ locationId: string | null; quantity: number }>;

/** By location, or as a backorder under null. All units if there is no order. */
export function surplusOf(
  order: Order | null,
  { allocated, backordered }: Pick<StockOfLine, "allocated" | "backordered">,
  { sku, lineId }: Readonly<{ sku: string; lineId: LineId }>,
): UnitsAt[] {
  const needed = order === null ? [] : expectedAllocations(order);
  const neededAt = (at: string | null) =>
    needed
      .filter((each) => each.lineId === lineId && each.sku === sku && each.locationId === at)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  return [...allocated, { locationId: null, quantity: backordered }]
    .map(({ locationId, quantity }) => ({ locationId, quantity: quantity - neededAt(locationId) }))
    .filter(({ quantity }) => quantity > 0);
}
