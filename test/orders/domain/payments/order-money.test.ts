import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantViolation } from "../../../../src/kernel/invariant";
import { listPrice, payable, type Amounts } from "../../../../src/orders/domain/amounts";
import type { NewOrderLine } from "../../../../src/orders/domain/new-order";
import { lineOf, type Order } from "../../../../src/orders/domain/order";
import { openUnits } from "../../../../src/orders/domain/order-line";
import {
  earningOf,
  openShipping,
  openWorth,
  restOfShipping,
  shippingAmounts,
  shippingCharge,
} from "../../../../src/orders/domain/payments/order-money";
import {
  aSale,
  balances,
  cancel,
  lineNamed,
  paid,
  release,
  ship,
  sold,
  takenIn,
} from "../../../support/a-sale";
import { aLine, anOrder } from "../../../support/an-order";

/** 10.00 off 2.00, with 0.80 of tax: 8.80, or 8.00 where the price holds the tax. */
const charge: Amounts = { grossMinor: 1000, discountMinor: 200, taxMinor: 80 };
const exclusive = anOrder({ lines: [aLine("Mug", { ordered: 3 })], shipping: charge });
const inclusive = { ...exclusive, taxIncluded: true };
const mugs = (quantity: number) => [{ lineId: exclusive.lines[0]!.id, quantity }];

describe("the shipping charge", () => {
  it.each<[string, Order, number]>([
    ["has its tax on top", exclusive, 880],
    ["holds its tax", inclusive, 800],
    ["may be nothing", anOrder({ shipping: { ...charge, discountMinor: 1000, taxMinor: 0 } }), 0],
  ])("%s", (_rule, order, expected) => {
    expect(shippingCharge(order)).toBe(expected);
  });

  it("is open as far as it is neither earned nor given back", () => {
    expect(openShipping({ ...exclusive, shippingEarnedMinor: 300, shippingCancelledMinor: 80 })).toBe(500);
  });

  /** Of 8.80: tax 0.80/8.80, discount 2.00/8.80, to the cent before. */
  it.each<[string, Order, number, number, Amounts, number]>([
    ["half", exclusive, 0, 440, { grossMinor: 500, discountMinor: 100, taxMinor: 40 }, 500],
    ["the other half", exclusive, 440, 880, { grossMinor: 500, discountMinor: 100, taxMinor: 40 }, 500],
    ["a cent", exclusive, 0, 1, { grossMinor: 1, discountMinor: 0, taxMinor: 0 }, 1],
    ["the last cent", exclusive, 879, 880, { grossMinor: 1, discountMinor: 1, taxMinor: 1 }, 1],
    ["half, tax included", inclusive, 0, 400, { grossMinor: 500, discountMinor: 100, taxMinor: 40 }, 460],
    ["nothing", exclusive, 300, 300, { grossMinor: 0, discountMinor: 0, taxMinor: 0 }, 0],
  ])("is split into list, discount and tax: %s", (_what, order, from, to, expected, list) => {
    const amounts = shippingAmounts(order, from, to);
    expect(amounts).toEqual(expected);
    expect(listPrice(amounts, order.taxIncluded)).toBe(list);
    expect(payable(amounts, order.taxIncluded)).toBe(to - from);
  });

  it("is split into nothing where there is none", () => {
    const free = anOrder({ shipping: { grossMinor: 500, discountMinor: 500, taxMinor: 0 } });
    expect(shippingAmounts(free, 0, 0)).toEqual({ grossMinor: 0, discountMinor: 0, taxMinor: 0 });
  });

  it.each<[string, number[], number[]]>([
    ["unit by unit", [1, 1, 1], [293, 293, 294]],
    ["in proportion", [2, 1], [586, 294]],
    ["whole in the only parcel", [3], [880]],
  ])("is earned as parcels leave, the last one earning the rest: %s", (_how, parcels, expected) => {
    let order = release(takenIn(aSale({ lines: [sold("Mug", 3)], shipping: charge })));
    const earned = parcels.map((quantity) => {
      const before = order.shippingEarnedMinor;
      order = ship(order, { Mug: quantity });
      return order.shippingEarnedMinor - before;
    });
    expect(earned).toEqual(expected);
  });

  it("counts units that wait elsewhere, and not those that are cancelled", () => {
    const lines = [sold("Mug", 2), sold("Cup", 2)];
    const order = release(takenIn(aSale({ lines, shipping: charge }), { Cup: "owed:2" }));
    expect(ship(order, { Mug: 1 }).shippingEarnedMinor).toBe(220);
    expect(ship(cancel(order, { Cup: 2 }), { Mug: 1 }).shippingEarnedMinor).toBe(440);
  });

  it("has a rest that is earned from deposits first", () => {
    const order = { ...exclusive, shippingEarnedMinor: 440 };
    const owed = { ...order, balances: { ...order.balances, depositsMinor: 300 } };
    expect(restOfShipping(owed)).toEqual({
      listMinor: 0,
      giftCardMinor: 0,
      discountMinor: 100,
      taxMinor: 40,
      shippingMinor: 500,
      fromDepositsMinor: 300,
      fromReceivableMinor: 140,
      costMinor: 0,
    });
  });
});

