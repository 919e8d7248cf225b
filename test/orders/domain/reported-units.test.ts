import { describe, expect, it } from "vitest";
import { fulfilledUnits, refundedUnits } from "../../../src/orders/domain/reported-units";
import { refundLines } from "./sales";

describe("refundedUnits", () => {
  const refunds = [refundLines("1 Mug cancel", "2 Mug none"), refundLines("4 Mug return", "8 Cup none")];

  it("sums the units of a line over all refunds", () => {
    expect(refundedUnits(refunds, "Mug")).toBe(7);
    expect(refundedUnits(refunds, "Hat")).toBe(0);
  });
});

describe("fulfilledUnits", () => {
  const linesOf = (...lines: [externalLineId: string, quantity: number][]) => ({
    lines: lines.map(([externalLineId, quantity]) => ({ externalLineId, quantity })),
  });
  const fulfilled = [linesOf(["Mug", 1], ["Mug", 2]), linesOf(["Mug", 4], ["Cup", 8])];

  it("sums the units of a line over all fulfillments", () => {
    expect(fulfilledUnits(fulfilled, "Mug")).toBe(7);
    expect(fulfilledUnits(fulfilled, "Hat")).toBe(0);
  });
});
