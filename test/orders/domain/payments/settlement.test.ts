/** What is owed in which direction, from the facts of an order. */
import { describe, expect, it } from "vitest";
import type { Order } from "../../../../src/orders/domain/order";
import { NOTHING_OWED, settlementOf } from "../../../../src/orders/domain/payments/settlement";
import { aLine } from "../../../support/an-order";
import { facts, onlyFourthLeft, refundFor, three, units } from "./money-facts";

/** What is not zero: `{ deposits: 300, owed: 100 }`. */
type Expected = Readonly<
  Partial<Record<"deposits" | "receivable" | "owed" | "allowance" | "fee" | "rounding", number>>
>;

function settled(order: Order): Expected {
  const { balances, allowanceMinor, feeMinor, refundRoundingMinor } = settlementOf(order);
  const all = {
    deposits: balances.depositsMinor,
    receivable: balances.receivableMinor,
    owed: balances.refundPayableMinor,
    allowance: allowanceMinor,
    fee: feeMinor,
    rounding: refundRoundingMinor,
  };
  return Object.fromEntries(Object.entries(all).filter(([, amountMinor]) => amountMinor !== 0));
}

type Case = Readonly<{ name: string; paid: number; order: Order; expected: Expected }>;
const itSettles = (cases: readonly Case[]) =>
  it.each(cases)("$name, paid $paid", ({ paid, order, expected }) => {
    const captured = { ...order, capturedMinor: paid };
    expect(settled(captured)).toEqual(expected);
    for (const balance of Object.values(settlementOf(captured).balances))
      expect(balance).toBeGreaterThanOrEqual(0);
  });

/** Four units at 1.00. */
const open = facts([units()]);
const oneSent = facts([units({ shipped: 1 })]);
const allSent = facts([units({ shipped: 4 })]);
const oneCancelled = facts([units({ cancelled: 1 })]);
const allCancelled = facts([units({ cancelled: 4 })]);

describe("what is paid and not refunded", () => {
  itSettles([
    { name: "nothing is owed for nothing: open", paid: 0, order: open, expected: {} },
    { name: "is a deposit for open units", paid: 1, order: open, expected: { deposits: 1 } },
    { name: "is a deposit up to their worth", paid: 400, order: open, expected: { deposits: 400 } },
    { name: "is owed back beyond their worth", paid: 401, order: open, expected: { deposits: 400, owed: 1 } },
    { name: "what is sent unpaid is receivable", paid: 0, order: oneSent, expected: { receivable: 100 } },
    { name: "pays for what is sent first", paid: 99, order: oneSent, expected: { receivable: 1 } },
    { name: "pays for what is sent to the cent", paid: 100, order: oneSent, expected: {} },
    { name: "is a deposit for the rest", paid: 101, order: oneSent, expected: { deposits: 1 } },
    { name: "is a deposit for all the rest", paid: 400, order: oneSent, expected: { deposits: 300 } },
    { name: "is owed back beyond the rest", paid: 401, order: oneSent, expected: { deposits: 300, owed: 1 } },
    { name: "all is sent, a cent is receivable", paid: 399, order: allSent, expected: { receivable: 1 } },
    { name: "all is sent", paid: 400, order: allSent, expected: {} },
    { name: "all is sent, a cent is owed back", paid: 401, order: allSent, expected: { owed: 1 } },
    { name: "is a deposit for what is left", paid: 300, order: oneCancelled, expected: { deposits: 300 } },
    {
      name: "is owed back for what is cancelled",
      paid: 301,
      order: oneCancelled,
      expected: { deposits: 300, owed: 1 },
    },
    {
      name: "is owed back for the whole unit",
      paid: 400,
      order: oneCancelled,
      expected: { deposits: 300, owed: 100 },
    },
    { name: "is all owed back if all is cancelled", paid: 400, order: allCancelled, expected: { owed: 400 } },
    { name: "all is cancelled unpaid", paid: 0, order: allCancelled, expected: {} },
  ]);
});

describe("a refund of cancelled units", () => {
  const refunded = (amountMinor: number) =>
    facts([units({ cancelled: 1 })], { refunds: [refundFor(amountMinor, ["1 A"])] });
  itSettles([
    { name: "settles what is owed", paid: 400, order: refunded(100), expected: { deposits: 300 } },
    {
      name: "a cent less is owed still",
      paid: 400,
      order: refunded(99),
      expected: { deposits: 300, owed: 1 },
    },
    {
      name: "a cent more is an allowance",
      paid: 400,
      order: refunded(101),
      expected: { deposits: 300, allowance: 1 },
    },
    {
      name: "a cent more returns a cent that was paid too much",
      paid: 401,
      order: refunded(101),
      expected: { deposits: 300 },
    },
    { name: "of nothing is no fee", paid: 400, order: refunded(0), expected: { deposits: 300, owed: 100 } },
    {
      name: "is receivable until its payment arrives",
      paid: 0,
      order: refunded(100),
      expected: { receivable: 100 },
    },
    { name: "leaves a deposit of what is paid", paid: 150, order: refunded(100), expected: { deposits: 50 } },
  ]);
});

