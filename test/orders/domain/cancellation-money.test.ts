/** What a cancellation is worth, and what it makes due for refund. */
import { describe, expect, it } from "vitest";
import { decideCancel } from "../../../src/orders/domain/cancellation";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import type { Order } from "../../../src/orders/domain/order";
import { earnedWorth, openWorth } from "../../../src/orders/domain/payments/order-money";
import { decideRefund } from "../../../src/orders/domain/payments/refunds";
import { accepted, cancel, create, refund, release, RULES, ship, type Units } from "./order-steps";
import { balancesText, postingsText } from "./order-text";
import { aRefund, aSale, authorized, mugs, paid, refundLines, sold } from "./sales";

const why = { reason: "Changed their mind", by: "staff" };

/** 10.00 for three, 0.50 off, 1.00 of tax. By unit: 3.33 3.33 3.34, discount 0.16 0.17 0.17, tax 0.33 0.33 0.34. */
const three = {
  lines: [sold("Mug", 3, { unitPriceMinor: 333, grossMinor: 1000, discountMinor: 50, taxMinor: 100 })],
};

/** 48.00 for two mugs, and 6.00 for shipping. */
const two = { ...mugs(2), shipping: { grossMinor: 500, discountMinor: 0, taxMinor: 100 } };
const withPayment = (amountMinor: number) => create(aSale({ ...two, payments: [paid(amountMinor)] }));
const oneShipped = (over: Partial<NewOrder> = {}): Order =>
  ship(release(create(aSale({ ...two, ...over }))), { Mug: 1 });

/** What the customer is to pay for what is not cancelled or returned. */
const worthOf = (order: Order): number => openWorth(order) + earnedWorth(order);

describe("a cancellation makes due", () => {
  it.each<{
    name: string;
    order: Order;
    units: Units | "all";
    worthMinor: number;
    balances: string[];
  }>([
    {
      name: "the worth of the last unit first: 3.34 − 0.17 + 0.34",
      order: create(aSale(three)),
      units: { Mug: 1 },
      worthMinor: 351,
      balances: ["deposits 699", "refund due 351"],
    },
    {
      name: "the worth of the unit before it next: 3.33 − 0.17 + 0.33",
      order: cancel(create(aSale(three)), { Mug: 1 }),
      units: { Mug: 1 },
      worthMinor: 349,
      balances: ["deposits 350", "refund due 700"],
    },
    {
      name: "the same for two units at once: 3.51 + 3.49",
      order: create(aSale(three)),
      units: { Mug: 2 },
      worthMinor: 700,
      balances: ["deposits 350", "refund due 700"],
    },
    {
      name: "no tax on top if prices include it: 3.34 − 0.17",
      order: create(aSale({ ...three, taxIncluded: true })),
      units: { Mug: 1 },
      worthMinor: 317,
      balances: ["deposits 633", "refund due 317"],
    },
    {
      name: "everything with the shipping if all units are cancelled",
      order: create(aSale(two)),
      units: "all",
      worthMinor: 5400,
      balances: ["refund due 5400"],
    },
    {
      name: "the shipping with the last unit",
      order: cancel(create(aSale(two)), { Mug: 1 }),
      units: { Mug: 1 },
      worthMinor: 3000,
      balances: ["refund due 5400"],
    },
    {
      name: "no shipping while units are left to ship",
      order: create(aSale(two)),
      units: { Mug: 1 },
      worthMinor: 2400,
      balances: ["deposits 3000", "refund due 2400"],
    },
    {
      name: "no shipping once a unit was shipped: the rest is earned",
      order: oneShipped(),
      units: "all",
      worthMinor: 2400,
      balances: ["refund due 2400"],
    },
    {
      name: "nothing that was not paid",
      order: create(aSale({ ...two, payments: [] })),
      units: "all",
      worthMinor: 5400,
      balances: [],
    },
    {
      name: "what was paid beyond the worth of what is left",
      order: withPayment(3600),
      units: { Mug: 1 },
      worthMinor: 2400,
      balances: ["deposits 3000", "refund due 600"],
    },
    {
      name: "nothing while what is left needs the whole payment",
      order: withPayment(2000),
      units: { Mug: 1 },
      worthMinor: 2400,
      balances: ["deposits 2000"],
    },
    {
      name: "the whole payment once nothing is left",
      order: withPayment(2000),
      units: "all",
      worthMinor: 5400,
      balances: ["refund due 2000"],
    },
    {
      name: "its worth beside an overpayment, which was due at once",
      order: withPayment(6000),
      units: { Mug: 1 },
      worthMinor: 2400,
      balances: ["deposits 3000", "refund due 3000"],
    },
    {
      name: "an overpayment too once nothing is left",
      order: withPayment(6000),
      units: "all",
      worthMinor: 5400,
      balances: ["refund due 6000"],
    },
  ])("$name", ({ order, units, worthMinor, balances }) => {
    const after = cancel(order, units);
    expect(balancesText(after)).toEqual(balances);
    expect(worthOf(order) - worthOf(after)).toBe(worthMinor);
  });

  it("no overpayment, which was due before", () => {
    expect(balancesText(withPayment(6000))).toEqual(["deposits 5400", "refund due 600"]);
  });
});

