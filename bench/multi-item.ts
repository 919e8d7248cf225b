/** What sourcing costs over time, in the published multi-item fulfillment experiment, beside published rules. */
import { boundOf } from "./multi-item/bound.ts";
import { arrivalsOf, chanceOf, instanceOf } from "./multi-item/instance.ts";
import { play } from "./multi-item/play.ts";
import { RULES } from "./multi-item/rules.ts";
import { table } from "./table.ts";

export type RuleFigures = Readonly<{
  name: string;
  /** Means over instances: of the cost's ratio to the bound, and of parcels per order. */
  ratio: number;
  /** Standard error of the ratio's mean. */
  error: number;
  parcels: number;
  notSent: number;
}>;

/** Each instance with so many sequences of arrivals; all from one seed, and the same for every rule. */
export function measureMultiItem(instances: number, sequences: number, seed: number): RuleFigures[] {
  const played = RULES.map(() => [] as { ratio: number; parcels: number; notSent: number }[]);
  for (let i = 0; i < instances; i += 1) {
    const instance = instanceOf(chanceOf(seed + i * 7_919));
    const bound = boundOf(instance);
    for (let s = 0; s < sequences; s += 1) {
      const chance = chanceOf(seed + i * 7_919 + (s + 1) * 104_729);
      const past = arrivalsOf(instance, chance);
      const arrivals = arrivalsOf(instance, chance);
      for (const [r, { of }] of RULES.entries()) {
        const done = play(instance, arrivals, of({ instance, bound, past, arrivals, chance }));
        played[r]!.push({
          ratio: done.cost / bound.cost,
          parcels: done.parcels / done.orders,
          notSent: done.notSent / done.units,
        });
      }
    }
  }
  return RULES.map(({ name }, r) => {
    const all = played[r]!;
    const byInstance = Array.from({ length: instances }, (_, i) =>
      mean(all.slice(i * sequences, (i + 1) * sequences).map(({ ratio }) => ratio)),
    );
    return {
      name,
      ratio: mean(byInstance),
      error: deviation(byInstance) / Math.sqrt(instances),
      parcels: mean(all.map(({ parcels }) => parcels)),
      notSent: mean(all.map(({ notSent }) => notSent)),
    };
  });
}

export const multiItemTable = (figures: readonly RuleFigures[]): string =>
  table(
    ["", "cost / bound", "± error", "parcels an order", "units not sent"],
    figures.map(({ name, ratio, error, parcels, notSent }) => [
      name,
      ratio.toFixed(3),
      error.toFixed(3),
      parcels.toFixed(3),
      `${(100 * notSent).toFixed(2)} %`,
    ]),
  );

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}
