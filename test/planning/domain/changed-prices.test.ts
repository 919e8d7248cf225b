import { expect, it } from "vitest";
import { changedPrices } from "../../../src/planning/domain/changed-prices";

const NOON = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;

const told = (minorByLocation: Record<string, number>, hoursAgo = 1) =>
  new Map([["mug", { foundAt: NOON - hoursAgo * HOUR, minorByLocation }]]);
const found = (minorByLocation: Record<string, number>) =>
  Object.entries(minorByLocation).map(([locationId, priceMinor]) => ({ sku: "mug", locationId, priceMinor }));

it.each([
  ["are new", new Map(), { east: 300 }, { east: 300 }],
  ["are the same", told({ east: 300 }), { east: 300 }, null],
  ["waver", told({ east: 300, west: 3 }), { east: 310, west: 7 }, null],
  ["rose", told({ east: 300 }), { east: 320 }, { east: 320 }],
  ["fell", told({ east: 320 }), { east: 300 }, { east: 300 }],
  ["came to another location", told({ east: 300 }), { east: 300, west: 6 }, { east: 300, west: 6 }],
  ["left a location", told({ east: 300, west: 6 }), { east: 300 }, { east: 300 }],
  ["ended", told({ east: 300 }), {}, {}],
  ["had ended before", told({}), {}, null],
  ["began again", told({}), { east: 9 }, { east: 9 }],
  ["will soon be too old", told({ east: 300 }, 12), { east: 300 }, { east: 300 }],
  ["had ended long ago", told({}, 500), {}, null],
])("prices that %s", (_what, before, now, expected) => {
  const changed = changedPrices(before, found(now), NOON);
  expect([...changed]).toEqual(expected === null ? [] : [["mug", expected]]);
});
