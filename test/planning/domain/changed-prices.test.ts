import { describe, expect, it } from "vitest";
import { changedPrices } from "../../../src/planning/domain/changed-prices";

const NOON = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;

type Minor = Readonly<Record<string, number>>;

const publishedAt = (hoursAgo: number, minorByLocation: Minor) =>
  new Map([["mug", { foundAt: NOON - hoursAgo * HOUR, minorByLocation }]]);

const foundPrices = (minorByLocation: Minor) =>
  Object.entries(minorByLocation).map(([locationId, priceMinor]) => ({ sku: "mug", locationId, priceMinor }));

describe("changedPrices", () => {
  it.each<
    Readonly<{ name: string; before: Minor | null; hoursAgo?: number; found: Minor; changed: Minor | null }>
  >([
    { name: "are new", before: null, found: { east: 300 }, changed: { east: 300 } },
    { name: "are the same", before: { east: 300 }, found: { east: 300 }, changed: null },
    {
      name: "changed a little",
      before: { east: 300, west: 3 },
      found: { east: 310, west: 7 },
      changed: null,
    },
    { name: "rose", before: { east: 300 }, found: { east: 320 }, changed: { east: 320 } },
    { name: "fell", before: { east: 320 }, found: { east: 300 }, changed: { east: 300 } },
    {
      name: "have one more location",
      before: { east: 300 },
      found: { east: 300, west: 6 },
      changed: { east: 300, west: 6 },
    },
    {
      name: "have one location less",
      before: { east: 300, west: 6 },
      found: { east: 300 },
      changed: { east: 300 },
    },
    { name: "ended", before: { east: 300 }, found: {}, changed: {} },
    { name: "had ended before", before: {}, found: {}, changed: null },
    { name: "began again", before: {}, found: { east: 9 }, changed: { east: 9 } },
    {
      name: "will soon be stale",
      before: { east: 300 },
      hoursAgo: 12,
      found: { east: 300 },
      changed: { east: 300 },
    },
    { name: "ended long ago", before: {}, hoursAgo: 500, found: {}, changed: null },
  ])("returns $changed for prices that $name", ({ before, hoursAgo = 1, found, changed }) => {
    const published = before === null ? new Map() : publishedAt(hoursAgo, before);
    const result = changedPrices(published, foundPrices(found), NOON);
    expect([...result]).toEqual(changed === null ? [] : [["mug", changed]]);
  });
});
