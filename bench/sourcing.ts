/** `npm run bench:sourcing`: how fast and how good sourcing is, beside what has been published. */
import { parseArgs } from "node:util";
import { measureMultiItem, multiItemTable } from "./multi-item.ts";
import { measureOptimum, measureRounds, optimumTable, roundsTable } from "./optimum.ts";

const { values } = parseArgs({
  options: {
    /** `optimum` or `multi-item`; both where it is left out. */
    part: { type: "string" },
    orders: { type: "string", default: "1000" },
    instances: { type: "string", default: "20" },
    sequences: { type: "string", default: "3" },
    seed: { type: "string", default: "2026" },
  },
});
const [orders, instances, sequences, seed] = [
  values.orders,
  values.instances,
  values.sequences,
  values.seed,
].map(Number) as [number, number, number, number];
const { part } = values;
if (part !== undefined && part !== "optimum" && part !== "multi-item") {
  throw new Error(`there is no part "${part}": optimum, multi-item`);
}

if (part !== "multi-item") {
  console.log(`${orders} orders of each shape. The fastest of seven runs of each counts.\n`);
  console.log(optimumTable(measureOptimum(orders, seed)));
  console.log(`\n${orders} orders on stock that runs down.\n`);
  console.log(`${roundsTable(measureRounds(orders, seed))}\n`);
}
if (part !== "optimum") {
  console.log(`${instances} instances, ${sequences} sequences of 10,000 arrivals for each.\n`);
  console.log(multiItemTable(measureMultiItem(instances, sequences, seed)));
}