describe("a cancellation of the last open units", () => {
  it("earns the rest of the shipping with its tax if a unit was shipped", () => {
    const order = oneShipped();
    const events = accepted(decideCancel(order, { ...why, units: "all" }));
    expect(postingsText(order, events)).toEqual([
      "liabilities:customer-deposits 2700",
      "liabilities:refund-payable -2400",
      "liabilities:sales-tax -50",
      "revenue:shipping -250",
    ]);
  });

  it("earns the rest of the shipping too if only another line was shipped", () => {
    const lines = [sold("Mug"), sold("Cup")];
    const order = ship(release(create(aSale({ ...two, lines }))), { Mug: 1 });
    expect(postingsText(order, accepted(decideCancel(order, { ...why, units: "all" })))).toEqual([
      "liabilities:customer-deposits 2700",
      "liabilities:refund-payable -2400",
      "liabilities:sales-tax -50",
      "revenue:shipping -250",
    ]);
  });

  it("makes the rest of the shipping receivable if the order is not paid", () => {
    const order = oneShipped({ payments: [authorized(5400)] });
    expect(balancesText(order)).toEqual(["receivable 2700"]);
    expect(balancesText(cancel(order))).toEqual(["receivable 3000"]);
  });
});

describe("a refund of shipping with cancelled units", () => {
  const refunded = (amountMinor: number, shippingMinor: number) =>
    aRefund("r1", { amountMinor, shippingMinor, ...refundLines("1 Mug cancel") });

  it.each([
    {
      name: "leaves the rest of the shipping on deposit",
      order: create(aSale(two)),
      refund: refunded(2600, 200),
      balances: ["deposits 2800"],
    },
    {
      name: "leaves the rest of the shipping earned",
      order: cancel(oneShipped()),
      refund: refunded(2500, 100),
      balances: [],
    },
    {
      name: "leaves the rest of the shipping earned, before and after the cancellation",
      order: refund(cancel(oneShipped()), refunded(2400, 0)),
      refund: aRefund("r2", { amountMinor: 100, shippingMinor: 100 }),
      balances: [],
    },
    {
      name: "leaves due what it does not pay of the units",
      order: cancel(oneShipped()),
      refund: refunded(2400, 100),
      balances: ["refund due 100"],
    },
  ])("$name", ({ order, refund: given, balances }) => {
    expect(balancesText(refund(order, given))).toEqual(balances);
  });

  it("takes back what the cancellation had earned: half of the shipping with its tax", () => {
    const order = cancel(oneShipped());
    expect(postingsText(order, decideRefund(order, refunded(2700, 300), RULES))).toEqual([
      "assets:psp-clearing -2700",
      "liabilities:refund-payable 2400",
      "liabilities:sales-tax 50",
      "revenue:shipping 250",
    ]);
  });
});
