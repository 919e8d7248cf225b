/** Applies the events of delivery promises: to the promise of a line, and to the ship-by day of a fulfillment. */
import type { EventOf } from "../order-events";
import type { PromiseEvent } from "../events/promise-events";
import type { Order } from "../order";
import { withFulfillment, withLine } from "../evolve/copy-with";
import { recordPromise, type PromiseRecord } from "../../../promises/domain/promise";

export function withPromise(order: Order, event: PromiseEvent | EventOf<"fulfillment.scheduled">): Order {
  if (event.type === "fulfillment.scheduled") {
    const { fulfillmentId, shipByOn, lateAt } = event;
    return withFulfillment(order, fulfillmentId, () => ({ shipByOn, lateAt }));
  }
  return withLine(order, event.lineId, ({ promise }) => ({ promise: promiseAfter(promise, event) }));
}

function promiseAfter(promise: PromiseRecord | null, event: PromiseEvent): PromiseRecord | null {
  switch (event.type) {
    case "promise.made":
      return recordPromise(promise, event.promise, null);
    case "promise.moved":
      return recordPromise(promise, event.after, event.reason);
    case "promise.settled": {
      const { settledOn, daysLate, locationId, carrier } = event;
      return promise && { ...promise, outcome: { settledOn, daysLate, locationId, carrier } };
    }
  }
}
