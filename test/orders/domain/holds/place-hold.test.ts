import { describe, expect, it } from "vitest";
import type { HoldReason } from "../../../../src/orders/domain/holds/hold";
import { decideHold, decideNewHold } from "../../../../src/orders/domain/holds/place-hold";
import type { Order } from "../../../../src/orders/domain/order";
import { anOrder, NOON } from "../../../support/an-order";
import { held } from "../mug-orders";
import { accepted } from "../order-steps";

const fraud: HoldReason = { code: "staff", detail: "Looks like fraud." };
const ASK = "Ask the customer.";
const onHold = (...holds: Order["holds"]): Partial<Order> => ({ status: "on_hold", holds });
const placed = { now: NOON, by: "key_1" };

describe("decideHold", () => {
  it.each<{ name: string; order: Partial<Order>; expected: string }>([
    { name: "an open order", order: {}, expected: "1 event" },
    { name: "an order with a hold of another code", order: onHold(held("stock_short")), expected: "1 event" },
    { name: "an order held with another detail", order: onHold(held("staff", ASK)), expected: "1 event" },
    {
      name: "an order held with the same detail",
      order: onHold(held("staff", fraud.detail)),
      expected: "0 event",
    },
    { name: "a closed order", order: { status: "closed" }, expected: "order_finished" },
    { name: "a cancelled order", order: { status: "cancelled" }, expected: "order_finished" },
  ])("gives $expected for $name", ({ order, expected }) => {
    const decision = decideHold(anOrder(order), fraud, placed);
    expect(decision.ok ? `${decision.value.length} event` : decision.rejection.code).toBe(expected);
  });

  it("adds another reason to the standing one", () => {
    const both = accepted(decideHold(anOrder(onHold(held("staff", ASK))), fraud, placed));
    expect(both).toMatchObject([{ hold: { detail: `${ASK}\n${fraud.detail}` } }]);
  });

  it("records when and by whom the hold was placed", () => {
    expect(accepted(decideHold(anOrder(), fraud, placed))).toEqual([
      { type: "order.held", hold: { ...fraud, placedAt: NOON, placedBy: "key_1" } },
    ]);
  });
});

describe("decideNewHold", () => {
  it.each<{ name: string; order: Partial<Order>; detail: string | null }>([
    { name: "holds an open order", order: {}, detail: fraud.detail },
    { name: "holds a closed order too", order: { status: "closed" }, detail: fraud.detail },
    { name: "does not hold for a standing reason", order: onHold(held("staff", fraud.detail)), detail: null },
    {
      name: "does not hold for one of several standing reasons",
      order: onHold(held("staff", `${fraud.detail}\n${ASK}`)),
      detail: null,
    },
    {
      name: "adds the reason to another one of the same code",
      order: onHold(held("staff", ASK)),
      detail: `${ASK}\n${fraud.detail}`,
    },
    {
      name: "holds for the same detail under another code",
      order: onHold(held("stock_short", fraud.detail)),
      detail: fraud.detail,
    },
    { name: "does not hold for a released reason", order: { releasedHolds: [fraud] }, detail: null },
    {
      name: "holds for another reason than the released one",
      order: { releasedHolds: [{ ...fraud, detail: ASK }] },
      detail: fraud.detail,
    },
  ])("$name", ({ order, detail }) => {
    const events = decideNewHold(anOrder(order), fraud, { now: NOON, by: "web" });
    const hold = { ...fraud, detail, placedAt: NOON, placedBy: "web" };
    expect(events).toEqual(detail === null ? [] : [{ type: "order.held", hold }]);
  });
});
