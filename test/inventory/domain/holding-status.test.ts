import { describe, expect, it } from "vitest";
import { confirm, releaseHolding } from "../../../src/inventory/domain/holding-status";
import { expectSound, stockOf, summaryOf, withAllocations } from "./stock-world";

/** `line_a` holds one unit at east and two at west; one is backordered. */
const stock = withAllocations(stockOf({ east: 1, west: 2 }), { quantity: 4 });

describe("releaseHolding", () => {
  it.each(["voided", "expired"] as const)(
    "frees all units of a pending holding, which is then %s",
    (reason) => {
      const after = releaseHolding(stock, "line_a", reason);
      expectSound(after);
      expect(summaryOf(after.holdings.get("line_a"))).toBe(reason);
      expect(after.holdings.get("line_a")).toMatchObject({ backordered: 0, expiresAt: null, dueAt: null });
      expect(after.levels.get("west")).toMatchObject({ onHand: 2, allocated: 0 });
    },
  );

  it("does not count as released by the order, so that a repeat allocates the units again", () => {
    expect(releaseHolding(stock, "line_a", "voided").holdings.get("line_a")?.released).toBe(0);
  });

  it("changes nothing of a confirmed holding", () => {
    const confirmed = confirm(stock, "line_a", 5);
    expect(releaseHolding(confirmed, "line_a", "voided")).toBe(confirmed);
  });

  it("changes nothing of a holding that has ended", () => {
    const voided = releaseHolding(stock, "line_a", "voided");
    expect(releaseHolding(voided, "line_a", "expired")).toBe(voided);
  });
});

describe("confirm", () => {
  it("keeps all units of a pending holding, which then never expires", () => {
    const after = confirm(stock, "line_a", 5).holdings.get("line_a");
    expect(summaryOf(after)).toBe("confirmed east:1 west:2 backordered:1");
    expect(after).toMatchObject({ expiresAt: null, dueAt: null });
  });

  it("does not bring back a holding that has ended", () => {
    const expired = releaseHolding(stock, "line_a", "expired");
    expect(confirm(expired, "line_a", 5)).toBe(expired);
  });
});