describe("a refund of returned units", () => {
  const refunded = (amountMinor: number) =>
    facts([units({ shipped: 4, returned: 1 })], { refunds: [refundFor(amountMinor, ["1 A 1"])] });
  itSettles([
    { name: "of their worth settles", paid: 400, order: refunded(100), expected: {} },
    { name: "a cent less is a fee", paid: 400, order: refunded(99), expected: { fee: 1 } },
    { name: "of a cent is a fee of the rest", paid: 400, order: refunded(1), expected: { fee: 99 } },
    { name: "of nothing is owed back", paid: 400, order: refunded(0), expected: { owed: 100 } },
    { name: "a cent more is an allowance", paid: 400, order: refunded(101), expected: { allowance: 1 } },
    { name: "a cent more returns what was paid too much", paid: 401, order: refunded(101), expected: {} },
    {
      name: "the fee is what the customer has paid for it",
      paid: 350,
      order: refunded(1),
      expected: { fee: 49 },
    },
    { name: "no fee of what is not paid", paid: 301, order: refunded(1), expected: {} },
    {
      name: "no fee while something is receivable",
      paid: 300,
      order: refunded(1),
      expected: { receivable: 1 },
    },
    {
      name: "the fee takes nothing of an overpayment",
      paid: 450,
      order: refunded(1),
      expected: { fee: 99, owed: 50 },
    },
  ]);

  const twoOpen = facts([units({ shipped: 2, returned: 1 })], { refunds: [refundFor(1, ["1 A 1"])] });
  itSettles([
    {
      name: "the open units are paid before the fee",
      paid: 400,
      order: twoOpen,
      expected: { deposits: 200, fee: 99 },
    },
    {
      name: "the fee is what they leave of it",
      paid: 302,
      order: twoOpen,
      expected: { deposits: 200, fee: 1 },
    },
    {
      name: "the fee is nothing if they leave nothing",
      paid: 301,
      order: twoOpen,
      expected: { deposits: 200 },
    },
    { name: "the fee takes nothing from them", paid: 300, order: twoOpen, expected: { deposits: 199 } },
  ]);

  const keptFee = (amountMinor: number) =>
    facts([units({ shipped: 4, returned: 1 })], {
      refunds: [refundFor(80, ["1 A 1"]), refundFor(amountMinor, [], { externalId: "r2" })],
    });
  itSettles([
    {
      name: "its fee is less by a later refund without units",
      paid: 400,
      order: keptFee(5),
      expected: { fee: 15 },
    },
    { name: "its fee is paid back by a later refund", paid: 400, order: keptFee(20), expected: {} },
    {
      name: "what exceeds the fee is an allowance",
      paid: 400,
      order: keptFee(21),
      expected: { allowance: 1 },
    },
  ]);
});

describe("a refund that lists nothing", () => {
  const goodwill = (order: Order, amountMinor: number) => {
    const refunds = [refundFor(amountMinor)];
    return { ...order, refunds, refundedMinor: amountMinor };
  };
  itSettles([
    {
      name: "is an allowance",
      paid: 400,
      order: goodwill(open, 5),
      expected: { deposits: 400, allowance: 5 },
    },
    {
      name: "is an allowance after the shipment",
      paid: 400,
      order: goodwill(allSent, 5),
      expected: { allowance: 5 },
    },
    {
      name: "returns what was paid too much first",
      paid: 404,
      order: goodwill(open, 5),
      expected: { deposits: 400, allowance: 1 },
    },
    {
      name: "returns all that was paid too much",
      paid: 405,
      order: goodwill(open, 5),
      expected: { deposits: 400 },
    },
    {
      name: "leaves the rest of what was paid too much",
      paid: 406,
      order: goodwill(open, 5),
      expected: { deposits: 400, owed: 1 },
    },
    {
      name: "is an allowance and no more, if less was paid than is sent",
      paid: 300,
      order: goodwill(allSent, 5),
      expected: { receivable: 100, allowance: 5 },
    },
    {
      name: "is an allowance until its payment arrives",
      paid: 0,
      order: goodwill(open, 5),
      expected: { allowance: 5 },
    },
    {
      name: "returns what cancelled units cost",
      paid: 400,
      order: goodwill(allCancelled, 5),
      expected: { owed: 395 },
    },
    {
      name: "returns all that cancelled units cost",
      paid: 400,
      order: goodwill(allCancelled, 400),
      expected: {},
    },
    {
      name: "is an allowance beyond all that was paid",
      paid: 400,
      order: goodwill(allCancelled, 401),
      expected: { allowance: 1 },
    },
  ]);
});