describe("what an order has open", () => {
  it("is worth what is neither sent nor cancelled, with the shipping", () => {
    expect(openWorth(exclusive)).toBe(3 * 2400 + 880);
    const line = aLine("Mug", { ordered: 3, shipped: 1, cancelled: 1 });
    expect(openWorth({ ...exclusive, lines: [line], shippingEarnedMinor: 293 })).toBe(2400 + 587);
    expect(openWorth({ ...inclusive, lines: [line] })).toBe(2000 + 800);
  });

  it("has a line for each id that is spoken of", () => {
    expect(lineOf(exclusive, exclusive.lines[0]!.id).title).toBe("Mug");
    expect(() => lineOf(exclusive, "line_hat")).toThrow(InvariantViolation);
  });
});

describe("what is earned by a parcel", () => {
  it("is list, discount, tax and shipping, from deposits first", () => {
    const order = { ...exclusive, balances: { ...exclusive.balances, depositsMinor: 2000 } };
    expect(earningOf(order, mugs(1))).toMatchObject({
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

  it("is booked without the tax where prices hold it", () => {
    const { earned } = earningOf(inclusive, mugs(3));
    expect(earned).toMatchObject({ listMinor: 4800, taxMinor: 1280, shippingMinor: 920, discountMinor: 200 });
    expect(earned.fromDepositsMinor).toBe(6800);
  });

  it("is no more than what is on deposit from deposits", () => {
    const line = aLine("Mug", { ordered: 1, taxMinor: 0 });
    const shipping = { grossMinor: 0, discountMinor: 0, taxMinor: 0 };
    const order = anOrder({
      lines: [line],
      shipping,
      balances: { depositsMinor: 2000, receivableMinor: 0, refundPayableMinor: 0 },
    });
    const units = [{ lineId: line.id, quantity: 1 }];
    expect(earningOf(order, units).earned).toMatchObject({ fromDepositsMinor: 2000, fromReceivableMinor: 0 });
  });

  it("is a liability where it is a gift card, and costs nothing where no stock is kept", () => {
    const card = aLine("Card", { kind: "gift_card", unitCostMinor: null, ordered: 2, taxMinor: 0 });
    const order = anOrder({ lines: [card, aLine("Mug")], shipping: charge });
    const units = order.lines.map(({ id }) => ({ lineId: id, quantity: 1 }));
    expect(earningOf(order, units).earned).toMatchObject({
      giftCardMinor: 2000,
      listMinor: 4000,
      costMinor: 700,
    });
  });

  it("says what each line's units are worth: the first of a line that is not split evenly", () => {
    const line = aLine("Mug", { ordered: 3, shipped: 1, grossMinor: 1000, discountMinor: 50, taxMinor: 100 });
    const { amountsByLine } = earningOf(anOrder({ lines: [line] }), [{ lineId: line.id, quantity: 1 }]);
    expect(amountsByLine.get(line.id)).toEqual({ grossMinor: 333, discountMinor: 17, taxMinor: 33 });
  });
});

describe("the parts of an order", () => {
  const amount = fc.integer({ min: 0, max: 1_000 });
  const line = fc
    .record({
      quantity: fc.integer({ min: 1, max: 9 }),
      gross: amount,
      off: fc.integer({ min: 0, max: 100 }),
      tax: amount,
    })
    .map(({ quantity, gross, off, tax }): Partial<NewOrderLine> & { quantity: number } => ({
      quantity,
      unitPriceMinor: Math.round(gross / quantity),
      grossMinor: gross,
      discountMinor: Math.floor((gross * off) / 100),
      taxMinor: tax % (gross + 1),
    }));
  const charge = fc.record({ gross: amount, tax: amount }).map(({ gross, tax }) => ({
    grossMinor: gross,
    discountMinor: gross % 7,
    taxMinor: tax % (gross - (gross % 7) + 1),
  }));
  const act = fc.record({ ship: fc.boolean(), line: fc.nat(2), quantity: fc.integer({ min: 1, max: 4 }) });
  const scenario = fc.record({
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    shipping: charge,
    taxIncluded: fc.boolean(),
    paid: fc.constantFrom(0, 50, 100, 100, 120),
    acts: fc.array(act, { maxLength: 12 }),
  });

  it("add up to the whole, whatever is sent and cancelled in whatever sequence", () => {
    fc.assert(
      fc.property(scenario, ({ lines, shipping, taxIncluded, paid: share, acts }) => {
        const goods = lines.map(({ quantity, ...amounts }, i) =>
          sold(`${i}`, quantity, taxless(amounts, taxIncluded)),
        );
        const sale = aSale({ lines: goods, shipping, taxIncluded });
        const amountMinor = Math.floor((sale.totalMinor * share) / 100);
        const authorized = { ...paid(1, "auth"), kind: "authorized" as const };
        let order = release(takenIn({ ...sale, payments: [paid(amountMinor), authorized] }));
        for (const { ship: sends, line: which, quantity: wanted } of acts) {
          const title = goods[which % goods.length]!.title;
          const quantity = Math.min(wanted, openUnits(lineOf(order, lineNamed(order, title))));
          if (quantity > 0) order = (sends ? ship : cancel)(order, { [title]: quantity });
        }
        for (const { title } of goods) {
          const quantity = openUnits(lineOf(order, lineNamed(order, title)));
          if (quantity > 0) order = ship(order, { [title]: quantity });
        }
        const { receivableMinor, refundPayableMinor, depositsMinor } = order.balances;
        const kept = amountMinor - refundPayableMinor + receivableMinor;
        expect(kept).toBe(worthSent(order));
        expect(depositsMinor).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  /** A price holds no more tax than it is. */
  const taxless = (amounts: Partial<NewOrderLine>, taxIncluded: boolean): Partial<NewOrderLine> =>
    taxIncluded
      ? { ...amounts, taxMinor: Math.min(amounts.taxMinor!, amounts.grossMinor! - amounts.discountMinor!) }
      : amounts;

  /** What was sent, from the front of each line, with the shipping; all of it where nothing was cancelled. */
  const worthSent = (order: Order): number =>
    order.lines.reduce((sum, line) => {
      const upTo = (amount: number) => Math.floor((amount * line.shipped) / line.ordered);
      const tax = order.taxIncluded ? 0 : upTo(line.taxMinor);
      return sum + upTo(line.grossMinor) - upTo(line.discountMinor) + tax;
    }, order.shippingEarnedMinor);
});

describe("a unit whose share of the discount is a cent more than its price", () => {
  /** 0.10 for seven, 0.09 off. Unit by unit: price 1 1 2 1 2 1 2, off 1 1 1 2 1 1 2, worth 0 0 1 −1 1 0 0. */
  const seven = [sold("Mug", 7, { unitPriceMinor: 1, grossMinor: 10, discountMinor: 9, taxMinor: 0 })];
  const unpaid = { payments: [{ ...paid(1), kind: "authorized" as const }] };
  const one = { Mug: 1 };
  const times = (order: Order, count: number, act: (order: Order) => Order): Order =>
    count === 0 ? order : times(act(order), count - 1, act);

  it("is sent, paid or not, and the order comes to its cent", () => {
    const sendOne = (order: Order) => ship(order, one);
    const paidFor = release(takenIn(aSale({ lines: seven })));
    expect([3, 4, 5, 7].map((units) => balances(times(paidFor, units, sendOne)))).toEqual([
      [],
      ["deposits 1"],
      [],
      [],
    ]);
    const owing = release(takenIn(aSale({ lines: seven, ...unpaid })));
    expect(balances(times(owing, 7, sendOne))).toEqual(["receivable 1"]);
  });

  it("is cancelled, or what follows it is, and no more is owed back than was paid", () => {
    const order = release(takenIn(aSale({ lines: seven })));
    const takeOne = (each: Order) => cancel(each, one);
    const sendOne = (each: Order) => ship(each, one);
    expect([2, 3, 4, 7].map((units) => balances(times(order, units, takeOne)))).toEqual([
      ["deposits 1"],
      ["owed back 1"],
      ["owed back 1"],
      ["owed back 1"],
    ]);
    expect(balances(times(times(order, 4, takeOne), 3, sendOne))).toEqual([]);
    const threeSent = times(order, 3, sendOne);
    const onlyFourthLeft = times(threeSent, 3, takeOne);
    expect(balances(onlyFourthLeft)).toEqual([]);
    expect(balances(sendOne(onlyFourthLeft))).toEqual(["owed back 1"]);
  });
});
