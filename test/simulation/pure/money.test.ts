/** Splitting money: the parts always add up to the whole, and equal those of a slow reference that counts cents. */
import fc from "fast-check";
import { describe } from "vitest";
import { apportion, unitShare } from "../../../src/kernel/money";
import { payable } from "../../../src/orders/domain/amounts";
import { amountsOfUnits } from "../../../src/orders/domain/order-line";
import { aLine } from "../../support/an-order";
import { expectEqual, playAll } from "./play-scenarios";

const amount = fc.oneof(fc.integer({ min: -300, max: 300 }), fc.maxSafeInteger());
const weight = fc.oneof(fc.nat(5), fc.nat(10_000), fc.maxSafeNat());

const sum = (numbers: readonly number[]): bigint => numbers.reduce((total, each) => total + BigInt(each), 0n);

/** Each part gets its whole cents; each further cent goes to the part furthest below its exact share, the first of equals. */
function centByCent(amountMinor: number, weights: readonly number[]): number[] {
  const whole = sum(weights);
  const size = BigInt(Math.abs(amountMinor));
  if (whole === 0n) return weights.map((_, i) => (i === 0 ? amountMinor : 0));
  const parts = weights.map((each) => (size * BigInt(each)) / whole);
  for (let left = size - parts.reduce((a, b) => a + b, 0n); left > 0n; left -= 1n) {
    const short = weights.map((each, i) => size * BigInt(each) - parts[i]! * whole);
    const most = short.reduce((best, each) => (each > best ? each : best));
    parts[short.indexOf(most)]! += 1n;
  }
  return parts.map((part) => (amountMinor < 0 && part !== 0n ? -Number(part) : Number(part)));
}

describe("an amount apportioned by weight", () => {
  const weights = fc.array(weight, { minLength: 1, maxLength: 12 });
  playAll("apportioned", fc.tuple(amount, weights), ([amountMinor, weights]) => {
    const parts = apportion(amountMinor, weights);
    expectEqual("the sum", sum(parts), BigInt(amountMinor));
    for (const [i, expected] of centByCent(amountMinor, weights).entries()) {
      expectEqual(`part ${i + 1}`, parts[i], expected);
      for (const [j, other] of weights.entries()) {
        const less = weights[i]! < other && Math.abs(parts[i]!) > Math.abs(parts[j]!);
        if (less && sum(weights) > 0n)
          throw new Error(`part ${i + 1} has less weight but gets more than part ${j + 1}`);
      }
    }
  });
});

describe("an amount shared by units", () => {
  const cuts = fc.array(fc.nat(60), { maxLength: 12 });
  const units = fc.integer({ min: 1, max: 60 });
  playAll("unitShares", fc.tuple(amount, units, cuts), ([amountMinor, units, cuts]) => {
    const each = Array.from({ length: units }, (_, unit) => unitShare(amountMinor, units, unit, unit + 1));
    expectEqual("the sum of the units", sum(each), BigInt(amountMinor));
    for (const share of each) {
      const off = BigInt(share) * BigInt(units) - BigInt(amountMinor);
      if (off >= BigInt(units) || -off >= BigInt(units)) throw new Error(`a unit's share is ${share}`);
    }
    const edges = [0, ...cuts.map((cut) => cut % (units + 1)), units].toSorted((a, b) => a - b);
    for (const [i, to] of edges.slice(1).entries()) {
      const from = edges[i]!;
      const share = BigInt(unitShare(amountMinor, units, from, to));
      expectEqual(`units ${from} to ${to}`, share, sum(each.slice(from, to)));
    }
  });
});

describe("the money of a line", () => {
  const scenario = fc.record({
    ordered: fc.integer({ min: 1, max: 40 }),
    grossMinor: fc.nat(1_000_000),
    discountMinor: fc.nat(1_000_000),
    taxMinor: fc.nat(200_000),
    taxIncluded: fc.boolean(),
    /** Units shipped together, from the front; negative: units cancelled, from the back. */
    steps: fc.array(
      fc.integer({ min: -5, max: 5 }).filter((units) => units !== 0),
      { maxLength: 20 },
    ),
  });
  playAll("lineMoney", scenario, ({ ordered, taxIncluded, steps, ...money }) => {
    const line = aLine("Mug", { ordered, ...money });
    let [front, back] = [0, ordered];
    const parts = steps.map((step) => {
      const units = Math.min(Math.abs(step), back - front);
      const [from, to] = step > 0 ? [front, front + units] : [back - units, back];
      if (step > 0) front = to;
      else back = from;
      return amountsOfUnits(line, from, to);
    });
    parts.push(amountsOfUnits(line, front, back));
    const total = (of: (part: (typeof parts)[number]) => number) => Number(sum(parts.map(of)));
    expectEqual(
      "gross",
      total((part) => part.grossMinor),
      money.grossMinor,
    );
    expectEqual(
      "discount",
      total((part) => part.discountMinor),
      money.discountMinor,
    );
    expectEqual(
      "tax",
      total((part) => part.taxMinor),
      money.taxMinor,
    );
    expectEqual(
      "payable",
      total((part) => payable(part, taxIncluded)),
      payable(line, taxIncluded),
    );
  });
});
