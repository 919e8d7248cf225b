import { describe, expect, it } from "vitest";
import { comparisonOf, missingDays, OVERLAP_MS } from "../../../src/reconciliation/domain/nights";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 24, 1, 10);

describe("what a night compares", () => {
  type Case = Readonly<{
    name: string;
    all: number | null;
    any: number | null;
    compare: string;
    since: number;
  }>;
  const anyway = NOW - DAY;
  it.each<Case>([
    { name: "everything if nothing was compared before", all: null, any: null, compare: "all", since: 0 },
    { name: "everything if only changes were", all: null, any: anyway, compare: "all", since: 0 },
    {
      name: "everything a week after the last time",
      all: NOW - 7 * DAY,
      any: anyway,
      compare: "all",
      since: 0,
    },
    {
      name: "everything if the night begins some minutes earlier than a week ago",
      all: NOW - 7 * DAY + 600_000,
      any: anyway,
      compare: "all",
      since: 0,
    },
    {
      name: "changes since a while before the last comparison in the other nights",
      all: NOW - 6 * DAY,
      any: anyway,
      compare: "changed",
      since: anyway - OVERLAP_MS,
    },
  ])("is $name", ({ all, any, compare, since }) => {
    expect(comparisonOf({ all, any }, NOW)).toEqual({ compare, since });
  });
});

describe("the days to report", () => {
  it("are those without a final report, oldest first", () => {
    expect(missingDays("2026-11-20", "2026-11-23", new Set(["2026-11-21"]))).toEqual([
      "2026-11-20",
      "2026-11-22",
      "2026-11-23",
    ]);
    expect(missingDays("2026-11-20", "2026-11-19", new Set())).toEqual([]);
  });

  it("are at most 31 in one run", () => {
    const days = missingDays("2026-01-01", "2026-11-23", new Set());
    expect([days.length, days.at(-1)]).toEqual([31, "2026-01-31"]);
  });
});
