/**
 * The same facts have the same books, whatever sequence of events led to them; and nothing is owed once what the
 * customer has paid is what was kept.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evolveAll } from "../../../../src/orders/domain/evolve/evolve";
import { goodsOf, hasOpenUnits, type Order } from "../../../../src/orders/domain/order";
import type { OrderLine } from "../../../../src/orders/domain/order-line";
import { settlementOf } from "../../../../src/orders/domain/payments/settlement";
import { orderAccounts } from "../../../../src/orders/domain/postings";
import { NOON } from "../../../support/an-order";
import { casesOf } from "../../../support/cases";
import { factsOf, picks, play, priceOf, type Facts } from "./stories";

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, expected ${String(expected)}`);
}

const sumOf = (amounts: readonly Readonly<{ amountMinor: number }>[]): number =>
  amounts.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

const accountsText = (order: Order): string =>
  Object.entries(orderAccounts(order))
    .filter(([, amountMinor]) => amountMinor !== 0)
    .map(([account, amountMinor]) => `${account} ${amountMinor}`)
    .join(", ");

const STORED = [
  ["depositsMinor", "liabilities:customer-deposits", -1],
  ["receivableMinor", "assets:receivable", 1],
  ["refundPayableMinor", "liabilities:refund-payable", -1],
] as const;

/** What holds after every commit. */
function expectBooks(order: Order): void {
  const accounts = orderAccounts(order);
  let sum = 0;
  for (const amountMinor of Object.values(accounts)) sum += amountMinor;
  expectEqual("the sum of the accounts", sum, 0);
  for (const [balance, account, sign] of STORED) {
    expectEqual(`the stored ${balance}`, order.balances[balance], sign * accounts[account]! + 0);
    if (order.balances[balance] < 0) throw new Error(`${balance} is ${order.balances[balance]}`);
  }
  const { depositsMinor, receivableMinor, refundPayableMinor } = order.balances;
  const [allowance, fee] = [accounts["revenue:allowances"]!, -accounts["revenue:restocking-fees"]!];
  expectEqual("both on deposit and receivable", Math.min(depositsMinor, receivableMinor), 0);
  expectEqual("both owed back and receivable", Math.min(refundPayableMinor, receivableMinor), 0);
  expectEqual("an allowance, and a fee that is kept", Math.min(allowance, fee) + 0, 0);
  expectEqual("an allowance, and something owed back", Math.min(allowance, refundPayableMinor), 0);
}

/** Captured, refunded and the units are as the facts have them. */
function expectFacts(order: Order, facts: Facts): void {
  const gift = sumOf(facts.payments.filter(({ kind }) => kind === "gift_card"));
  expectEqual("captured", order.capturedMinor, sumOf(facts.payments));
  expectEqual("refunded", order.refundedMinor, sumOf(facts.refunds));
  const money = orderAccounts(order)["assets:psp-clearing"]! + 0;
  expectEqual("money", money, sumOf(facts.payments) - gift - sumOf(facts.refunds));
  for (const { line, shipped, cancelled } of facts.lines) {
    if (line.kind === "fee") continue;
    const found = order.lines.find(({ id }) => id === line.id)!;
    const returned = facts.refunds
      .flatMap((refund) => refund.returned)
      .filter(({ lineId }) => lineId === line.id)
      .reduce((sum, { quantity }) => sum + quantity, 0);
    expectEqual(`shipped of ${line.title}`, found.shipped, shipped);
    expectEqual(`cancelled of ${line.title}`, found.cancelled, cancelled);
    expectEqual(`returned of ${line.title}`, found.returned, returned);
    expectEqual(`price of ${line.title}`, found.grossMinor, line.grossMinor);
  }
}

/** The share of the units `from` to `to` in what the line costs, counted cent by cent from its first unit. */
function unitsWorth(line: OrderLine, [from, to]: readonly [number, number], taxIncluded: boolean): number {
  const upTo = (units: number) => {
    const share = (amountMinor: number) => Math.floor((amountMinor * units) / line.ordered);
    const { grossMinor, discountMinor, taxMinor } = line;
    return share(grossMinor) - share(discountMinor) + (taxIncluded ? 0 : share(taxMinor));
  };
  return upTo(to) - upTo(from);
}

