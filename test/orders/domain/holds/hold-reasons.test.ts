/** The hold of several reasons: what it names, and what staff have released. */
import { describe, expect, it } from "vitest";
import type { HoldReason } from "../../../../src/orders/domain/holds/hold";
import { decideReasons } from "../../../../src/orders/domain/holds/standing-holds";
import type { Order } from "../../../../src/orders/domain/order";
import { anOrder, NOON } from "../../../support/an-order";
import { held } from "../mug-orders";

const PLACED = { now: NOON + 5, by: "web" };

describe("decideReasons", () => {
  const code = "totals_mismatch";
  const decide = (order: Partial<Order>, ...details: string[]) =>
    decideReasons(anOrder(order), { code, details }, PLACED);
  const placed = (detail: string) => [
    { type: "order.held", hold: { code, detail, placedAt: NOON + 5, placedBy: "web" } },
  ];
  const released = (...reasons: HoldReason[]) => ({ releasedHolds: reasons });

  it("has no event without a reason and a hold", () => {
    expect(decide({ holds: [held("staff")] })).toEqual([]);
  });

  it("places one hold with all the details", () => {
    expect(decide({}, "Total.", "Tax.")).toEqual(placed("Total.\nTax."));
  });

  it("replaces the details of the hold, and does not add to them", () => {
    expect(decide({ holds: [held(code, "Total.\nTax.")] }, "Tax.")).toEqual(placed("Tax."));
    expect(decide({ holds: [held(code, "Tax.")] }, "Total.", "Tax.")).toEqual(placed("Total.\nTax."));
  });

  it("does not compare with a hold of another code", () => {
    expect(decide({ holds: [held("staff", "Tax.")] }, "Tax.")).toEqual(placed("Tax."));
  });

  it("has no event if the hold has these details", () => {
    expect(decide({ holds: [held(code, "Total.\nTax.")] }, "Total.", "Tax.")).toEqual([]);
  });

  it("ends the hold without a reason", () => {
    expect(decide({ holds: [held(code, "Tax.")] })).toEqual([
      { type: "order.hold_released", code, by: "web", resolved: true },
    ]);
  });

  it("ends the hold if the only reason left was released before", () => {
    const order = { holds: [held(code, "Tax.")], ...released({ code, detail: "Total." }) };
    expect(decide(order, "Total.")).toEqual([
      { type: "order.hold_released", code, by: "web", resolved: true },
    ]);
  });

  it.each([
    { name: "a released reason", reason: { code, detail: "Total." }, expected: [] },
    { name: "a released reason among others", reason: { code, detail: "Tax.\nTotal." }, expected: [] },
    { name: "another released reason", reason: { code, detail: "Tax." }, expected: placed("Total.") },
    {
      name: "a released reason whose text contains it",
      reason: { code, detail: "Tax.\nSub-Total." },
      expected: placed("Total."),
    },
    {
      name: "the same reason, released of another code",
      reason: { code: "staff", detail: "Total." },
      expected: placed("Total."),
    },
  ] as const)("holds the order unless its reason was released before: $name", ({ reason, expected }) => {
    expect(decide(released(reason), "Total.")).toEqual(expected);
  });
});
