import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../src/kernel/invariant";
import { assertConsistent, unitsToShip } from "../../../src/orders/domain/evolve/consistency";
import { decideInTurn, evolveAll } from "../../../src/orders/domain/evolve/evolve";
import { isLive, type FulfillmentStatus } from "../../../src/orders/domain/fulfillments/fulfillment";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import type { OrderLine } from "../../../src/orders/domain/order-line";
import { statusOf } from "../../../src/orders/domain/order-status";
import { lineId } from "../../support/a-sale";
import { aLine, anOrder, NOON } from "../../support/an-order";
import { cancelling, from, held, mug, parcel, part } from "./mugs-world";

const NOTHING_OWED = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 };
describe("statusOf", () => {
  const sentMug = mug({ shipped: 1 });
  const arrived = [parcel("1", 1, "ful_a", NOON)];
  const done = { lines: [sentMug], shipments: arrived, balances: NOTHING_OWED };
  const owes = (over: Partial<Order["balances"]>) => ({ ...done, balances: { ...NOTHING_OWED, ...over } });

  it.each<[string, Partial<Order>, string]>([
    ["open while units wait", { lines: [mug()] }, "open"],
    ["open while units are owed", { lines: [sentMug, aLine("Cup", { backordered: 1 })] }, "open"],
    ["open while units have no SKU", { lines: [sentMug, aLine("Cup", { unsourced: 1 })] }, "open"],
    ["on hold while it is held", { lines: [mug()], holds: [held("staff")] }, "on_hold"],
    ["closed when all has arrived and nothing is owed", done, "closed"],
    [
      "closed when what was not cancelled has arrived",
      { ...done, lines: [sentMug, aLine("Cup", { cancelled: 1 })] },
      "closed",
    ],
    [
      "open while a parcel is under way",
      { ...done, shipments: [...arrived, parcel("2", 1, "ful_a")] },
      "open",
    ],
    ["open while something is on deposit", owes({ depositsMinor: 1 }), "open"],
    ["open while something is owed to us", owes({ receivableMinor: 1 }), "open"],
    ["open while something is owed back", owes({ refundPayableMinor: 1 }), "open"],
    ["on hold, finished as it is, while it is held", { ...done, holds: [held("staff")] }, "on_hold"],
    ["cancelled when nothing of it was sent", { lines: [mug({ cancelled: 1 })] }, "cancelled"],
    [
      "cancelled, though a refund is owed",
      { lines: [mug({ cancelled: 1 })], balances: { ...NOTHING_OWED, refundPayableMinor: 9 } },
      "cancelled",
    ],
    ["cancelled, though it is held", { lines: [mug({ cancelled: 1 })], holds: [held("staff")] }, "cancelled"],
  ])("is %s", (_rule, over, expected) => {
    expect(statusOf(anOrder(over))).toBe(expected);
  });
});

describe("evolveAll", () => {
  const open = anOrder({ lines: [mug()], fulfillments: [part("a", 1)] });
  const cancelled = [cancelling({ allocated: [from("a", 1)] })];

  it("makes one version of all the events, with the status that follows", () => {
    const hold: OrderEvent = { type: "order.held", hold: held("staff") };
    const after = evolveAll(
      open,
      [hold, { type: "order.storefront_seen", storefrontUpdatedAt: 9 }],
      NOON + 1,
    );
    expect(after).toMatchObject({ version: 2, status: "on_hold", storefrontUpdatedAt: 9, closedAt: null });
  });

  it("is finished when it first was, until it is not", () => {
    const first = evolveAll(open, cancelled, NOON + 1);
    expect(first).toMatchObject({ status: "cancelled", closedAt: NOON + 1 });
    const noted = evolveAll(first, [{ type: "order.note_added", text: "Hello", by: "staff" }], NOON + 2);
    expect(noted).toMatchObject({ version: 3, closedAt: NOON + 1 });
    const added: OrderEvent = {
      type: "order.lines_added",
      lines: [aLine("Cup", { backordered: 1 })],
      fulfillments: [],
      totalMinor: 0,
    };
    expect(evolveAll(noted, [added], NOON + 3)).toMatchObject({ status: "open", closedAt: null });
  });

  it("refuses what is not consistent", () => {
    expect(() => evolveAll(open, [cancelling({ allocated: [from("a", 2)] })], NOON)).toThrow(
      InvariantViolation,
    );
  });
});

