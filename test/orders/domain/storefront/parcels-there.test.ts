/** What a storefront reports later of parcels that it had sent, and takes back of them. */
import { describe, expect, it } from "vitest";
import type { NewFulfillment } from "../../../../src/orders/domain/new-order";
import { decideReportedFulfillment } from "../../../../src/orders/domain/storefront/reported-fulfillment";
import { NOON } from "../../../support/an-order";
import { apply, create, release, RULES, ship, update, updateEvents } from "../order-steps";
import { aRefund, aSale, mugs, refundLines, sold } from "../sales";

const sent = (quantity: number, over: Partial<NewFulfillment> = {}): NewFulfillment => ({
  externalId: "f1",
  lines: [{ externalLineId: "Mug", quantity }],
  locationId: null,
  carrier: null,
  trackingNumber: null,
  trackingUrl: null,
  at: NOON,
  ...over,
});
const tracked = { carrier: "UPS", trackingNumber: "1Z1", trackingUrl: "https://carrier.example/1Z1" };
const state = (...fulfilled: NewFulfillment[]) =>
  aSale({ ...mugs(2), fulfilled, storefrontUpdatedAt: NOON + 1 });
const differences = (order: ReturnType<typeof create>) =>
  order.holds.filter(({ code }) => code === "differs_from_storefront").map(({ detail }) => detail);

describe("a parcel that the storefront has sent", () => {
  it("gets the tracking that is reported after it", () => {
    const order = update(create(state(sent(2))), state(sent(2, tracked)));
    expect(order.shipments).toMatchObject([tracked]);
    expect(updateEvents(order, state(sent(2, tracked)))).toEqual([]);
  });

  it("gets the tracking of a fulfillment that is reported alone, and keeps it if an earlier report comes late", () => {
    const order = create(state(sent(2)));
    const after = apply(order, decideReportedFulfillment(order, sent(2, tracked), RULES));
    expect(after.shipments).toMatchObject([tracked]);
    expect(decideReportedFulfillment(after, sent(2), RULES)).toEqual([]);
  });

  it("is the same parcel if the storefront lists its units under another id", () => {
    const listed = sent(2, { ...tracked, externalId: "f2" });
    const order = update(create(state(sent(2, { externalId: "fulfilled" }))), state(listed));
    expect(order.shipments).toMatchObject([{ externalId: "f2", ...tracked }]);
    expect(order.holds).toEqual([]);
  });

  it("holds the order if the storefront reports fewer units of it than before, or none", () => {
    const order = create(state(sent(2)));
    expect(differences(update(order, state(sent(1))))).toEqual([
      "1 of Mug are fulfilled at the storefront, which had reported 2.",
    ]);
    expect(differences(update(order, state()))).toEqual([
      "0 of Mug are fulfilled at the storefront, which had reported 2. Gone: f1.",
    ]);
    expect(update(update(order, state()), state(sent(2))).holds).toEqual([]);
  });

  it("does not hold it for parcels that were sent from here", () => {
    const order = ship(release(create(aSale(mugs(2)))));
    expect(update(order, state()).holds).toEqual([]);
  });

  it("was sent before it came back, if the order is first seen with both", () => {
    const refunds = [aRefund("r1", { amountMinor: 2400, ...refundLines("1 Mug return") })];
    const order = create({ ...state(sent(1)), refunds });
    expect(order.lines).toMatchObject([{ allocated: 1, shipped: 1, cancelled: 0, returned: 1 }]);
  });
});

describe("a storefront's state", () => {
  const withTip = aSale({ lines: [sold("Mug"), sold("Tip", 1, { kind: "fee", sku: null })] });
  const without = aSale({ storefrontUpdatedAt: NOON + 1 });

  it("takes a fee back that was earned with the last of the goods", () => {
    const order = update(ship(release(create(withTip))), without);
    expect(order.lines.map(({ shipped, cancelled }) => [shipped, cancelled])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect([order.totalMinor, order.holds]).toEqual([2400, []]);
  });

  it("in another currency adds no line and no total", () => {
    const foreign = aSale({ ...mugs(3), currency: "JPY", storefrontUpdatedAt: NOON + 1 });
    const order = update(create(aSale()), foreign);
    expect([order.lines.length, order.totalMinor]).toEqual([1, 2400]);
    expect(order.holds.map(({ code }) => code)).toEqual(["differs_from_storefront"]);
  });

  it("whose refund lists other units than before holds the order", () => {
    const refund = (line: string) =>
      aSale({
        ...mugs(2),
        refunds: [aRefund("r1", { amountMinor: 100, ...refundLines(line) })],
        storefrontUpdatedAt: NOON + 1,
      });
    const order = update(create(refund("2 Mug cancel")), refund("1 Mug cancel"));
    expect(differences(order)).toEqual(["Units of Mug in refund r1: 1 at the storefront, 2 here."]);
  });

  it("without an address writes nothing once all goods are sent", () => {
    const problems = [{ code: "address_missing", detail: "goods to ship, and no shipping address" }] as const;
    const nowhere = { ...without, shippingAddress: null, problems };
    const order = update(ship(release(create(aSale()))), nowhere);
    expect([order.holds, updateEvents(order, nowhere)]).toEqual([[], []]);
  });
});
