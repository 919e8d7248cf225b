/** Holds that follow from the order itself: when each is placed, when it ends, and what staff have released. */
import { describe, expect, it } from "vitest";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import type { HoldCode } from "../../../../src/orders/domain/holds/hold";
import { decideStandingHolds } from "../../../../src/orders/domain/holds/standing-holds";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderLine } from "../../../../src/orders/domain/order-line";
import { aLine, anAddress, anOrder, NOON } from "../../../support/an-order";
import { held } from "../mug-orders";
import { cancelled, holdsText, NO_PAYMENT, onHold, PLACED, refund, refunded, shipped } from "./standing";

/** The order after the holds that follow from it are placed. */
const withHolds = (order: Order): Order => decideStandingHolds(order, PLACED).reduce(evolve, order);

const unpaid = (over: Partial<Order> = {}) => anOrder({ payments: [], capturedMinor: 0, ...over });

describe("payment_pending", () => {
  const placed = [`+payment_pending ${NO_PAYMENT}`];
  it.each<{ name: string; order: Order; expected: string[] }>([
    { name: "holds an order that is not paid", order: unpaid(), expected: placed },
    {
      name: "does not hold one of which a cent is captured",
      order: unpaid({ capturedMinor: 1 }),
      expected: [],
    },
    {
      name: "does not hold one of which a cent is authorized",
      order: unpaid({ authorizedMinor: 1 }),
      expected: [],
    },
    { name: "does not hold one that costs nothing", order: unpaid({ totalMinor: 0 }), expected: [] },
    { name: "holds one that costs a cent", order: unpaid({ totalMinor: 1 }), expected: placed },
    { name: "does not hold one that was shipped", order: unpaid(shipped), expected: [] },
    { name: "does not hold one that was cancelled", order: unpaid(cancelled), expected: [] },
    {
      name: "holds one that is partly shipped",
      order: unpaid({ lines: [aLine("Mug", { ordered: 2, shipped: 1 })] }),
      expected: placed,
    },
    {
      name: "ends with a captured payment",
      order: unpaid({ ...onHold("payment_pending"), capturedMinor: 1 }),
      expected: ["-payment_pending"],
    },
    {
      name: "ends with the last unit",
      order: unpaid({ ...onHold("payment_pending"), ...cancelled }),
      expected: ["-payment_pending"],
    },
    {
      name: "stands as it is while the reason is there",
      order: unpaid({ holds: [held("payment_pending", NO_PAYMENT)] }),
      expected: [],
    },
    {
      name: "does not hold the order again after staff have released it",
      order: unpaid({ releasedHolds: [{ code: "payment_pending", detail: NO_PAYMENT }] }),
      expected: [],
    },
    {
      name: "holds the order although staff have released another hold of that detail",
      order: unpaid({ releasedHolds: [{ code: "staff", detail: NO_PAYMENT }] }),
      expected: placed,
    },
  ])("$name", ({ order, expected }) => {
    expect(holdsText(order)).toEqual(expected);
  });

  it("holds the order again once a payment is taken back", () => {
    const paid = evolve(unpaid({ holds: [held("payment_pending", NO_PAYMENT)] }), {
      type: "payment.captured",
      externalId: "p",
      amountMinor: 100,
      at: NOON,
    });
    const resumed = withHolds(paid);
    expect(resumed.holds).toEqual([]);
    const back = { type: "payment.reversed", externalId: "p", amountMinor: 100, at: NOON } as const;
    expect(holdsText(evolve(resumed, back))).toEqual(placed);
  });
});

