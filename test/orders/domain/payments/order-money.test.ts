import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../../src/kernel/invariant";
import { NO_AMOUNTS, type Amounts } from "../../../../src/orders/domain/amounts";
import { lineOf, type Order } from "../../../../src/orders/domain/order";
import { earningOf, excessDeposits, openWorth } from "../../../../src/orders/domain/payments/order-money";
import { aLine, anOrder } from "../../../support/an-order";
import { cancel, create, release, ship } from "../order-steps";
import { balancesText } from "../order-text";
import { aSale, authorized, sold } from "../sales";

/** 10.00, 2.00 off, 0.80 of tax: 8.80, or 8.00 if the price includes the tax. */
const shipping: Amounts = { grossMinor: 1000, discountMinor: 200, taxMinor: 80 };
const taxOnTop = anOrder({ lines: [aLine("Mug", { ordered: 3 })], shipping });
const taxIncluded = { ...taxOnTop, taxIncluded: true };
const ofMugs = (quantity: number) => [{ lineId: taxOnTop.lines[0]!.id, quantity }];

describe("openWorth", () => {
  const line = aLine("Mug", { ordered: 3, shipped: 1, cancelled: 1 });

  it.each<{ name: string; order: Order; expected: number }>([
    { name: "all units and the shipping", order: taxOnTop, expected: 3 * 2400 + 880 },
    {
      name: "the unit neither shipped nor cancelled, and the shipping that is not earned",
      order: { ...taxOnTop, lines: [line], shippingEarnedMinor: 293 },
      expected: 2400 + 587,
    },
    {
      name: "no tax on top if prices include it",
      order: { ...taxIncluded, lines: [line] },
      expected: 2000 + 800,
    },
  ])("includes $name", ({ order, expected }) => {
    expect(openWorth(order)).toBe(expected);
  });
});

describe("excessDeposits", () => {
  const worth = openWorth(taxOnTop);
  it.each([
    { name: "a deposit beyond the open worth", depositsMinor: worth + 1, expected: 1 },
    { name: "nothing of the open worth", depositsMinor: worth, expected: 0 },
    { name: "nothing of a smaller deposit", depositsMinor: worth - 1, expected: 0 },
  ])("is $name", ({ depositsMinor, expected }) => {
    expect(excessDeposits(taxOnTop, depositsMinor)).toBe(expected);
  });
});

describe("lineOf", () => {
  it("returns the order's line", () => {
    expect(lineOf(taxOnTop, taxOnTop.lines[0]!.id).title).toBe("Mug");
  });

  it("throws for a line that the order does not have", () => {
    expect(() => lineOf(taxOnTop, "line_hat")).toThrow(InvariantViolation);
  });
});

describe("earningOf", () => {
  it("splits a parcel into list, discount, tax and shipping, from deposits first", () => {
    const order = { ...taxOnTop, balances: { ...taxOnTop.balances, depositsMinor: 2000 } };
    expect(earningOf(order, ofMugs(1))).toMatchObject({
      shippingEarnedMinor: 293,
      earned: {
        listMinor: 2000,
        giftCardMinor: 0,
        discountMinor: 66,
        taxMinor: 426,
        shippingMinor: 333,
        fromDepositsMinor: 2000,
        fromReceivableMinor: 693,
        costMinor: 700,
      },
    });
  });

  it("has a list price without the tax that prices include", () => {
    const { earned } = earningOf(taxIncluded, ofMugs(3));
    expect(earned).toMatchObject({ listMinor: 4800, taxMinor: 1280, shippingMinor: 920, discountMinor: 200 });
    expect(earned.fromDepositsMinor).toBe(6800);
  });

  it("takes no more from deposits than is there", () => {
    const line = aLine("Mug", { ordered: 1, taxMinor: 0 });
    const order = anOrder({
      lines: [line],
      shipping: NO_AMOUNTS,
      balances: { depositsMinor: 2000, receivableMinor: 0, refundPayableMinor: 0 },
    });
    const { earned } = earningOf(order, [{ lineId: line.id, quantity: 1 }]);
    expect(earned).toMatchObject({ fromDepositsMinor: 2000, fromReceivableMinor: 0 });
  });

  it("counts gift cards as a liability, and no cost where no stock is kept", () => {
    const card = aLine("Card", { kind: "gift_card", unitCostMinor: null, ordered: 2, taxMinor: 0 });
    const order = anOrder({ lines: [card, aLine("Mug")], shipping });
    const units = order.lines.map(({ id }) => ({ lineId: id, quantity: 1 }));
    expect(earningOf(order, units).earned).toMatchObject({
      giftCardMinor: 2000,
      listMinor: 4000,
      costMinor: 700,
    });
  });

  it("gives each line's units their own share: the second unit of a line that does not divide", () => {
    const line = aLine("Mug", { ordered: 3, shipped: 1, grossMinor: 1000, discountMinor: 50, taxMinor: 100 });
    const { amountsByLine } = earningOf(anOrder({ lines: [line] }), [{ lineId: line.id, quantity: 1 }]);
    expect(amountsByLine.get(line.id)).toEqual({ grossMinor: 333, discountMinor: 17, taxMinor: 33 });
  });
});

describe("a unit whose share of the discount is a cent more than its price", () => {
  /** 0.10 for seven, 0.09 off. By unit: price 1 1 2 1 2 1 2, discount 1 1 1 2 1 1 2, worth 0 0 1 −1 1 0 0. */
  const seven = [sold("Mug", 7, { unitPriceMinor: 1, grossMinor: 10, discountMinor: 9, taxMinor: 0 })];
  const times = (order: Order, count: number, step: (order: Order) => Order): Order =>
    count === 0 ? order : times(step(order), count - 1, step);
  const shipOne = (order: Order) => ship(order, { Mug: 1 });
  const cancelOne = (order: Order) => cancel(order, { Mug: 1 });
  const order = release(create(aSale({ lines: seven })));

  it.each([
    { units: 3, balances: [] },
    { units: 4, balances: ["deposits 1"] },
    { units: 5, balances: [] },
    { units: 7, balances: [] },
  ])("becomes a deposit when it ships, and pays for the next unit: $units units", ({ units, balances }) => {
    expect(balancesText(times(order, units, shipOne))).toEqual(balances);
  });

  it("reduces what is receivable when it ships unpaid", () => {
    const unpaid = release(create(aSale({ lines: seven, payments: [authorized(1)] })));
    expect(balancesText(times(unpaid, 7, shipOne))).toEqual(["receivable 1"]);
  });

  it.each([
    { units: 2, balances: ["deposits 1"] },
    { units: 3, balances: ["refund due 1"] },
    { units: 4, balances: ["refund due 1"] },
    { units: 7, balances: ["refund due 1"] },
  ])("makes no more due than was paid when it is cancelled: $units units", ({ units, balances }) => {
    expect(balancesText(times(order, units, cancelOne))).toEqual(balances);
  });

  it("is worth its cent in any sequence of shipments and cancellations", () => {
    expect(balancesText(times(times(order, 4, cancelOne), 3, shipOne))).toEqual([]);
    const onlyFourthLeft = times(times(order, 3, shipOne), 3, cancelOne);
    expect(balancesText(onlyFourthLeft)).toEqual([]);
    expect(balancesText(shipOne(onlyFourthLeft))).toEqual(["refund due 1"]);
  });
});
