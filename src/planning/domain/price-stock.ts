/**
 * Stock prices: what a unit at a location is expected to save later if it stays there today. They are the shadow
 * prices of the linear program that serves the expected orders from the stock at hand at the least cost.
 *
 * They are found by dual ascent: at given prices each order is served by itself; where the demand exceeds the stock
 * the price rises, where it is less the price falls. The same demand and stock always give the same prices.
 */
import { createServing } from "./cheapest-serving";
import { pricingProblem, type PricingInput, type PricingProblem } from "./pricing-problem";

export type StockPrice = Readonly<{ sku: string; locationId: string; priceMinor: number }>;

/** Each round has half the step of the one before. All orders are served `PASSES` times in a round. */
const ROUNDS = 10;
const PASSES = 16;
/** How much of the greatest past excess of a slot still scales its steps a pass later. */
const DECAY = 0.95;

/** Prices in whole minor units of the books' currency. Prices of zero are left out. */
export function priceStock(input: PricingInput): StockPrice[] {
  const problem = pricingProblem(input);
  const prices = shadowPrices(problem);
  return problem.slots.flatMap(({ sku, locationId }, slot) => {
    const priceMinor = Math.round(prices[slot]!);
    return priceMinor === 0 ? [] : [{ sku, locationId, priceMinor }];
  });
}

/**
 * The prices by slot. Within a round prices swing around their optimum, so that the next round begins at their mean,
 * in which later passes weigh more.
 */
export function shadowPrices(problem: PricingProblem): Float64Array {
  const { slots, demand, dearestParcelMinor } = problem;
  const demandAt = createDemand(problem);
  const prices = new Float64Array(slots.length);
  const means = new Float64Array(slots.length);
  const scale = new Float64Array(slots.length);
  // A slot that can serve all the demand for its SKU needs no price.
  const scarce = [...slots.keys()].filter((slot) => slots[slot]!.available < demand[slot]!);
  for (let round = 0; round < ROUNDS; round += 1) {
    const step = dearestParcelMinor / 2 ** round;
    for (let pass = 1; pass <= PASSES; pass += 1) {
      const units = demandAt(prices);
      for (const slot of scarce) {
        const excess = units[slot]! - slots[slot]!.available;
        scale[slot] = Math.max(Math.abs(excess), DECAY * scale[slot]!);
        const rise = excess === 0 ? 0 : (step * excess) / scale[slot];
        prices[slot] = Math.max(0, prices[slot]! + rise);
        means[slot]! += (2 * (prices[slot] - means[slot]!)) / (pass + 1);
      }
    }
    prices.set(means);
  }
  return prices;
}

/** The units of each slot that the orders take at given prices if each is served at the least cost. */
function createDemand({ kinds, slots }: PricingProblem): (prices: Float64Array) => Float64Array {
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
