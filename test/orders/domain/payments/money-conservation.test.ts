/** The shares of an order's lines and shipping add up to the whole, in whatever sequence units ship and are cancelled. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { NewOrderLine } from "../../../../src/orders/domain/new-order";
import { lineOf, type Order } from "../../../../src/orders/domain/order";
import { openUnits } from "../../../../src/orders/domain/order-line";
import { shippingEarned } from "../../../../src/orders/domain/payments/order-money";
import { cancel, create, lineNamed, release, ship } from "../order-steps";
import { aSale, authorized, paid, sold } from "../sales";

const amount = fc.integer({ min: 0, max: 1_000 });

const line = fc
  .record({
    quantity: fc.integer({ min: 1, max: 9 }),
    gross: amount,
    discountPercent: fc.integer({ min: 0, max: 100 }),
    tax: amount,
  })
  .map(({ quantity, gross, discountPercent, tax }): Partial<NewOrderLine> & { quantity: number } => ({
    quantity,
    unitPriceMinor: Math.round(gross / quantity),
    grossMinor: gross,
    discountMinor: Math.floor((gross * discountPercent) / 100),
    taxMinor: tax % (gross + 1),
  }));

const shippingAmounts = fc.record({ gross: amount, tax: amount }).map(({ gross, tax }) => ({
  grossMinor: gross,
  discountMinor: gross % 7,
  taxMinor: tax % (gross - (gross % 7) + 1),
}));

const step = fc.record({ ships: fc.boolean(), line: fc.nat(2), quantity: fc.integer({ min: 1, max: 4 }) });

/** A price includes no more tax than its amount. */
const limitTax = (amounts: Partial<NewOrderLine>, taxIncluded: boolean): Partial<NewOrderLine> =>
  taxIncluded
    ? { ...amounts, taxMinor: Math.min(amounts.taxMinor!, amounts.grossMinor! - amounts.discountMinor!) }
    : amounts;

/** The worth of the shipped units, from the front of each line, and of the shipping that was earned. */
const worthShipped = (order: Order): number =>
  order.lines.reduce((sum, { shipped, ordered, ...amounts }) => {
    const share = (amountMinor: number) => Math.floor((amountMinor * shipped) / ordered);
    const tax = order.taxIncluded ? 0 : share(amounts.taxMinor);
    return sum + share(amounts.grossMinor) - share(amounts.discountMinor) + tax;
  }, shippingEarned(order));

it("what was paid and is not due for refund is the worth of what was shipped", () => {
  const scenario = fc.record({
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    shipping: shippingAmounts,
    taxIncluded: fc.boolean(),
    paidPercent: fc.constantFrom(0, 50, 100, 100, 120),
    steps: fc.array(step, { maxLength: 12 }),
  });
  fc.assert(
    fc.property(scenario, ({ lines, shipping, taxIncluded, paidPercent, steps }) => {
      const goods = lines.map(({ quantity, ...amounts }, i) =>
        sold(`${i}`, quantity, limitTax(amounts, taxIncluded)),
      );
      const sale = aSale({ lines: goods, shipping, taxIncluded });
      const paidMinor = Math.floor((sale.totalMinor * paidPercent) / 100);
      let order = release(create({ ...sale, payments: [paid(paidMinor), authorized(1)] }));
      const openUnitsOf = (title: string) => openUnits(lineOf(order, lineNamed(order, title)));
      for (const { ships, line: which, quantity: wanted } of steps) {
        const { title } = goods[which % goods.length]!;
        const quantity = Math.min(wanted, openUnitsOf(title));
        if (quantity > 0) order = (ships ? ship : cancel)(order, { [title]: quantity });
      }
      for (const { title } of goods) {
        const quantity = openUnitsOf(title);
        if (quantity > 0) order = ship(order, { [title]: quantity });
      }
      const { receivableMinor, refundPayableMinor, depositsMinor } = order.balances;
      expect(paidMinor - refundPayableMinor + receivableMinor).toBe(worthShipped(order));
      expect(depositsMinor).toBe(0);
    }),
    { numRuns: 100 },
  );
});
