/**
 * Stock prices: what a unit at a location is expected to save later if it stays there today. They are the
 * shadow prices of the linear program that serves the expected orders from the stock at hand, each in
 * whichever way is cheapest, and no location giving more than it has.
 *
 * They are found by dual ascent: at given prices each order is served by itself; where more is asked for than
 * there is the price goes up, where less, down. It is arithmetic in a fixed sequence, so that the same demand
 * and the same stock always have the same prices.
 */
import { createServing } from "./cheapest-serving";
import { pricingProblem, type PricingInput, type PricingProblem } from "./pricing-problem";

export type StockPrice = Readonly<{ sku: string; locationId: string; priceMinor: number }>;

/** Rounds, each with half the step of the one before, and how often all orders are served in each. */
const ROUNDS = 10;
const PASSES = 16;
/** How much of the most that a slot has ever missed by is still its measure a pass later. */
const KEPT = 0.95;

/** The prices of stock that may run short, in whole minor units of the books' currency; others are zero. */
export function priceStock(input: PricingInput): StockPrice[] {
  const problem = pricingProblem(input);
  const prices = shadowPrices(problem);
  return problem.slots.flatMap(({ sku, locationId }, slot) => {
    const priceMinor = Math.round(prices[slot]!);
    return priceMinor === 0 ? [] : [{ sku, locationId, priceMinor }];
  });
}

/**
 * By slot. With equal steps prices come to swing about where they belong, so that the next round begins at
 * their mean, in which later passes count for more.
 */
export function shadowPrices(problem: PricingProblem): Float64Array {
  const { slots, demand, dearestParcelMinor } = problem;
  const asked = createAsking(problem);
  const prices = new Float64Array(slots.length);
  const means = new Float64Array(slots.length);
  const usual = new Float64Array(slots.length);
  // Stock that would do for all the demand for its SKU is never short.
  const scarce = [...slots.keys()].filter((slot) => slots[slot]!.available < demand[slot]!);
  for (let round = 0; round < ROUNDS; round += 1) {
    const step = dearestParcelMinor / 2 ** round;
    for (let pass = 1; pass <= PASSES; pass += 1) {
      const units = asked(prices);
      for (const slot of scarce) {
        const excess = units[slot]! - slots[slot]!.available;
        usual[slot] = Math.max(Math.abs(excess), KEPT * usual[slot]!);
        const rise = excess === 0 ? 0 : (step * excess) / usual[slot];
        prices[slot] = Math.max(0, prices[slot]! + rise);
        means[slot]! += (2 * (prices[slot] - means[slot]!)) / (pass + 1);
      }
    }
    prices.set(means);
  }
  return prices;
}

/** Units of each slot that the orders ask for at given prices, each in the way that is cheapest then. */
function createAsking({ kinds, slots }: PricingProblem): (prices: Float64Array) => Float64Array {
  const serving = createServing();
  const units = new Float64Array(slots.length);
  return (prices) => {
    units.fill(0);
    for (const kind of kinds) {
      serving.costOf(kind, prices);
      for (let line = 0; line < kind.quantities.length; line += 1) {
        const slot = serving.chosen[line]!;
        if (slot >= 0) units[slot]! += kind.expected * kind.quantities[line]!;
      }
    }
    return units;
  };
}
