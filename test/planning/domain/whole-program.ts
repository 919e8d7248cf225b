/**
 * The linear program of stock prices with every way to serve every kind of orders, solved by HiGHS. It is an
 * independent check, for small cases only.
 */
import loadHighs from "highs";
import type { Kind, PricingProblem } from "../../../src/planning/domain/pricing-problem";

const highs = await loadHighs();

/** A way to serve one order: its cost, and units by slot. */
type Way = Readonly<{ cost: number; units: ReadonlyMap<number, number> }>;

export type Solved = Readonly<{
  costMinor: number;
  /** By slot: the units left in the best plan. */
  left: readonly number[];
}>;

export function solveWhole({ kinds, slots }: Pick<PricingProblem, "kinds" | "slots">): Solved {
  const ways = kinds.flatMap((kind, k) => waysOf(kind).map((way, w) => ({ ...way, k, name: `x${k}_${w}` })));
  const sum = (terms: readonly (readonly [number, string])[]) =>
    terms.map(([factor, name]) => `${factor < 0 ? "-" : "+"} ${Math.abs(factor)} ${name}`).join(" ");
  const program = [
    "Minimize",
    ` cost: ${sum(ways.map(({ cost, name }) => [cost, name]))}`,
    "Subject To",
    ...kinds.map(({ expected }, k) => {
      const own = ways.filter((way) => way.k === k);
      return ` k${k}: ${sum(own.map(({ name }) => [1, name]))} = ${expected}`;
    }),
    ...slots.map(({ available }, s) => {
      const using = ways.flatMap(({ units, name }) => (units.has(s) ? [[units.get(s)!, name] as const] : []));
      return ` s${s}: ${sum([...using, [1, `left${s}`]])} = ${available}`;
    }),
    "End",
  ];
  const solved = highs.solve(program.join("\n"), { output_flag: false });
  if (solved.Status !== "Optimal") throw new Error(solved.Status);
  const left = slots.map((_, s) => (solved.Columns[`left${s}`] as { Primal: number }).Primal);
  return { costMinor: solved.ObjectiveValue, left };
}

function waysOf({ quantities, parcels, lines, slots }: Kind): Way[] {
  const width = quantities.length;
  const choices = quantities.map((_, line) =>
    [...parcels.keys()].filter((origin) => lines[origin * width + line]! < Infinity),
  );
  const all = choices.reduce<number[][]>(
    (ways, origins) => ways.flatMap((way) => origins.map((origin) => [...way, origin])),
    [[]],
  );
  return all.map((origins) => {
    const units = new Map<number, number>();
    let cost = [...new Set(origins)].reduce((sum, origin) => sum + parcels[origin]!, 0);
    for (const [line, origin] of origins.entries()) {
      const slot = slots[origin * width + line]!;
      cost += lines[origin * width + line]!;
      if (slot >= 0) units.set(slot, (units.get(slot) ?? 0) + quantities[line]!);
    }
    return { cost, units };
  });
}

/**
 * The lower bound of the cost that these prices prove: by weak duality, no way to serve the orders from the stock at
 * hand costs less. It tries every way.
 */
export function provenMinor({ kinds, slots }: PricingProblem, prices: Float64Array): number {
  const least = (kind: Kind) =>
    Math.min(
      ...waysOf(kind).map(({ cost, units }) =>
        [...units].reduce((sum, [slot, taken]) => sum + prices[slot]! * taken, cost),
      ),
    );
  const served = kinds.reduce((sum, kind) => sum + kind.expected * least(kind), 0);
  return slots.reduce((left, { available }, slot) => left - available * prices[slot]!, served);
}
