/** Money: every journal entry balances, every event that moves money has one, and orders and journal agree. */
import type { OrderEvent } from "../../src/orders/domain/order-events";
import { unless, eventsOf, num, postingsOf, sum, type StoredState } from "./stored-state";

/** G5: the books balance and agree with the orders. */
export function booksBalance({ orders, entries, stockEntries, commits }: StoredState): string[] {
  const unbalanced = [...entries, ...stockEntries].flatMap((entry) => {
    const byCurrency = Map.groupBy(postingsOf(entry), ({ currency }) => currency);
    return [...byCurrency].flatMap(([currency, postings]) =>
      unless(
        sum(postings.map(({ amountMinor }) => amountMinor)) === 0,
        `G5 entry ${entry.id} does not balance in ${currency}`,
      ),
    );
  });
  const differing = orders.flatMap((order) => {
    const postings = entries.filter(({ order_id }) => order_id === order.id).flatMap(postingsOf);
    const balance = (account: string) =>
      sum(postings.filter((posting) => posting.account === account).map(({ amountMinor }) => amountMinor));
    return [
      ...unless(
        -balance("liabilities:customer-deposits") === order.deposits_minor,
        `G5 ${order.id}: deposits differ from the journal`,
      ),
      ...unless(
        balance("assets:receivable") === order.receivable_minor,
        `G5 ${order.id}: receivable differs from the journal`,
      ),
      ...unless(
        -balance("liabilities:refund-payable") === order.refund_payable_minor,
        `G5 ${order.id}: refund payable differs from the journal`,
      ),
    ];
  });
  const booked = new Set(entries.map(({ id }) => id));
  const tests = new Set(orders.filter(({ is_test }) => is_test === 1).map(({ id }) => id));
  // Nothing is booked of a test order, nor of an order that was a test at the time.
  const unbooked = commits.flatMap(({ order_id, version, events }) => {
    if (tests.has(order_id)) return [];
    const id = `${order_id}/${version}`;
    const moves = eventsOf(events).find(movesMoney);
    return unless(!moves || booked.has(id), `G5 ${moves?.type} of ${id} has no journal entry`);
  });
  return [...unbalanced, ...differing, ...unbooked];
}

/** G9: the cash in the journal is what the customer paid less what was refunded; none of a test order. */
export function moneyExact({ orders, entries }: StoredState): string[] {
  return orders.flatMap((order) => {
    const postings = entries.filter(({ order_id }) => order_id === order.id).flatMap(postingsOf);
    const cash = sum(
      postings
        .filter(({ account }) => account === "assets:psp-clearing")
        .map(({ amountMinor }) => amountMinor),
    );
    const kept = order.is_test === 1 ? 0 : num(order.captured_minor) - num(order.refunded_minor);
    return unless(cash === kept, `G9 ${order.id}: the journal has ${cash} of its money, the order ${kept}`);
  });
}

function movesMoney(event: OrderEvent): boolean {
  if (event.type === "payment.captured") return event.amountMinor > 0;
  if (event.type !== "shipment.shipped") return false;
  return event.lines.some(
    ({ quantity, unitCostMinor, amounts }) => amounts.grossMinor + quantity * unitCostMinor > 0,
  );
}
