/** The cost of sourcing in the published multi-item fulfillment experiment, compared with published rules. */
import { boundOf } from "./multi-item/bound.ts";
import { arrivalsOf, seededRandom, instanceOf } from "./multi-item/instance.ts";
import { play } from "./multi-item/play.ts";
import { RULES } from "./multi-item/rules.ts";
import { table } from "./table.ts";

export type RuleFigures = Readonly<{
  name: string;
  /** Means over instances of the cost divided by the bound, and of parcels an order. */
  ratio: number;
  /** Standard error of the mean ratio. */
  error: number;
  parcels: number;
  unsent: number;
}>;

/** Plays sequences of arrivals of each instance. They follow from the seed, and are the same for every rule. */
export function measureMultiItem(instances: number, sequences: number, seed: number): RuleFigures[] {
  const played = RULES.map(() => [] as { ratio: number; parcels: number; unsent: number }[]);
  for (let i = 0; i < instances; i += 1) {
    const instance = instanceOf(seededRandom(seed + i * 7_919));
    const bound = boundOf(instance);
    for (let s = 0; s < sequences; s += 1) {
      const random = seededRandom(seed + i * 7_919 + (s + 1) * 104_729);
      const past = arrivalsOf(instance, random);
      const arrivals = arrivalsOf(instance, random);
      for (const [r, { of }] of RULES.entries()) {
        const done = play(instance, arrivals, of({ instance, bound, past, arrivals, random }));
        played[r]!.push({
          ratio: done.cost / bound.cost,
          parcels: done.parcels / done.orders,
          unsent: done.unsent / done.units,
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
      unsent: mean(all.map(({ unsent }) => unsent)),
    };
  });
}

export const multiItemTable = (figures: readonly RuleFigures[]): string =>
  table(
    ["", "cost / bound", "± error", "parcels an order", "units not shipped"],
    figures.map(({ name, ratio, error, parcels, unsent }) => [
      name,
      ratio.toFixed(3),
      error.toFixed(3),
      parcels.toFixed(3),
      `${(100 * unsent).toFixed(2)} %`,
    ]),
  );

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}