/** What the customer is to pay in the end: units that are neither cancelled nor returned, shipping, rounding. */
function keptWorth(order: Order): Readonly<{ kept: number; open: number }> {
  const sum = (lines: readonly OrderLine[], of: (line: OrderLine) => number) =>
    lines.reduce((total, line) => total + of(line), 0);
  const left = ({ ordered, cancelled }: OrderLine) => ordered - cancelled;
  const parcels = order.lines.filter(({ kind }) => kind === "physical");
  const sent = parcels.length > 0 ? parcels : goodsOf(order);
  const [shippedUnits, leftUnits] = [sum(sent, ({ shipped }) => shipped), sum(sent, left)];
  const isOpen = hasOpenUnits(order);
  const isAnythingShipped = goodsOf(order).some(({ shipped }) => shipped > 0);
  const refunded = order.refunds.reduce((total, { shippingMinor }) => total + shippingMinor, 0);
  const charge = Math.max(0, priceOf(order.shipping, order.taxIncluded) - refunded);
  const earned = shippedUnits === 0 ? 0 : Math.floor((charge * shippedUnits) / leftUnits);
  const worth = (of: (line: OrderLine) => readonly [number, number]) =>
    sum(order.lines, (line) => unitsWorth(line, of(line), order.taxIncluded));
  return {
    kept:
      worth((line) => [line.returned, left(line)]) +
      (isOpen || shippedUnits > 0 ? charge : 0) +
      (isOpen || isAnythingShipped ? order.roundingMinor : 0),
    open:
      worth((line) => [line.shipped, left(line)]) +
      (isOpen ? charge - earned : 0) +
      (isOpen ? order.roundingMinor : 0),
  };
}

/** The storefront has nothing outstanding: the customer pays what is missing, or gets back what is too much. */
function settledUp(order: Order, kept: number): Order {
  const outstanding = kept - (order.capturedMinor - order.refundedMinor);
  if (outstanding === 0) return order;
  const money = { externalId: "last", amountMinor: Math.abs(outstanding), at: NOON + 99 };
  const nothing = { shippingMinor: 0, itemized: true, reason: null, lines: [], returned: [] };
  return evolveAll(
    order,
    [
      outstanding > 0
        ? { type: "payment.captured", ...money }
        : { type: "refund.recorded", ...money, ...nothing },
    ],
    NOON,
  );
}

const numbers = fc.array(fc.nat(2 ** 31 - 1), { minLength: 16, maxLength: 16 });

function playStory(given: readonly number[]): void {
  const facts = factsOf(picks(given.slice(0, 8)));
  const order = play(facts, picks(given.slice(8, 12)), expectBooks);
  expectFacts(order, facts);
  const other = play(facts, picks(given.slice(12)));
  expectFacts(other, facts);
  expectEqual("the accounts after another sequence", accountsText(other), accountsText(order));

  const { kept, open } = keptWorth(order);
  const settled = settledUp(order, kept);
  // Open units may be worth less than nothing with a rounding that takes off: what is sent is not fully paid until then.
  expectEqual("receivable at the end", settled.balances.receivableMinor, Math.max(0, -open));
  expectEqual("owed back at the end", settled.balances.refundPayableMinor, 0);
  expectEqual("on deposit at the end", settled.balances.depositsMinor, Math.max(0, open));
  expectEqual("kept as a fee at the end", settlementOf(settled).feeMinor, 0);
}

describe("stories of orders", () => {
  it("end with the same books if they end with the same facts, and owe nothing once nothing is outstanding", () => {
    fc.assert(fc.property(numbers, playStory), { numRuns: casesOf(20_000) });
  });

  it("have all kinds of facts, and lead to them in different sequences", () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 300; seed += 1) {
      const given = Array.from({ length: 16 }, (_, i) => (seed * 2_654_435_761 * (i + 7)) % (2 ** 31 - 1));
      const facts = factsOf(picks(given.slice(0, 8)));
      for (const { kind, amountMinor } of facts.payments) if (amountMinor > 0) seen.add(kind);
      for (const { line, isAdded } of facts.lines) seen.add(isAdded ? "added" : line.kind);
      for (const { returned, lines, shippingMinor } of facts.refunds) {
        seen.add(returned.length > 0 ? "returned" : lines.length > 0 ? "cancelled" : "goodwill");
        if (shippingMinor > 0) seen.add("shipping");
      }
      const [one, two] = [8, 12].map((from) => {
        const versions: string[] = [];
        play(facts, picks(given.slice(from, from + 4)), (order) => versions.push(accountsText(order)));
        return versions.join("; ");
      });
      if (one !== two) seen.add("different sequences");
    }
    expect([...seen].toSorted()).toEqual([
      "added",
      "cancelled",
      "captured",
      "different sequences",
      "digital",
      "fee",
      "gift_card",
      "goodwill",
      "physical",
      "returned",
      "shipping",
    ]);
  });

  it("notice a cent", () => {
    const order = play(factsOf(picks([1, 2, 3, 4])), picks([5, 6]));
    expect(() => expectBooks({ ...order, balances: { ...order.balances, depositsMinor: -1 } })).toThrow(
      "the stored depositsMinor",
    );
  });
});
