/**
 * `npm test` runs the checks (format, lint, types) and then every test but the crash test. `npm test -- PATH…` runs
 * only the test files whose path contains one of the PATHs, without the checks. Options go to Vitest; write one that
 * takes a value with `=`.
 */
import { spawnSync } from "node:child_process";

/** The crash test kills servers and needs the machine for itself: it runs only if a path names it. */
const CRASH = "crash";

const args = process.argv.slice(2);
const paths = args.filter((arg) => !arg.startsWith("-"));
const projects = paths.some((path) => path.includes(CRASH)) ? [] : ["--project", `!${CRASH}`];

if (paths.length === 0) run("npm", ["run", "check"]);
run("vitest", ["run", ...projects, ...args]);

function run(command: string, commandArgs: readonly string[]): void {
  const { status } = spawnSync(command, commandArgs, {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}
