/** What must hold when an order is brought up to a state of its storefront, whatever was before. */
import fc from "fast-check";
import { expect } from "vitest";
import type { NewOrder } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { openUnits } from "../../../../src/orders/domain/order-line";
import { orderAccounts } from "../../../../src/orders/domain/postings";
import { differencesFrom } from "../../../../src/orders/domain/storefront/differences";
import { withKnownUnits } from "../../../../src/orders/domain/storefront/known-units";
import { deliver, release, ship } from "../order-steps";

export type Between = "nothing" | "released" | "shipped" | "delivered";
export const between = fc.constantFrom<Between>("nothing", "nothing", "released", "shipped", "delivered");

/** What happens here between the two states, as far as holds allow it. */
export function play(order: Order, what: Between): Order {
  if (what === "nothing" || order.holds.length > 0) return order;
  const released = release(order);
  if (what === "released" || !released.fulfillments.some(({ status }) => status === "released"))
    return released;
  const shipped = ship(released);
  return what === "shipped" ? shipped : deliver(shipped);
}

/** Each difference is applied, or the order is held and the hold names it; money and holds are the storefront's. */
export const expectNothingIgnored = (order: Order, there: NewOrder) => {
  const held = order.holds.find(({ code }) => code === "differs_from_storefront")?.detail ?? "";
  // What a state leaves out of a refund is as it was known before.
  const differences = differencesFrom(order, withKnownUnits(order, there));
  for (const { detail } of differences) expect(held).toContain(detail);
  if (there.currency !== order.currency) return;
  expect(order.refundedMinor).toBe(there.refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0));
  const captured = there.payments.filter((payment) => payment.kind !== "authorized");
  expect(order.capturedMinor).toBe(captured.reduce((sum, { amountMinor }) => sum + amountMinor, 0));
  expect(order.email).toBe(there.email);
  expect(order.totalMinor).toBe(there.totalMinor);
  for (const code of ["held_at_storefront", "several_destinations", "totals_mismatch", "amount_inexact"]) {
    const isThere = there.problems.some((problem) => problem.code === code);
    expect([code, order.holds.some((hold) => hold.code === code)]).toEqual([code, isThere]);
  }
  const unpaid = captured.every(({ amountMinor }) => amountMinor === 0) && order.authorizedMinor === 0;
  const isOpen = order.lines.some((each) => each.kind !== "fee" && openUnits(each) > 0);
  expect(order.holds.some(({ code }) => code === "payment_pending")).toBe(
    unpaid && isOpen && order.totalMinor > 0,
  );
};

/** Its balances add up to zero. */
export const expectBooks = (order: Order) => {
  expect(Object.values(orderAccounts(order)).reduce((sum, amountMinor) => sum + amountMinor, 0)).toBe(0);
};
