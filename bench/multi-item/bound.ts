/**
 * The deterministic linear program of Jasin & Sinha (2015), solved by HiGHS: the cost of exactly the expected orders if
 * they could be split into fractions. Costs are given as a ratio to it.
 */
import loadHighs from "highs";
import { ARRIVALS, type Instance } from "./instance.ts";
import { CENTRES, CITIES, NO_PARCEL, NO_UNIT_COSTS, PARCEL, UNIT_COSTS } from "./network.ts";

export type Bound = Readonly<{
  cost: number;
  /** By type, city and item: the share of each centre. The last share is that of no centre. */
  shares: readonly (readonly (readonly (readonly number[])[])[])[];
}>;

const highs = await loadHighs();
const NONE = CENTRES.length;
const OPTIONS = NONE + 1;

export function boundOf({ types, rates, stock }: Instance): Bound {
  const costs: number[] = [];
  const program = rowsOf();
  const supply = stock.map((row) => row.map((): [number, number][] => []));
  const first = types.map((items, type) =>
    CITIES.map((_, city) => {
      const expected = ARRIVALS * rates[type]![city]!;
      const start = costs.length;
      const opened = costs.length;
      for (let option = 0; option < OPTIONS; option += 1) {
        costs.push(expected * (option === NONE ? NO_PARCEL : PARCEL));
      }
      for (const item of items) {
        const sent: [number, number][] = [];
        for (let option = 0; option < OPTIONS; option += 1) {
          const share = costs.length;
          costs.push(expected * (option === NONE ? NO_UNIT_COSTS[city]! : UNIT_COSTS[option]![city]!));
          sent.push([share, 1]);
          program.add(
            [
              [opened + option, 1],
              [share, -1],
            ],
            0,
            highs.infinity,
          );
          if (option !== NONE) supply[option]![item]!.push([share, expected]);
        }
        program.add(sent, 1, 1);
      }
      return start;
    }),
  );
  for (const [centre, row] of stock.entries()) {
    for (const [item, units] of row.entries()) program.add(supply[centre]![item]!, -highs.infinity, units);
  }
  const { cost, values } = solve(costs, program);
  const shares = types.map((items, type) =>
    CITIES.map((_, city) =>
      items.map((_, i) => {
        const start = first[type]![city]! + OPTIONS * (1 + i);
        return Array.from(values.subarray(start, start + OPTIONS), (share) => Math.max(0, share));
      }),
    ),
  );
  return { cost, shares };
}

function rowsOf() {
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  const lower: number[] = [];
  const upper: number[] = [];
  const add = (row: readonly (readonly [column: number, value: number])[], min: number, max: number) => {
    for (const [column, value] of row) {
      indices.push(column);
      values.push(value);
    }
    starts.push(indices.length);
    lower.push(min);
    upper.push(max);
  };
  return { starts, indices, values, lower, upper, add };
}

function solve(costs: readonly number[], program: ReturnType<typeof rowsOf>) {
  const model = highs.createModel({
    numCols: costs.length,
    numRows: program.lower.length,
    colCost: Float64Array.from(costs),
    colLower: new Float64Array(costs.length),
    colUpper: new Float64Array(costs.length).fill(highs.infinity),
    rowLower: Float64Array.from(program.lower),
    rowUpper: Float64Array.from(program.upper),
    matrix: {
      format: "csr",
      numRows: program.lower.length,
      numCols: costs.length,
      starts: Int32Array.from(program.starts),
      indices: Int32Array.from(program.indices),
      values: Float64Array.from(program.values),
    },
  });
  try {
    model.options.set({ output_flag: false });
    model.run();
    return { cost: model.getObjectiveValue(), values: model.getSolution().colValue };
  } finally {
    model.dispose();
  }
}
