/** What a channel may sell, and how a row changes after a push and after its storefront was read. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  withShown,
  afterPush,
  CONFIRM_AFTER_MS,
  KINDS_OF_GOODS,
  LISTED_AFTER,
  pauseAfterAttempts,
  SALE_ARRIVES_MS,
  sellableUnits,
  type ChannelStock,
} from "../../../src/channels/domain/channel-stock";
import { plainLocation } from "../../support/reference-defaults";

const channel = { active: true, locationIds: [] as string[], countries: [] as string[], stockBuffer: 0 };
const at = (id: string, over = {}) => ({ id, active: true, ...plainLocation, ...over });
const plain = { hazardous: false, oversize: false };
const locations = new Map(
  [at("reno"), at("york"), at("shut", { active: false })].map((each) => [each.id, each]),
);
const levels = (units: Record<string, number>) =>
  Object.entries(units).map(([locationId, available]) => ({ locationId, available }));

describe("what a channel may sell", () => {
  it.each([
    ["all available units at the locations that may serve it", {}, { reno: 3, york: 4 }, 7],
    ["nothing from a location that is inactive or unknown", {}, { shut: 5, moon: 5, york: 1 }, 1],
    ["only from its own locations", { locationIds: ["york"] }, { reno: 3, york: 4 }, 4],
    ["less its buffer", { stockBuffer: 2 }, { reno: 3 }, 1],
    ["never less than zero", { stockBuffer: 9 }, { reno: 3, york: 4 }, 0],
    ["nothing while it is inactive", { active: false }, { reno: 3 }, 0],
    ["nothing without levels", {}, {}, 0],
  ])("is %s", (_what, over, units, expected) => {
    expect(sellableUnits({ ...channel, ...over }, locations, levels(units), plain)).toBe(expected);
  });

  it.each([
    { location: {}, seller: {}, expected: 3 },
    { location: { shipsOrders: false }, seller: {}, expected: 0 },
    { location: { shipsOrders: false, offersPickup: true }, seller: {}, expected: 0 },
    { location: { countries: ["DE"] }, seller: { countries: ["US"] }, expected: 0 },
    { location: { countries: ["DE", "US"] }, seller: { countries: ["US", "CA"] }, expected: 3 },
    { location: { countries: ["DE"] }, seller: {}, expected: 3 },
    { location: {}, seller: { countries: ["US"] }, expected: 3 },
  ])("is $expected of 3 units at a location $location for a channel $seller", (given) => {
    const only = new Map([["reno", at("reno", given.location)]]);
    expect(sellableUnits({ ...channel, ...given.seller }, only, levels({ reno: 3 }), plain)).toBe(
      given.expected,
    );
  });

  it("leaves out locations that do not accept the goods", () => {
    const some = new Map([
      ["reno", at("reno", { acceptsHazardous: false })],
      ["york", at("york", { acceptsOversize: false })],
    ]);
    const units = KINDS_OF_GOODS.map((goods) =>
      sellableUnits(channel, some, levels({ reno: 3, york: 4 }), goods),
    );
    expect(units).toEqual([7, 4, 3, 0]);
  });

  it("lists each kind of goods at the index that the database computes", () => {
    expect(KINDS_OF_GOODS.map(({ hazardous, oversize }) => Number(hazardous) + 2 * Number(oversize))).toEqual(
      [0, 1, 2, 3],
    );
  });

  it("never exceeds the available units, and grows only with them", () => {
    const units = fc.nat(1_000);
    fc.assert(
      fc.property(units, units, units, fc.nat(50), (reno, york, more, stockBuffer) => {
        const seller = { ...channel, stockBuffer };
        const now = sellableUnits(seller, locations, levels({ reno, york }), plain);
        expect(now).toBeLessThanOrEqual(reno + york);
        expect(
          sellableUnits(seller, locations, levels({ reno: reno + more, york }), plain),
        ).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});

const row: ChannelStock = {
  channelId: "shop",
  sku: "MUG",
  quantity: 5,
  externalId: "item 1",
  pushedQuantity: null,
  pushedAt: null,
  dueAt: 400_000,
  attempts: 1,
  problem: null,
  shownQuantity: null,
  shownAt: null,
  mismatchSince: null,
};
const accepted = { outcome: "accepted", sku: "MUG", quantity: 5, externalId: "item 1" } as const;
const failed = { outcome: "failed", sku: "MUG", problem: "away", afterMs: 0, forget: false } as const;

describe("a row after a push", () => {
  it("is not due any more if the storefront accepted it", () => {
    expect(afterPush(row, accepted, 9_000)).toMatchObject({
      pushedQuantity: 5,
      pushedAt: 9_000,
      dueAt: null,
      attempts: 0,
    });
  });

  it("remains a mismatch after it was accepted until the storefront shows the right quantity", () => {
    const wrong = { ...row, shownQuantity: 8, mismatchSince: 3 };
    expect(afterPush(wrong, accepted, 9_000).mismatchSince).toBe(3);
    expect(afterPush({ ...wrong, shownQuantity: 5 }, accepted, 9_000).mismatchSince).toBeNull();
    expect(afterPush({ ...row, mismatchSince: 3 }, accepted, 9_000).mismatchSince).toBeNull();
  });

  it("is due once more if it was accepted after an attempt that may be applied late", () => {
    expect(afterPush({ ...row, attempts: 2 }, accepted, 9_000)).toMatchObject({
      pushedQuantity: null,
      pushedAt: 9_000,
      dueAt: 9_000 + CONFIRM_AFTER_MS,
      attempts: 0,
    });
  });

  it("is not due and no mismatch if the storefront does not list the SKU", () => {
    const none = { outcome: "not_listed", sku: "MUG" } as const;
    expect(afterPush({ ...row, mismatchSince: 7 }, none, 9_000)).toMatchObject({
      externalId: "",
      dueAt: null,
      mismatchSince: null,
    });
  });

  it("that failed is due with growing pauses, becomes a mismatch, and stays due", () => {
    const rows = Array.from({ length: 12 }, (_, i) => afterPush({ ...row, attempts: i + 1 }, failed, 0));
    expect(rows.map(({ dueAt }) => dueAt! / 60_000)).toEqual([
      1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360,
    ]);
    expect(rows.map(({ mismatchSince }) => mismatchSince !== null)).toEqual(
      rows.map((_, i) => i + 1 >= LISTED_AFTER),
    );
    expect(afterPush({ ...row, mismatchSince: 3, attempts: 9 }, failed, 99).mismatchSince).toBe(3);
  });

  it("is not due before the time that the storefront requested", () => {
    expect(pauseAfterAttempts(1, 90_000)).toBe(90_000);
    expect(pauseAfterAttempts(3, 90_000)).toBe(240_000);
  });

  it("has its id looked up again if the SKU was refused", () => {
    expect(afterPush(row, { ...failed, forget: true }, 0).externalId).toBeNull();
  });
});

describe("a row after its storefront was read", () => {
  const pushed = { ...row, pushedQuantity: 5, pushedAt: 1, dueAt: null, attempts: 0 };
  const shows = (shown: number) => ({ externalId: "item 1", shown });

  it("is no mismatch if the storefront shows what may be sold", () => {
    expect(withShown({ ...pushed, mismatchSince: 3 }, shows(5), 9)).toMatchObject({
      shownQuantity: 5,
      shownAt: 9,
      mismatchSince: null,
      dueAt: null,
    });
  });

  it("is a mismatch and due at once if the storefront shows more than was pushed", () => {
    const read = withShown(pushed, shows(8), 9);
    expect(read).toMatchObject({ shownQuantity: 8, mismatchSince: 9, pushedQuantity: null, dueAt: 9 });
    expect(withShown(read, shows(8), 99).mismatchSince, "the mismatch keeps its age").toBe(9);
  });

  it("is a mismatch, and due when the order of a sale would have arrived, if the storefront shows fewer", () => {
    const read = withShown(pushed, shows(4), 9);
    expect(read).toMatchObject({ mismatchSince: 9, pushedQuantity: null, dueAt: 9 + SALE_ARRIVES_MS });
  });

  it("is no mismatch yet if another quantity is due to be pushed", () => {
    const due = { ...pushed, pushedQuantity: 8, dueAt: 8 };
    expect(withShown(due, shows(8), 9)).toMatchObject({ mismatchSince: null, dueAt: 8 });
    expect(withShown({ ...due, attempts: 4 }, shows(8), 9).mismatchSince).toBe(9);
  });

  it("is not due if the storefront no longer lists the SKU, and is if it lists it again", () => {
    expect(withShown(pushed, null, 9)).toMatchObject({ externalId: "", dueAt: null });
    expect(withShown({ ...pushed, externalId: "", pushedQuantity: null }, shows(0), 9)).toMatchObject({
      externalId: "item 1",
      dueAt: 9,
    });
  });
});
