import { evolve } from "../../../src/orders/domain/evolve/evolve";
import type { Hold, HoldCode, HoldReason } from "../../../src/orders/domain/holds/hold";
import { decideHold, decideNewHold } from "../../../src/orders/domain/holds/place-hold";
import { decideResolvedHolds, decideReleaseHold } from "../../../src/orders/domain/holds/release-hold";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderLine } from "../../../src/orders/domain/order-line";
import { describe, expect, it } from "vitest";
import { answer, must } from "../../support/a-sale";
import { aLine, anOrder, NOON } from "../../support/an-order";
import { held } from "./mugs-world";

const fraud: HoldReason = { code: "staff", detail: "Looks like fraud." };
const standing = (...holds: Hold[]): Partial<Order> => ({ status: "on_hold", holds });

describe("staff may hold an order", () => {
  it.each<[string, Partial<Order>, string]>([
    ["that is open", {}, "1 held"],
    ["that is held for another reason", standing(held("stock_short")), "1 held"],
    ["anew, with another word on it", standing(held("staff", "Ask the customer.")), "1 held"],
    ["once for the same word", standing(held("staff", fraud.detail)), "0 held"],
    ["but not one that is closed", { status: "closed" }, "order_finished"],
    ["but not one that is cancelled", { status: "cancelled" }, "order_finished"],
  ])("%s", (_which, over, expected) => {
    const decision = decideHold(anOrder(over), fraud, { now: NOON, by: "key_1" });
    expect(decision.ok ? `${decision.value.length} held` : decision.rejection.code).toBe(expected);
  });

  it("and is remembered for it", () => {
    expect(must(decideHold(anOrder(), fraud, { now: NOON, by: "key_1" }))).toEqual([
      { type: "order.held", hold: { ...fraud, placedAt: NOON, placedBy: "key_1" } },
    ]);
  });
});

describe("an order holds itself", () => {
  const ask = "Ask the customer.";
  it.each<[string, Partial<Order>, string | null]>([
    ["for a reason of its own", {}, fraud.detail],
    ["even when it is closed", { status: "closed" }, fraud.detail],
    ["once for the same reason", standing(held("staff", fraud.detail)), null],
    ["once for one of its reasons", standing(held("staff", `${fraud.detail} ${ask}`)), null],
    [
      "for another reason of the same code, beside the first",
      standing(held("staff", ask)),
      `${ask} ${fraud.detail}`,
    ],
    ["for another code of the same reason", standing(held("stock_short", fraud.detail)), fraud.detail],
    ["not for what was let go of", { releasedHolds: [fraud] }, null],
    ["for another reason than was let go of", { releasedHolds: [{ ...fraud, detail: ask }] }, fraud.detail],
  ])("%s", (_when, over, detail) => {
    const events = decideNewHold(anOrder(over), fraud, { now: NOON, by: "web" });
    const hold = { ...fraud, detail, placedAt: NOON, placedBy: "web" };
    expect(events).toEqual(detail === null ? [] : [{ type: "order.held", hold }]);
  });

  it("and remembers what it was let go of for", () => {
    const order = evolve(anOrder(standing(held("staff", ask))), {
      type: "order.hold_released",
      code: "staff",
      by: "key_1",
    });
    expect(order).toMatchObject({ holds: [], releasedHolds: [{ code: "staff", detail: ask }] });
  });
});

describe("a hold is released", () => {
  const stuck = aLine("Mug", { unsourced: 1 });
  it.each<[string, HoldCode, HoldCode, OrderLine, string]>([
    ["when it stands", "staff", "staff", aLine("Mug"), "accepted"],
    ["but not when another stands", "staff", "stock_short", aLine("Mug"), "hold_unknown"],
    ["whatever units wait for a SKU", "staff", "staff", stuck, "accepted"],
    ["but not while units wait for a known SKU", "unknown_sku", "unknown_sku", stuck, "hold_unresolved"],
    ["but not while units wait for any SKU", "sku_missing", "sku_missing", stuck, "hold_unresolved"],
    ["when every SKU is known", "unknown_sku", "unknown_sku", aLine("Mug"), "accepted"],
    ["when every SKU is there", "sku_missing", "sku_missing", aLine("Mug", { backordered: 1 }), "accepted"],
  ])("%s", (_when, stands, asked, line, expected) => {
    const order = anOrder({ lines: [aLine("Cup"), line], ...standing(held(stands)) });
    expect(answer(decideReleaseHold(order, asked, "key_1"))).toBe(expected);
  });

  it("by somebody", () => {
    const order = anOrder(standing(held("staff")));
    expect(must(decideReleaseHold(order, "staff", "key_1"))).toEqual([
      { type: "order.hold_released", code: "staff", by: "key_1" },
    ]);
  });

  it("or says which lines keep it", () => {
    const lines = [stuck, aLine("Cup"), aLine("Hat", { unsourced: 1 })];
    const decision = decideReleaseHold(
      anOrder({ lines, ...standing(held("unknown_sku")) }),
      "unknown_sku",
      "key_1",
    );
    expect(decision).toMatchObject({
      rejection: { hold: "unknown_sku", detail: "Mug, Hat: assign a known SKU or cancel." },
    });
  });
});

describe("a hold ends with its reason", () => {
  const somewhere = (countryCode: string | null): Partial<Order> => ({
    shippingAddress: anOrder().shippingAddress && { ...anOrder().shippingAddress!, countryCode },
  });
  const owing = (backordered: number): Partial<Order> => ({
    lines: [aLine("Mug", { ordered: 2, backordered, allocated: 2 - backordered })],
  });
  it.each<[string, HoldCode, Partial<Order>, string[]]>([
    ["when all of it can leave together", "ship_complete", owing(0), ["ship_complete"]],
    ["and not while some is owed", "ship_complete", owing(1), []],
    ["when the country is known", "destination_unknown", somewhere("US"), ["destination_unknown"]],
    ["and not when another reason stands", "staff", owing(0), []],
  ])("%s", (_which, code, over, ended) => {
    const events = decideResolvedHolds(anOrder({ ...standing(held(code)), ...over }), "key_1");
    expect(events.map((event) => (event.type === "order.hold_released" ? event.code : event.type))).toEqual(
      ended,
    );
  });
});
