/** Orders in short texts, for tests to compare. */
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { evolveAll } from "../../../src/orders/domain/evolve/evolve";
import { journalEntryOf } from "../../../src/orders/domain/postings";

const QUANTITIES = ["unsourced", "backordered", "allocated", "shipped", "cancelled"] as const;

/** Where the units of each line are: `["Mug: 1 allocated, 2 shipped (1 returned)"]`. */
export const unitsText = (order: Order): string[] =>
  order.lines.map((line) => {
    const units = QUANTITIES.filter((each) => line[each] > 0).map((each) => {
      const returned = each === "shipped" && line.returned > 0 ? ` (${line.returned} returned)` : "";
      const removed = each === "cancelled" && line.removed > 0 ? ` (${line.removed} removed)` : "";
      return `${line[each]} ${each}${returned}${removed}`;
    });
    return `${line.title}: ${units.join(", ")}`;
  });

/** `["a planned 2", "b shipped 1/1"]`: status and quantity of each fulfillment; shipped units before the slash. */
export const fulfillmentsText = ({ fulfillments }: Order): string[] =>
  fulfillments.map(({ id, status, lines }) => {
    const units = lines.map(({ quantity, shipped }) => (shipped > 0 ? `${shipped}/${quantity}` : quantity));
    return [id.slice("ful_".length), status, ...units].join(" ");
  });

/** The balances that are not zero: `["deposits 4800", "refund due 2400"]`. */
export const balancesText = ({ balances }: Order): string[] =>
  [
    ["deposits", balances.depositsMinor] as const,
    ["receivable", balances.receivableMinor] as const,
    ["refund due", balances.refundPayableMinor] as const,
  ]
    .filter(([, amount]) => amount !== 0)
    .map(([name, amount]) => `${name} ${amount}`);

/** The sums that the events post, by account, in the order's currency: without costs and stock. */
export function postingsText(order: Order, events: readonly OrderEvent[]): string[] {
  const after = evolveAll(order, events, 0);
  const books = { booksCurrency: "USD", booksTimeZone: "UTC" };
  return (journalEntryOf({ before: order, after, events }, 0, books)?.postings ?? [])
    .filter(({ currency }) => currency === order.currency)
    .map(({ account, amountMinor }) => `${account} ${amountMinor}`)
    .toSorted();
}

/** What events do to fulfillments and stock: `["+2 a", "-1 b", "released 1"]`; `new` is a fulfillment the order lacks. */
export const unitEventsText = (order: Order, events: readonly OrderEvent[]): string[] =>
  events.map((event) => {
    const name = (id: string) =>
      order.fulfillments.some((each) => each.id === id) ? id.slice("ful_".length) : "new";
    if (event.type === "backorder.filled") return `+${event.quantity} ${name(event.fulfillmentId)}`;
    if (event.type === "allocation.cut") return `-${event.quantity} ${name(event.fulfillmentId)}`;
    return event.type === "allocation.released" ? `released ${event.quantity}` : event.type;
  });
