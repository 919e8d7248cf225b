/**
 * Runs the simulation: pure scenarios, recorded histories, scripted days with every fault at every call, random days.
 * `--seed N` repeats the run that printed this seed, `--runs N` sets the number of random days, `--nightly` plays
 * twenty times as much. A path, such as `random.test.ts`, selects test files.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const NIGHTLY_SCALE = 20;
/** `npm test` plays fewer. */
const RANDOM_DAYS = 1_000;
/** Not the crash test: it kills servers and needs the machine for itself (`npm run simulate:crash`). */
const PROJECTS = ["domain", "worker*", "simulation*"].flatMap((name) => ["--project", name]);

const { values, positionals } = parseArgs({
  options: { seed: { type: "string" }, runs: { type: "string" }, nightly: { type: "boolean" } },
  allowPositionals: true,
});
const seed = wholeNumber("seed", values.seed) ?? Math.floor(Math.random() * 2 ** 31);
const runs = wholeNumber("runs", values.runs);
const files = positionals.length > 0 ? positionals : ["test/simulation/"];

console.log(`seed ${seed}`);
const { status } = spawnSync("vitest", ["run", ...PROJECTS, ...files], {
  stdio: "inherit",
  env: {
    ...process.env,
    SIMULATION_SEED: String(seed),
    SIMULATION_RUNS: String(runs ?? RANDOM_DAYS),
    ...(values.nightly ? { SIMULATION_SCALE: String(NIGHTLY_SCALE) } : {}),
  },
});
process.exit(status ?? 1);

function wholeNumber(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (!Number.isSafeInteger(number)) throw new Error(`--${name} takes a whole number, not "${given}"`);
  return number;
}