describe("decideInTurn", () => {
  const open = anOrder({ lines: [mug({ ordered: 2 })], fulfillments: [part("a", 2)] });

  it("lets each decision see what the ones before have done, and gives all their events in order", () => {
    const seen: number[] = [];
    const one = (order: Order): OrderEvent[] => {
      seen.push(order.lines[0]!.cancelled);
      return order.lines[0]!.allocated === 0 ? [] : [cancelling({ allocated: [from("a", 1)] })];
    };
    expect(decideInTurn(open, [one, one, one]).map(({ type }) => type)).toEqual([
      "units.cancelled",
      "units.cancelled",
    ]);
    expect(seen).toEqual([0, 1, 2]);
  });

  it("stops at the first that leaves the order inconsistent", () => {
    const tooMany = (): OrderEvent[] => [cancelling({ allocated: [from("a", 3)] })];
    const back = (): OrderEvent[] => [cancelling({ allocated: [from("a", -1)] })];
    expect(() => decideInTurn(open, [tooMany, back])).toThrow(InvariantViolation);
  });
});

describe("an order is never", () => {
  const sound = anOrder({
    lines: [mug({ ordered: 2, shipped: 1, returned: 1 })],
    fulfillments: [part("a", 1)],
  });
  const line = (over: Partial<OrderLine>) => ({ ...sound, lines: [{ ...sound.lines[0]!, ...over }] });
  const balance = (over: Partial<Order["balances"]>) => ({
    ...sound,
    balances: { ...NOTHING_OWED, ...over },
  });
  const whole = "a quantity is whole and not negative";
  const conserved = "ordered = unsourced + backordered + allocated + shipped + cancelled";
  const positive = "no balance of an order is negative";
  const planned = "allocated units are exactly those that fulfillments have yet to ship";

  it.each<[string, Order, string]>([
    ["one unit short", line({ ordered: 3 }), conserved],
    ["one unit over", line({ ordered: 1 }), conserved],
    ["of less than no unit unsourced", line({ unsourced: -1, backordered: 1 }), whole],
    ["of less than no unit owed", line({ backordered: -1, unsourced: 1 }), whole],
    ["of less than no unit allocated", line({ allocated: -1, cancelled: 2 }), whole],
    ["of less than no unit shipped", line({ shipped: -1, cancelled: 2 }), whole],
    ["of less than no unit cancelled", line({ cancelled: -1, backordered: 1 }), whole],
    ["of less than no unit removed", line({ removed: -1 }), whole],
    ["of less than no unit returned", line({ returned: -1 }), whole],
    ["of half a unit", line({ shipped: 0.5, backordered: 0.5 }), whole],
    ["sent back more than was sent", line({ returned: 2 }), "returned ≤ shipped"],
    ["edited more than is cancelled", line({ removed: 1 }), "removed ≤ cancelled"],
    ["less than nothing on deposit", balance({ depositsMinor: -1 }), positive],
    ["owed less than nothing", balance({ receivableMinor: -1 }), positive],
    ["owing less than nothing", balance({ refundPayableMinor: -1 }), positive],
    ["owing half a cent", balance({ refundPayableMinor: 0.5 }), positive],
    ["allocated what no part is to send", { ...sound, fulfillments: [] }, planned],
    ["sending what is not allocated", { ...sound, fulfillments: [part("a", 2)] }, planned],
    [
      "allocated what a cancelled part held",
      { ...sound, fulfillments: [part("a", 1, { status: "cancelled" })] },
      planned,
    ],
  ])("%s", (_what, order, rule) => {
    expect(() => assertConsistent(sound)).not.toThrow();
    expect(() => assertConsistent(order)).toThrow(rule);
  });
});

describe("a part", () => {
  it.each<[FulfillmentStatus, boolean]>([
    ["planned", true],
    ["released", true],
    ["picked", true],
    ["packed", true],
    ["shipped", false],
    ["delivered", false],
    ["cancelled", false],
    ["rejected", false],
  ])("that is %s has units to send: %s", (status, live) => {
    expect(isLive(part("a", 1, { status }))).toBe(live);
  });

  it("has yet to send what it has not sent", () => {
    const begun = part("a", 3, {
      status: "packed",
      lines: [{ lineId: lineId("Mug"), quantity: 3, shipped: 1 }],
    });
    const order = anOrder({ fulfillments: [begun, part("b", 4), part("c", 5, { status: "rejected" })] });
    expect(unitsToShip(order, lineId("Mug"))).toBe(6);
  });
});