describe("a hold that another rule has placed", () => {
  const address = (countryCode: string | null): Partial<Order> => ({
    shippingAddress: { ...anAddress, countryCode },
  });
  const mug = (over: Partial<OrderLine>): Partial<Order> => ({
    lines: [aLine("Mug", { ordered: 2, ...over })],
  });

  it.each<{ name: string; code: HoldCode; order: Partial<Order>; ends: boolean }>([
    { name: "ends once no unit is backordered", code: "ship_complete", order: mug({}), ends: true },
    {
      name: "stands while a unit is backordered",
      code: "ship_complete",
      order: mug({ backordered: 1 }),
      ends: false,
    },
    {
      name: "stands while a unit of another line is backordered",
      code: "ship_complete",
      order: { lines: [aLine("Cup"), aLine("Mug", { backordered: 1 })] },
      ends: false,
    },
    { name: "ends once the country is known", code: "destination_unknown", order: address("US"), ends: true },
    {
      name: "stands while the country is unknown",
      code: "destination_unknown",
      order: address(null),
      ends: false,
    },
    {
      name: "ends once the order has no address",
      code: "destination_unknown",
      order: { shippingAddress: null },
      ends: true,
    },
    {
      name: "ends once the goods were shipped",
      code: "address_missing",
      order: mug({ shipped: 2 }),
      ends: true,
    },
    {
      name: "ends once the goods were cancelled",
      code: "address_missing",
      order: mug({ cancelled: 2 }),
      ends: true,
    },
    {
      name: "stands while one of the goods is open",
      code: "address_missing",
      order: mug({ shipped: 1 }),
      ends: false,
    },
    {
      name: "stands while one of the goods is open, beside a line that was shipped and a download",
      code: "address_missing",
      order: { lines: [aLine("Cup", { shipped: 1 }), aLine("Mug"), aLine("Song", { kind: "digital" })] },
      ends: false,
    },
    {
      name: "ends if only a download is open",
      code: "address_missing",
      order: { lines: [aLine("Mug", { shipped: 1 }), aLine("Song", { kind: "digital" })] },
      ends: true,
    },
    { name: "stands whatever the order is like", code: "staff", order: mug({}), ends: false },
    ...(["sku_missing", "unknown_sku", "no_location"] as const).map((code) => ({
      name: "stands once the line is sourced: the change that sources it ends it",
      code,
      order: mug({}),
      ends: false,
    })),
  ])("$code $name", ({ code, order, ends }) => {
    expect(holdsText(anOrder({ ...onHold(code), ...order }))).toEqual(ends ? [`-${code}`] : []);
  });

  it.each<{ name: string; order: Partial<Order> }>([
    { name: "backordered units", order: mug({ backordered: 1 }) },
    { name: "an unknown country", order: address(null) },
    { name: "unsourced units", order: mug({ unsourced: 1 }) },
  ])("is not placed by these rules: $name", ({ order }) => {
    expect(holdsText(anOrder(order))).toEqual([]);
  });

  it("ends beside others that stand", () => {
    const codes: HoldCode[] = ["staff", "ship_complete", "destination_unknown", "no_location"];
    const order = anOrder({ ...onHold(...codes), ...mug({ unsourced: 1 }), ...address("US") });
    expect(holdsText(order)).toEqual(["-ship_complete", "-destination_unknown"]);
  });
});

it("the events name who placed and ended the holds, and when; an ended hold is resolved, not released", () => {
  const order = unpaid(onHold("ship_complete"));
  expect(decideStandingHolds(order, PLACED)).toEqual([
    {
      type: "order.held",
      hold: { code: "payment_pending", detail: NO_PAYMENT, placedAt: NOON + 5, placedBy: "web" },
    },
    { type: "order.hold_released", code: "ship_complete", by: "web", resolved: true },
  ]);
});

it("the holds that follow from an order change nothing the second time", () => {
  const refunds = [refund("r1"), refund("r2")];
  const order = withHolds(refunded(refunds, { capturedMinor: 900, ...onHold("ship_complete", "staff") }));
  expect(order.holds.map(({ code }) => code)).toEqual(["staff", "refund_unclear", "refund_excessive"]);
  expect(decideStandingHolds(order, PLACED)).toEqual([]);
});
