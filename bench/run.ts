/** `npm run bench`: what Aftercart does in a second, and what that costs, beside the least that it could. */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/local/state.ts";
import { openFloor, startPlatform } from "./platform.ts";
import { openRetailer } from "./retailer.ts";
import { playRounds, type ScenarioFigures } from "./rounds.ts";
import { SCENARIOS } from "./scenarios.ts";
import { speedTable } from "./table.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    requests: { type: "string", default: "500" },
    callers: { type: "string", default: "16" },
    json: { type: "string", default: path.join(ROOT, "bench/results/latest.json") },
  },
});
const options = {
  rounds: Number(values.rounds),
  requests: Number(values.requests),
  callers: Number(values.callers),
};

const machine = { processors: availableParallelism(), model: cpus()[0]?.model ?? "", node: process.version };
console.log(`${machine.processors} × ${machine.model}, Node ${machine.node}; ${options.rounds} rounds of`);
console.log(
  `${options.requests} requests from ${options.callers} callers at once. Medians (and all rounds).\n`,
);

const speed = await measureSpeed();
console.log(speedTable(speed));

mkdirSync(path.dirname(values.json), { recursive: true });
const report = { at: new Date().toISOString(), machine, options, speed };
writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
console.log(`\nWritten to ${path.relative(process.cwd(), values.json)}`);

async function measureSpeed(): Promise<ScenarioFigures[]> {
  const platform = await startPlatform({ entry: "src/index.ts", consumers: false });
  try {
    await openFloor(platform.floor);
    const shop = { door: platform.ours, token: await openRetailer(platform.ours), run: "speed" };
    return await playRounds(platform, shop, SCENARIOS, options);
  } finally {
    await platform.stop();
  }
}
