/** `npm run bench:sourcing`: how good sourcing is, beside what has been published. */
import { parseArgs } from "node:util";
import { measureMultiItem, multiItemTable } from "./multi-item.ts";

const { values } = parseArgs({
  options: {
    instances: { type: "string", default: "20" },
    sequences: { type: "string", default: "3" },
    seed: { type: "string", default: "2026" },
  },
});
const [instances, sequences, seed] = [values.instances, values.sequences, values.seed].map(Number);

console.log(`${instances} instances, ${sequences} sequences of 10,000 arrivals for each.\n`);
console.log(multiItemTable(measureMultiItem(instances!, sequences!, seed!)));
