/** A promise in the customer's words, and the days as they are written: `between 2 and 4 February 2027`. */
import { openUnits, type Order, type OrderLine } from "../../orders/domain/order";
import type { LinePromise } from "./promise";

/** What a customer is told of when; null where there is no day to tell. */
export function promiseText(
  { shipByOn, deliverFromOn, deliverByOn }: Pick<LinePromise, "shipByOn" | "deliverFromOn" | "deliverByOn">,
  isFetched: boolean,
): string | null {
  if (deliverFromOn !== null && deliverByOn !== null)
    return `arrives ${daysText(deliverFromOn, deliverByOn)}`;
  if (shipByOn === null) return null;
  return isFetched ? `can be collected from ${dayText(shipByOn)}` : `leaves us by ${dayText(shipByOn)}`;
}

/** What is still to come of the line; null where nothing is, or no day is known. */
export function linePromiseText({ pickupLocationId }: Order, line: OrderLine): string | null {
  const { promise, ordered, cancelled, returned } = line;
  if (promise === null || cancelled + returned === ordered) return null;
  const shipByOn = openUnits(line) > 0 ? promise.shipByOn : null;
  return promiseText({ ...promise, shipByOn }, pickupLocationId !== null);
}

/** The day as the British write it, whatever the zone it is of. */
export const dayText = (on: string): string =>
  new Date(`${on}T00:00:00Z`).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** Without what both days share: `between 30 November and 2 December 2026`. */
export function daysText(fromOn: string, byOn: string): string {
  if (fromOn === byOn) return `on ${dayText(byOn)}`;
  const [day, month, year] = dayText(fromOn).split(" ");
  const [, lastMonth, lastYear] = dayText(byOn).split(" ");
  const from = [
    day,
    ...(month === lastMonth && year === lastYear ? [] : [month]),
    ...(year === lastYear ? [] : [year]),
  ];
  return `between ${from.join(" ")} and ${dayText(byOn)}`;
}
