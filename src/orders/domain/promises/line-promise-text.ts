/** The promise of an order's line in the customer's words. */
import type { PromiseRecord } from "../../../promises/domain/promise";
import { promiseText } from "../../../promises/domain/promise-text";
import type { Order } from "../order";
import { openUnits, type OrderLine } from "../order-line";

/** The promise of what is left to arrive of the line, without the day it leaves if all of it has left; null if nothing is. */
export function duePromise(
  line: OrderLine,
): Pick<PromiseRecord, "shipByOn" | "deliverFromOn" | "deliverByOn"> | null {
  const { promise, ordered, cancelled, returned } = line;
  if (promise === null || cancelled + returned === ordered) return null;
  return { ...promise, shipByOn: openUnits(line) > 0 ? promise.shipByOn : null };
}

/** When the rest of the line is to be expected; null if nothing is left to arrive, or no day is known. */
export function linePromiseText(
  { pickupLocationId }: Pick<Order, "pickupLocationId">,
  line: OrderLine,
): string | null {
  const promise = duePromise(line);
  return promise && promiseText(promise, pickupLocationId !== null);
}
