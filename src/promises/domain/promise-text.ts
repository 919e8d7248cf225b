/** A promise in the customer's words, with its days written as `between 2 and 4 February 2027`. */
import type { LinePromise } from "./promise";

/** When it arrives, leaves or can be collected; null if the promise has no date. */
export function promiseText(
  { shipByOn, deliverFromOn, deliverByOn }: Pick<LinePromise, "shipByOn" | "deliverFromOn" | "deliverByOn">,
  isPickup: boolean,
): string | null {
  if (deliverFromOn !== null && deliverByOn !== null)
    return `arrives ${daysText(deliverFromOn, deliverByOn)}`;
  if (shipByOn === null) return null;
  return isPickup ? `can be collected from ${dayText(shipByOn)}` : `leaves us by ${dayText(shipByOn)}`;
}

/** The day in British notation: `2 February 2027`. Takes a local date, so no time zone is applied. */
export const dayText = (on: string): string =>
  new Date(`${on}T00:00:00Z`).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** The range, with month and year written once if both days share them: `between 30 November and 2 December 2026`. */
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
