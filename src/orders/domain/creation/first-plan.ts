/** The fulfillments of lines that join an order: each ships what was allocated at its location. */
import { derivedId, type FulfillmentId, type LineId, type OrderId } from "../../../kernel/ids";
import type { PlannedFulfillment } from "../fulfillments/fulfillment";
import { needsStock, type OrderLine, type UnitsOfLine } from "../order-line";
import type { StockByLine } from "./new-line";

/** `sequence`: how many fulfillments of the order were at the location before. */
export const fulfillmentIdOf = (
  orderId: OrderId,
  locationId: string | null,
  sequence: number,
): FulfillmentId => derivedId("ful", orderId, locationId ?? "", String(sequence));

/**
 * One fulfillment for each location, and one for lines that need no stock, without fees, which have no parcel.
 *
 * @param fulfillmentAt the fulfillment that the units of a location join.
 */
export function planFulfillments(
  lines: readonly OrderLine[],
  stock: StockByLine,
  fulfillmentAt: (locationId: string | null) => Omit<PlannedFulfillment, "lines">,
): PlannedFulfillment[] {
  const byLocation = new Map<string | null, UnitsOfLine[]>();
  const add = (locationId: string | null, lineId: LineId, quantity: number) => {
    byLocation.set(locationId, [...(byLocation.get(locationId) ?? []), { lineId, quantity }]);
  };
  for (const line of lines) {
    if (!needsStock(line) && line.kind !== "fee") add(null, line.id, line.ordered);
    const given = stock.get(line.id);
    if (!given?.found) continue;
    for (const { locationId, quantity } of given.allocated) add(locationId, line.id, quantity);
  }
  return [...byLocation].map(([locationId, units]) => ({ ...fulfillmentAt(locationId), lines: units }));
}
