/** What holds of every order after every change. */
import type { LineId } from "../../../kernel/ids";
import { invariant } from "../../../kernel/invariant";
import { isLive, unshippedUnits } from "../fulfillments/fulfillment";
import type { Order } from "../order";
import { assertLineConserved } from "../order-line";

/** @throws InvariantViolation */
export function assertConsistent(order: Order): void {
  for (const line of order.lines) assertLineConserved(line);
  for (const balance of Object.values(order.balances)) {
    invariant(Number.isSafeInteger(balance) && balance >= 0, "no balance of an order is negative");
  }
  for (const line of order.lines) {
    // Fees are in no fulfillment, unless the order has nothing else.
    if (line.kind === "fee") continue;
    invariant(
      unitsToShip(order, line.id) === line.allocated,
      "allocated units are exactly those that fulfillments have yet to ship",
    );
  }
}

/** Units of the line that fulfillments have yet to ship. */
export const unitsToShip = (order: Order, lineId: LineId): number =>
  order.fulfillments
    .filter(isLive)
    .reduce((sum, fulfillment) => sum + unshippedUnits(fulfillment, lineId), 0);
