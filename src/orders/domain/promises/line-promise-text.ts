/** The promise of an order's line in the customer's words. */
import { promiseText } from "../../../promises/domain/promise-text";
import type { Order } from "../order";
import { openUnits, type OrderLine } from "../order-line";

/** When the rest of the line is to be expected; null if nothing is left to arrive, or no day is known. */
export function linePromiseText(
  { pickupLocationId }: Pick<Order, "pickupLocationId">,
  line: OrderLine,
): string | null {
  const { promise, ordered, cancelled, returned } = line;
  if (promise === null || cancelled + returned === ordered) return null;
  const shipByOn = openUnits(line) > 0 ? promise.shipByOn : null;
  return promiseText({ ...promise, shipByOn }, pickupLocationId !== null);
}
