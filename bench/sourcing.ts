/** `npm run bench:sourcing`: the speed of sourcing, and its cost compared with published rules. */
import { parseArgs } from "node:util";
import { measureMultiItem, multiItemTable } from "./multi-item.ts";
import { measureOptimum, measureRounds, optimumTable, roundsTable } from "./optimum.ts";

const { values } = parseArgs({
  options: {
    /** `optimum` or `multi-item`; both by default. */
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
  throw new Error(`unknown part "${part}": use optimum or multi-item`);
}

if (part !== "multi-item") {
  console.log(`${orders} orders of each shape; the fastest of seven runs of each order counts.\n`);
  console.log(optimumTable(measureOptimum(orders, seed)));
  console.log(`\n${orders} orders on decreasing stock.\n`);
  console.log(`${roundsTable(measureRounds(orders, seed))}\n`);
}
if (part !== "optimum") {
  console.log(`${instances} instances with ${sequences} sequences of 10,000 arrivals each.\n`);
  console.log(multiItemTable(measureMultiItem(instances, sequences, seed)));
}
