/**
 * Mutation testing of the pure rules with StrykerJS: changes one expression at a time and lists the changes that no test notices.
 * `-- src/kernel src/orders/domain/holds.ts` takes only these; `--force` asks again what an earlier run has answered.
 * A change that nobody could notice is listed, with its reason, in test/mutation/equivalent-mutants.json.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";

const RULES = ["src/kernel/**/*.ts", "src/*/domain/**/*.ts"];
const LEAST_SCORE = 95;
/** Git ignores it. What is known of each mutant, the report to read in a browser, and what survived. */
const FOLDER = ".stryker";
const EQUIVALENTS = "test/mutation/equivalent-mutants.json";
const SURVIVORS = `${FOLDER}/survivors.json`;

type Mutant = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];
/** A mutant by its text, so that it stays the same one wherever its line moves: `in` is the line it starts on. */
type Named = Readonly<{ file: string; in: string; from: string; to: string }>;
type Equivalent = Named & Readonly<{ reason: string }>;
type Judged = Readonly<{ named: Named; at: string; verdict: "noticed" | "survived" | "equivalent" }>;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { force: { type: "boolean" }, concurrency: { type: "string" } },
});
const files = rulesIn(positionals);
if (files.length === 0) throw new Error(`no rule is in ${positionals.join(", ")}`);
const sources = new Map(files.map((file) => [file, readFileSync(file, "utf8").split("\n")]));
const equivalents: Equivalent[] = JSON.parse(readFileSync(EQUIVALENTS, "utf8"));

/** Long properties draw fewer cases: test/support/cases.ts. */
process.env.MUTATION = "1";
const mutants = await new Stryker({
  mutate: files,
  testRunner: "vitest",
  vitest: { configFile: "test/mutation/vitest.config.ts" },
  plugins: ["@stryker-mutator/vitest-runner", "./test/mutation/ignored-messages.ts"],
  ignorers: ["messages"],
  coverageAnalysis: "perTest",
  // What runs once as a module loads is covered by no one test: each of its mutants would take them all.
  ignoreStatic: true,
  // What waits on a busy machine is not a loop without end, which would count as noticed.
  timeoutMS: 15_000,
  incremental: true,
  incrementalFile: `${FOLDER}/incremental.json`,
  force: values.force ?? false,
  tempDirName: `${FOLDER}/sandbox`,
  ignorePatterns: [FOLDER, ".wrangler", "bench", "docs", "public", "test/simulation", "test/tools"],
  // TypeScript 7 has no API by which Stryker could read tsconfig.json; nothing of it needs to be rewritten.
  tsconfigFile: "none",
  disableTypeChecks: false,
  allowConsoleColors: process.stdout.isTTY,
  reporters: [process.stdout.isTTY ? "progress" : "progress-append-only", "html"],
  htmlReporter: { fileName: `${FOLDER}/report.html` },
  ...(values.concurrency === undefined ? {} : { concurrency: Number(values.concurrency) }),
}).runMutationTest();

const judged = mutants.flatMap(judge);
const survivors = judged.filter(({ verdict }) => verdict === "survived");
const unknown = equivalents.filter(
  (known) =>
    sources.has(known.file) &&
    !judged.some(({ named, verdict }) => verdict === "equivalent" && isSame(named, known)),
);

for (const { named, at } of survivors) console.log(`\n${at}\n- ${named.from}\n+ ${named.to}`);
writeFileSync(
  SURVIVORS,
  JSON.stringify(
    survivors.map(({ named }) => ({ ...named, reason: "" })),
    null,
    2,
  ),
);
console.log(`\n${table()}`);
const ignored = mutants.filter(
  ({ fileName, status }) => status === "Ignored" && sources.has(pathOf(fileName)),
);
console.log(`\n${ignored.length} more are not asked: static ones, and messages that nothing decides by.`);
if (survivors.length > 0) console.log(`What survived, as ${EQUIVALENTS} would name it: ${SURVIVORS}`);
for (const known of unknown) console.log(`listed, but noticed or gone: ${JSON.stringify(known)}`);

const score = scoreOf(judged);
if (score < LEAST_SCORE) console.log(`${score.toFixed(2)} % is under ${LEAST_SCORE} %`);
process.exitCode = score < LEAST_SCORE || unknown.length > 0 ? 1 : 0;

function rulesIn(given: string[]): string[] {
  const rules = globSync(RULES).map(pathOf);
  const wanted = given.map((each) => path.posix.normalize(each).replace(/\/$/, ""));
  return rules
    .filter(
      (file) => wanted.length === 0 || wanted.some((each) => file === each || file.startsWith(`${each}/`)),
    )
    .sort();
}

/** Nothing is told of a mutant that was not tried, or that is no program. */
function judge(mutant: Mutant): Judged[] {
  const { status, location, replacement, mutatorName } = mutant;
  const file = pathOf(mutant.fileName);
  const lines = sources.get(file);
  if (lines === undefined) return [];
  const { start, end } = location;
  const taken = lines.slice(start.line - 1, end.line);
  taken.push(taken.pop()!.slice(0, end.column - 1));
  taken[0] = taken[0]!.slice(start.column - 1);
  const named = {
    file,
    in: lines[start.line - 1]!.trim(),
    from: onOneLine(taken.join("\n")),
    to: onOneLine(replacement),
  };
  const at = `${file}:${start.line}:${start.column} ${mutatorName}`;
  if (status === "Killed" || status === "Timeout") return [{ named, at, verdict: "noticed" }];
  if (status !== "Survived" && status !== "NoCoverage") return [];
  const isKnown = equivalents.some((known) => isSame(named, known));
  return [{ named, at: `${at}, ${status}`, verdict: isKnown ? "equivalent" : "survived" }];
}

/** As the project names it, on whatever system. */
function pathOf(file: string): string {
  return path.relative(".", file).replaceAll(path.sep, "/");
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function isSame(one: Named, other: Named): boolean {
  return one.file === other.file && one.in === other.in && one.from === other.from && one.to === other.to;
}

function scoreOf(some: Judged[]): number {
  const noticed = some.filter(({ verdict }) => verdict === "noticed").length;
  const survived = some.filter(({ verdict }) => verdict === "survived").length;
  return noticed + survived === 0 ? 100 : (100 * noticed) / (noticed + survived);
}

/** A row for each folder, and under it each of its files. */
function table(): string {
  const byFile = Map.groupBy(judged, ({ named }) => named.file);
  const byFolder = Map.groupBy(judged, ({ named }) => path.posix.dirname(named.file));
  const rows = [...byFolder].flatMap(([folder, inFolder]) => [
    row(`${folder}/`, inFolder),
    ...[...byFile]
      .filter(([file]) => path.posix.dirname(file) === folder)
      .map(([file, inFile]) => row(`  ${path.posix.basename(file)}`, inFile)),
  ]);
  const head = ["".padEnd(50), "score %", "noticed", "survived", "equivalent"].join("  ");
  return [head, ...rows, row("all", judged)].join("\n");
}

function row(name: string, some: Judged[]): string {
  const count = (verdict: Judged["verdict"]) => some.filter((each) => each.verdict === verdict).length;
  return [
    name.padEnd(50),
    scoreOf(some).toFixed(2).padStart(7),
    String(count("noticed")).padStart(7),
    String(count("survived")).padStart(8),
    String(count("equivalent")).padStart(10),
  ].join("  ");
}
