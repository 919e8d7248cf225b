/** Money: every entry balances, every event that moves money has one, and orders and journal hold the same. */
import type { OrderEvent } from "../../src/orders/domain/order-events";
import { broken, eventsOf, num, postingsOf, sum, type Stored } from "./stored-state";

/** G5: the books balance, and say what the orders say. */
export function booksBalance({ orders, entries, stockEntries, commits }: Stored): string[] {
  const unbalanced = [...entries, ...stockEntries].flatMap((entry) => {
    const byCurrency = Map.groupBy(postingsOf(entry), ({ currency }) => currency);
    return [...byCurrency].flatMap(([currency, postings]) =>
      broken(
        sum(postings.map(({ amountMinor }) => amountMinor)) === 0,
        `G5 entry ${entry.id} does not balance in ${currency}`,
      ),
    );
  });
  const disagreeing = orders.flatMap((order) => {
    const postings = entries.filter(({ order_id }) => order_id === order.id).flatMap(postingsOf);
    const balance = (account: string) =>
      sum(postings.filter((posting) => posting.account === account).map(({ amountMinor }) => amountMinor));
    return [
      ...broken(
        -balance("liabilities:customer-deposits") === order.deposits_minor,
        `G5 ${order.id}: deposits differ from the journal`,
      ),
      ...broken(
        balance("assets:receivable") === order.receivable_minor,
        `G5 ${order.id}: receivable differs from the journal`,
      ),
      ...broken(
        -balance("liabilities:refund-payable") === order.refund_payable_minor,
        `G5 ${order.id}: refund payable differs from the journal`,
      ),
    ];
  });
  const booked = new Set(entries.map(({ id }) => id));
  const unbooked = commits.flatMap(({ order_id, version, events }) =>
    eventsOf(events).flatMap((event, i) => {
      const id = `${order_id}/${version}/${i}`;
      return broken(!movesMoney(event) || booked.has(id), `G5 ${event.type} of ${id} has no journal entry`);
    }),
  );
  return [...unbalanced, ...disagreeing, ...unbooked];
}

/** G9: every cent the customer paid is a deposit, earned, owed back, or given back. */
export function moneyExact({ orders, entries }: Stored): string[] {
  return orders.flatMap((order) => {
    const postings = entries.filter(({ order_id }) => order_id === order.id).flatMap(postingsOf);
    const cash = sum(
      postings
        .filter(({ account }) => account === "assets:psp-clearing")
        .map(({ amountMinor }) => amountMinor),
    );
    return broken(
      cash === num(order.captured_minor) - num(order.refunded_minor),
      `G9 ${order.id}: the journal holds ${cash} of its money, the order ${num(order.captured_minor) - num(order.refunded_minor)}`,
    );
  });
}

function movesMoney(event: OrderEvent): boolean {
  if (event.type === "payment.captured" || event.type === "refund.recorded") return event.amountMinor > 0;
  if (event.type === "units.cancelled") return event.refundDueMinor > 0;
  if (event.type !== "shipment.shipped") return false;
  return event.earned.listMinor + event.earned.shippingMinor + event.earned.costMinor > 0;
}
