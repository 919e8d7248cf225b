/** A refund that is due pays for units that ship unpaid. */
import { describe, expect, it } from "vitest";
import type { Order } from "../../../../src/orders/domain/order";
import { decideCredit } from "../../../../src/orders/domain/payments/payments";
import { NOON } from "../../../support/an-order";
import { cancel, create, decideParcel, accepted, release, ship, unitsNamed, update } from "../order-steps";
import { balancesText, postingsText } from "../order-text";
import { aSale, authorized, mugs, paid, sold } from "../sales";

/** One of two paid mugs is cancelled, so 24.00 are due for refund. Then an edit adds an unpaid cup. */
const withCup = (priceMinor: number): Order => {
  const lines = [sold("Mug", 2), sold("Cup", 1, { unitPriceMinor: priceMinor })];
  const edited = aSale({ lines, payments: [paid(4800)], storefrontUpdatedAt: NOON + 1 });
  return release(update(cancel(create(aSale(mugs(2))), { Mug: 1 }), edited));
};

describe("a refund that is due", () => {
  it.each([
    { name: "pays for an unpaid unit to the cent", priceMinor: 2400, balances: [] },
    {
      name: "pays for a cheaper unit, and the rest stays due",
      priceMinor: 1000,
      balances: ["refund due 1400"],
    },
    { name: "pays for a share of a dearer unit", priceMinor: 3000, balances: ["receivable 600"] },
  ])("$name", ({ priceMinor, balances }) => {
    const order = withCup(priceMinor);
    expect(balancesText(order)).toEqual(["deposits 2400", "refund due 2400"]);
    expect(balancesText(ship(order))).toEqual(balances);
  });

  it("pays before the units are earned, so that nothing becomes receivable", () => {
    const order = withCup(1000);
    const events = accepted(decideParcel(order, "all"));
    expect(events.map(({ type }) => type)).toEqual(["credit.applied", "shipment.shipped"]);
    expect(postingsText(order, events.slice(0, 1))).toEqual([
      "liabilities:customer-deposits -1000",
      "liabilities:refund-payable 1000",
    ]);
  });

  it("pays for no unit that is paid", () => {
    const unpaid = create(aSale({ ...mugs(2), payments: [authorized(4800)] }));
    for (const order of [withCup(2400), unpaid]) {
      expect(decideCredit(order, unitsNamed(order, { Mug: 1 }))).toEqual([]);
    }
  });

  it("pays for the unpaid units of a parcel, and stays due until they ship", () => {
    const order = withCup(2400);
    expect(order.balances.refundPayableMinor).toBe(2400);
    expect(decideCredit(order, unitsNamed(order, { Cup: 1 }))).toEqual([]);
    expect(decideCredit(order, unitsNamed(order, { Mug: 1, Cup: 1 }))).toEqual([
      { type: "credit.applied", amountMinor: 2400 },
    ]);
  });
});