describe("refunds of shipping, with a charge of 0.60", () => {
  const shipping = { grossMinor: 50, discountMinor: 0, taxMinor: 10 };
  const refunded = (shippingMinor: number, over: Parameters<typeof units>[0]) =>
    facts([units(over)], { shipping, refunds: [refundFor(shippingMinor, [], { shippingMinor })] });
  itSettles([
    { name: "before the shipment", paid: 460, order: refunded(30, {}), expected: { deposits: 430 } },
    { name: "after it", paid: 460, order: refunded(30, { shipped: 4 }), expected: {} },
    { name: "of all of it", paid: 460, order: refunded(60, { shipped: 4 }), expected: {} },
    {
      name: "a cent too much is an allowance",
      paid: 460,
      order: refunded(61, { shipped: 4 }),
      expected: { allowance: 1 },
    },
    {
      name: "and then all is cancelled",
      paid: 460,
      order: refunded(30, { cancelled: 4 }),
      expected: { owed: 430 },
    },
  ]);
});

describe("an open unit that is worth −0.01", () => {
  const returned = aLine("B", { grossMinor: 100, taxMinor: 0, shipped: 1, returned: 1 });
  const order = facts([onlyFourthLeft, returned], { refunds: [refundFor(1, ["1 B 1"])] });
  itSettles([
    { name: "is no deposit less than nothing", paid: 1, order: facts([onlyFourthLeft]), expected: {} },
    { name: "owes nothing before it ships", paid: 2, order: facts([onlyFourthLeft]), expected: { owed: 1 } },
    { name: "is no fee more than was paid", paid: 100, order, expected: { fee: 98 } },
    { name: "leaves the whole fee", paid: 101, order, expected: { fee: 99 } },
  ]);
});

describe("rounding of 0.02", () => {
  const rounded = (over: Parameters<typeof units>[0], roundingMinor = 2) =>
    facts([units(over)], { roundingMinor });
  itSettles([
    { name: "is a deposit with the units", paid: 402, order: rounded({}), expected: { deposits: 402 } },
    { name: "is earned with the last unit", paid: 402, order: rounded({ shipped: 4 }), expected: {} },
    {
      name: "is receivable if it is not paid",
      paid: 400,
      order: rounded({ shipped: 4 }),
      expected: { receivable: 2 },
    },
    {
      name: "is owed back if all is cancelled",
      paid: 402,
      order: rounded({ cancelled: 4 }),
      expected: { owed: 402 },
    },
    { name: "takes off as well", paid: 398, order: rounded({ shipped: 4 }, -2), expected: {} },
  ]);
});

describe("a test of the checkout", () => {
  itSettles([
    { name: "owes nothing for what is paid", paid: 400, order: { ...open, isTest: true }, expected: {} },
    { name: "owes nothing for what is sent", paid: 0, order: { ...allSent, isTest: true }, expected: {} },
    {
      name: "has no allowance",
      paid: 400,
      order: { ...facts([units({ shipped: 4 })], { refunds: [refundFor(5)] }), isTest: true },
      expected: {},
    },
    {
      name: "has no fee",
      paid: 400,
      order: {
        ...facts([units({ shipped: 4, returned: 1 })], { refunds: [refundFor(0, ["1 A 1"])] }),
        isTest: true,
      },
      expected: {},
    },
  ]);

  it("has the balances of an order for which nothing is owed", () => {
    expect(settlementOf({ ...open, capturedMinor: 400, isTest: true }).balances).toEqual(NOTHING_OWED);
    expect(NOTHING_OWED).toEqual({ depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 });
  });
});

describe("a cent of rounding in a refund", () => {
  const cancelled = (amountMinor: number, count = 1) =>
    facts([three({ cancelled: count })], { refunds: [refundFor(amountMinor, [`${count} A`])] });
  const returned = (amountMinor: number) =>
    facts([three({ shipped: 3, returned: 1 })], { refunds: [refundFor(amountMinor, ["1 A 1"])] });

  itSettles([
    { name: "less is not owed", paid: 1050, order: cancelled(350), expected: { deposits: 699, rounding: 1 } },
    { name: "less is not kept unpaid", paid: 1049, order: cancelled(350), expected: { deposits: 699 } },
    {
      name: "more is no allowance",
      paid: 1050,
      order: cancelled(352),
      expected: { deposits: 699, rounding: -1 },
    },
    { name: "less for a return is no fee", paid: 1050, order: returned(349), expected: { rounding: 1 } },
    {
      name: "more for a return is no allowance",
      paid: 1050,
      order: returned(352),
      expected: { rounding: -2 },
    },
    { name: "all is exact", paid: 1050, order: cancelled(1050, 3), expected: {} },
  ]);
});

describe("what the storefront lists as kept", () => {
  const kept = (keptMinor: number) =>
    facts([units({ cancelled: 4 })], { refunds: [refundFor(390, ["4 A"], { keptMinor })] });
  itSettles([
    { name: "is a fee", paid: 400, order: kept(10), expected: { fee: 10 } },
    { name: "leaves the rest owed", paid: 400, order: kept(4), expected: { fee: 4, owed: 6 } },
    { name: "is none of what was not paid", paid: 390, order: kept(10), expected: {} },
  ]);
});
