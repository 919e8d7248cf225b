/** States that leave out the units of a refund, after they were known. */
import { describe, expect, it } from "vitest";
import type { NewFulfillment, NewRefund } from "../../../../src/orders/domain/new-order";
import { withKnownUnits } from "../../../../src/orders/domain/storefront/known-units";
import { NOON } from "../../../support/an-order";
import { create, update, updateEvents } from "../order-steps";
import { aSale, mugs } from "../sales";

const listed: NewRefund = {
  externalId: "r1",
  amountMinor: 2400,
  shippingMinor: 0,
  lines: [{ externalLineId: "Mug", quantity: 1, restock: "cancel" }],
  itemized: true,
  reason: null,
  at: NOON,
};
const unlisted: NewRefund = { ...listed, lines: [], itemized: false };
const sale = aSale(mugs(2));
const refunded = update(create(sale), { ...sale, refunds: [listed] });

const everything = (over: Partial<NewFulfillment> = {}): NewFulfillment => ({
  externalId: "completed",
  lines: [{ externalLineId: "Mug", quantity: 2 }],
  locationId: null,
  carrier: null,
  trackingNumber: null,
  trackingUrl: null,
  at: NOON,
  everything: true,
  ...over,
});

describe("a refund whose units are known", () => {
  it("keeps them, and its shipping, when a state leaves them out", () => {
    const known = create(aSale(mugs(2)));
    const withShipping = update(known, { ...sale, refunds: [{ ...listed, shippingMinor: 500 }] });
    expect(withKnownUnits(withShipping, { ...sale, refunds: [unlisted] }).refunds).toMatchObject([
      { itemized: true, shippingMinor: 500, lines: [{ externalLineId: "Mug", quantity: 1 }] },
    ]);
    expect(updateEvents(withShipping, { ...sale, refunds: [unlisted] })).toEqual([]);
  });

  it("changes its amount all the same", () => {
    const grown = { ...sale, refunds: [{ ...unlisted, amountMinor: 3000 }] };
    expect(update(refunded, grown).refunds).toMatchObject([{ amountMinor: 3000, itemized: true }]);
  });

  it("stays unknown if nobody has listed them", () => {
    const order = update(create(sale), { ...sale, refunds: [unlisted] });
    expect(withKnownUnits(order, { ...sale, refunds: [unlisted] }).refunds).toEqual([unlisted]);
  });
});

describe("a storefront that reports everything as fulfilled", () => {
  const completed = (fulfillment: NewFulfillment) => ({
    ...sale,
    refunds: [unlisted],
    fulfilled: [fulfillment],
  });

  it("has not sent the units that a refund cancelled before", () => {
    const order = update(refunded, completed(everything()));
    expect([order.status, order.holds, order.lines[0]]).toMatchObject([
      "closed",
      [],
      { shipped: 1, cancelled: 1 },
    ]);
  });

  it("has sent them if it reports units: then the order is held", () => {
    const { everything: _, ...units } = everything();
    const order = update(refunded, completed(units));
    expect(order.holds.map(({ code }) => code)).toEqual(["differs_from_storefront"]);
  });
});
