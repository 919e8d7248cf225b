import { describe, expect, it } from "vitest";
import type { NewPayment } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { decidePayment, decideSurplus } from "../../../../src/orders/domain/payments/payments";
import { apply, cancel, create, release, ship } from "../order-steps";
import { balancesText, postingsText } from "../order-text";
import { aSale, authorized, mugs, paid } from "../sales";

/** Two mugs at 24.00 with tax: 48.00. */
const unpaid = create(aSale({ ...mugs(2), payments: [authorized(4800)] }));
const oneShippedUnpaid = ship(release(unpaid), { Mug: 1 });
const bothShippedUnpaid = ship(oneShippedUnpaid);

const pay = (order: Order, ...payments: NewPayment[]): Order =>
  payments.reduce((before, payment) => {
    const events = decidePayment(before, payment);
    return events.length === 0 ? before : apply(before, events);
  }, order);

describe("a captured payment", () => {
  it.each<{ name: string; order: Order; payments: NewPayment[]; balances: string[]; captured: number }>([
    {
      name: "is a deposit while its units are not shipped",
      order: unpaid,
      payments: [paid(4800)],
      balances: ["deposits 4800"],
      captured: 4800,
    },
    {
      name: "counts once",
      order: unpaid,
      payments: [paid(4800), paid(4800)],
      balances: ["deposits 4800"],
      captured: 4800,
    },
    {
      name: "counts for what it has grown by",
      order: unpaid,
      payments: [paid(3000), paid(4800)],
      balances: ["deposits 4800"],
      captured: 4800,
    },
    {
      name: "takes nothing back if an older amount arrives late",
      order: unpaid,
      payments: [paid(4800), paid(3000)],
      balances: ["deposits 4800"],
      captured: 4800,
    },
    {
      name: "grows after an older amount arrived late",
      order: unpaid,
      payments: [paid(3000), paid(1000), paid(3500)],
      balances: ["deposits 3500"],
      captured: 3500,
    },
    {
      name: "adds to a payment of another id",
      order: unpaid,
      payments: [paid(3000), paid(1000, "pay_2")],
      balances: ["deposits 4000"],
      captured: 4000,
    },
    { name: "of nothing changes nothing", order: unpaid, payments: [paid(0)], balances: [], captured: 0 },
    {
      name: "pays for shipped units first",
      order: oneShippedUnpaid,
      payments: [paid(3000)],
      balances: ["deposits 600"],
      captured: 3000,
    },
    {
      name: "pays for a share of the shipped units",
      order: bothShippedUnpaid,
      payments: [paid(3000)],
      balances: ["receivable 1800"],
      captured: 3000,
    },
    {
      name: "pays for shipped units to the cent",
      order: bothShippedUnpaid,
      payments: [paid(4800)],
      balances: [],
      captured: 4800,
    },
    {
      name: "is due for refund beyond the shipped units",
      order: bothShippedUnpaid,
      payments: [paid(5000)],
      balances: ["refund due 200"],
      captured: 5000,
    },
    {
      name: "is due for refund if all units are cancelled",
      order: cancel(unpaid),
      payments: [paid(4800)],
      balances: ["refund due 4800"],
      captured: 4800,
    },
    {
      name: "is due for refund beyond the shipped units if the rest is cancelled",
      order: cancel(oneShippedUnpaid, { Mug: 1 }),
      payments: [paid(4800)],
      balances: ["refund due 2400"],
      captured: 4800,
    },
    {
      name: "is a deposit beyond the order's worth while units are not shipped",
      order: unpaid,
      payments: [paid(5000)],
      balances: ["deposits 5000"],
      captured: 5000,
    },
  ])("$name", ({ order, payments, balances, captured }) => {
    const after = pay(order, ...payments);
    expect(balancesText(after)).toEqual(balances);
    expect(after.capturedMinor).toBe(captured);
  });

  it("is booked against what is receivable, and then as a deposit", () => {
    expect(postingsText(oneShippedUnpaid, decidePayment(oneShippedUnpaid, paid(3000)))).toEqual([
      "assets:psp-clearing 3000",
      "assets:receivable -2400",
      "liabilities:customer-deposits -600",
    ]);
    expect(postingsText(bothShippedUnpaid, decidePayment(bothShippedUnpaid, paid(5000)))).toEqual([
      "assets:psp-clearing 5000",
      "assets:receivable -4800",
      "liabilities:refund-payable -200",
    ]);
  });
});

describe("an authorized payment", () => {
  it.each([
    { name: "records its amount", amountMinor: 4800, authorizedMinor: 4800 },
    { name: "records a higher amount", amountMinor: 5000, authorizedMinor: 5000 },
    { name: "ignores a lower amount", amountMinor: 4000, authorizedMinor: 4800 },
  ])("$name, and moves no money", ({ amountMinor, authorizedMinor }) => {
    const after = pay(unpaid, authorized(amountMinor));
    expect(after).toMatchObject({ authorizedMinor, capturedMinor: 0 });
    expect(balancesText(after)).toEqual([]);
  });

  it("changes nothing if it is known", () => {
    expect(decidePayment(unpaid, authorized(4800))).toEqual([]);
  });

  it("is recorded with its external id and time", () => {
    const payment = authorized(5000, "auth_2");
    expect(decidePayment(unpaid, payment)).toEqual([
      { type: "payment.authorized", externalId: "auth_2", amountMinor: 5000, at: payment.at },
    ]);
  });
});

describe("an overpayment", () => {
  it("is due for refund once the last unit is shipped, and not before", () => {
    const oneShipped = ship(release(create(aSale({ ...mugs(2), payments: [paid(5000)] }))), { Mug: 1 });
    expect(balancesText(oneShipped)).toEqual(["deposits 2600"]);
    expect(decideSurplus(oneShipped)).toEqual([]);
    expect(balancesText(ship(oneShipped))).toEqual(["refund due 200"]);
  });
});
