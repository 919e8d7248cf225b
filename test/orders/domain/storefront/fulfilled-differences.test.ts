/** What a storefront reports as fulfilled against what was shipped here. */
import { describe, expect, it } from "vitest";
import type { NewFulfillment } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { decideReportedFulfillment } from "../../../../src/orders/domain/storefront/reported-fulfillment";
import { NOON } from "../../../support/an-order";
import { apply, create, release, RULES, ship, update } from "../order-steps";
import { aSale, mugs } from "../sales";

const MINUTE = 60_000;

/** `fulfilled("f1", 2, "1Z")`: two mugs, with a tracking number. */
const fulfilled = (
  externalId: string,
  quantity: number,
  trackingNumber: string | null = null,
): NewFulfillment => ({
  externalId,
  lines: [{ externalLineId: "Mug", quantity }],
  locationId: null,
  carrier: null,
  trackingNumber,
  trackingUrl: null,
  at: NOON,
});

const state = (...reported: NewFulfillment[]) =>
  aSale({ ...mugs(4), fulfilled: reported, storefrontUpdatedAt: NOON + MINUTE });

const four = create(aSale(mugs(4)));
const OURS = "1Z-OURS";
const twoShipped = ship(release(four), { Mug: 2 });
const twoShippedHere: Order = {
  ...twoShipped,
  shipments: twoShipped.shipments.map((parcel) => ({ ...parcel, trackingNumber: OURS })),
};

const heldFor = (order: Order): string[] =>
  order.holds.flatMap(({ code, detail }) => (code === "differs_from_storefront" ? detail.split("\n") : []));
const shippedOf = (order: Order): number => order.lines.reduce((sum, { shipped }) => sum + shipped, 0);

type Case = Readonly<{
  name: string;
  order: Order;
  reported: NewFulfillment[];
  shipped: number;
  held: RegExp[];
}>;

const CASES: readonly Case[] = [
  { name: "is recorded", order: four, reported: [fulfilled("f1", 1)], shipped: 1, held: [] },
  {
    name: "without a number, for units that were shipped here, is our own parcel",
    order: twoShippedHere,
    reported: [fulfilled("f1", 2)],
    shipped: 2,
    held: [],
  },
  {
    name: "with our own number is our own parcel",
    order: twoShippedHere,
    reported: [fulfilled("f1", 2, OURS)],
    shipped: 2,
    held: [],
  },
  {
    name: "with another number, for units that were shipped here, is held by name",
    order: twoShippedHere,
    reported: [fulfilled("f1", 2, "OTHER")],
    shipped: 2,
    held: [/^Fulfillment f1 sent 2 of Mug with tracking number OTHER .* shipped here with 1Z-OURS/],
  },
  {
    name: "of units that a location is preparing is held by name, and the location is asked to stop",
    order: twoShippedHere,
    reported: [fulfilled("f1", 3)],
    shipped: 2,
    held: [/^3 of Mug are fulfilled at the storefront, 2 here\.$/],
  },
];

describe("a fulfillment in the storefront's state", () => {
  it.each(CASES)("$name", ({ order, reported, shipped, held }) => {
    const after = update(order, state(...reported));
    expect(shippedOf(after)).toBe(shipped);
    expect(heldFor(after)).toEqual(held.map((pattern) => expect.stringMatching(pattern)));
  });
});

describe("a fulfillment that is reported by itself", () => {
  it.each(CASES)("$name", ({ order, reported, shipped, held }) => {
    const after = apply(order, decideReportedFulfillment(order, reported[0]!, RULES));
    expect(shippedOf(after)).toBe(shipped);
    expect(heldFor(after)).toEqual(held.map((pattern) => expect.stringMatching(pattern)));
    expect(decideReportedFulfillment(after, reported[0]!, RULES)).toEqual([]);
  });

  it("asks the location to stop that is preparing its units", () => {
    const after = apply(twoShippedHere, decideReportedFulfillment(twoShippedHere, fulfilled("f1", 3), RULES));
    expect(after.fulfillments.map(({ stopReason }) => stopReason ?? null)).toEqual([
      "3 of Mug are fulfilled at the storefront, 2 here.",
    ]);
  });

  it("counts beside those that were reported before", () => {
    const first = update(four, state(fulfilled("f1", 1)));
    const after = apply(first, decideReportedFulfillment(first, fulfilled("f2", 2), RULES));
    expect([shippedOf(after), heldFor(after)]).toEqual([3, []]);
  });
});

describe("a fulfillment that was recorded", () => {
  const recorded = update(four, state(fulfilled("f1", 2)));
  const later = (...reported: NewFulfillment[]) => ({
    ...state(...reported),
    storefrontUpdatedAt: NOON + 2 * MINUTE,
  });

  it.each([
    { name: "may be listed under another id", reported: [fulfilled("f7", 2)], held: [] },
    {
      name: "is held by name once it is gone",
      reported: [],
      held: ["0 of Mug are fulfilled at the storefront, which had reported 2. Gone: f1."],
    },
    {
      name: "is held by name once it has fewer units",
      reported: [fulfilled("f1", 1)],
      held: ["1 of Mug are fulfilled at the storefront, which had reported 2."],
    },
  ])("$name", ({ reported, held }) => {
    const after = update(recorded, later(...reported));
    expect([shippedOf(after), heldFor(after)]).toEqual([2, held]);
  });
});
