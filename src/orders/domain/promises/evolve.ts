/** What is said of dates, as an order keeps it: on its lines what they were promised, on its parts when they leave. */
import type { OrderEvent } from "../order-events";
import type { Order, OrderLine } from "../order";
import { standing, type StandingPromise } from "../../../promises/domain/promise";

type Said = Extract<
  OrderEvent,
  { type: "fulfillment.scheduled" | "promise.made" | "promise.moved" | "promise.settled" }
>;

export function withPromise(order: Order, event: Said): Order {
  if (event.type === "fulfillment.scheduled") {
    const { fulfillmentId, shipByOn, lateAt } = event;
    const fulfillments = order.fulfillments.map((part) =>
      part.id === fulfillmentId ? { ...part, shipByOn, lateAt } : part,
    );
    return { ...order, fulfillments };
  }
  const lines = order.lines.map((line) =>
    line.id === event.lineId ? { ...line, promise: promiseAfter(line, event) } : line,
  );
  return { ...order, lines };
}

function promiseAfter(
  { promise }: OrderLine,
  event: Exclude<Said, { type: "fulfillment.scheduled" }>,
): StandingPromise | null {
  switch (event.type) {
    case "promise.made":
      return standing(promise, event.now, null);
    case "promise.moved":
      return standing(promise, event.now, event.why);
    case "promise.settled": {
      const { settledOn, daysLate, locationId, carrier } = event;
      return promise && { ...promise, outcome: { settledOn, daysLate, locationId, carrier } };
    }
  }
}
