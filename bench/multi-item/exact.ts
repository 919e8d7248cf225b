/** An order sourced by the project's own optimiser, at given stock prices. */
import { createServing } from "../../src/domain/stock-prices/cheapest-serving.ts";
import { CENTRES, PARCEL, UNIT_COSTS } from "./network.ts";

const serving = createServing();
const NO_PRICES = new Float64Array(0);

/** By centre and item, in dollars. */
export type Prices = readonly (readonly number[])[];

export function cheapestPlan(
  items: readonly number[],
  city: number,
  stock: readonly (readonly number[])[],
  prices: Prices,
): (number | null)[] {
  const somewhere = items.filter((item) => CENTRES.some((_, centre) => stock[centre]![item]! > 0));
  const kind = {
    expected: 1,
    quantities: somewhere.map(() => 1),
    parcels: Float64Array.from(CENTRES, () => PARCEL),
    lines: Float64Array.from(
      CENTRES.flatMap((_, c) =>
        somewhere.map((item) =>
          stock[c]![item]! > 0 ? UNIT_COSTS[c]![city]! + prices[c]![item]! : Infinity,
        ),
      ),
    ),
    slots: Int32Array.from(CENTRES.flatMap((_, c) => somewhere.map(() => c - 100))),
  };
  serving.costOf(kind, NO_PRICES);
  return items.map((item) => {
    const i = somewhere.indexOf(item);
    return i < 0 ? null : serving.chosen[i]! + 100;
  });
}
