/**
 * Plays the simulation: pure scenarios, histories, scripted days with every fault at every call, random days.
 * `--seed N` plays what a failure named, `--runs N` as many random days, `--nightly` twenty times of all.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const NIGHTLY = 20;
/** Killing servers is another command: it takes the machine for itself. */
const PROJECTS = ["domain", "worker", "simulation"].flatMap((name) => ["--project", name]);

const { values } = parseArgs({
  options: { seed: { type: "string" }, runs: { type: "string" }, nightly: { type: "boolean" } },
});
const seed = numberOf("seed", values.seed) ?? Math.floor(Math.random() * 2 ** 31);
const runs = numberOf("runs", values.runs);

console.log(`seed ${seed}`);
const { status } = spawnSync("vitest", ["run", ...PROJECTS, "test/simulation/"], {
  stdio: "inherit",
  env: {
    ...process.env,
    SIMULATION_SEED: String(seed),
    ...(runs === undefined ? {} : { SIMULATION_RUNS: String(runs) }),
    ...(values.nightly ? { SIMULATION_SCALE: String(NIGHTLY) } : {}),
  },
});
process.exit(status ?? 1);

function numberOf(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (!Number.isSafeInteger(number)) throw new Error(`--${name} takes a whole number, not "${given}"`);
  return number;
}
