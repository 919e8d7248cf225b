/**
 * Recovers after databases of a deployment were restored to an earlier time:
 * `npm run recover -- --since 2026-11-22T12:00:00Z ORDERS_00 --url https://aftercart.example.com`. The environment variable
 * AFTERCART_API_KEY has a key with the scope admin. It prints the progress of the job, and what was found; to stop waiting
 * does not stop the job.
 */
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { apiOf, everyItem } from "./local/api.ts";

const USAGE = "npm run recover -- --since TIME BINDING [BINDING …] [--url URL]";
const EVERY_MS = 2_000;

type Run = Readonly<{
  id: string;
  status: string;
  steps: number;
  progress: Readonly<Record<string, number>>;
  problem: string | null;
}>;
type Finding = Readonly<{ id: string; kind: string; detail: string }>;

const { positionals: databases, values } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: "string", default: "http://127.0.0.1:8787" },
    since: { type: "string", default: "" },
  },
});
const key = process.env["AFTERCART_API_KEY"];
if (databases.length === 0 || Number.isNaN(Date.parse(values.since)) || !key) {
  if (!key) console.error("The environment variable AFTERCART_API_KEY is not set.");
  console.error(USAGE);
  process.exit(1);
}

const api = apiOf(values.url.replace(/\/$/, ""), key);
const since = new Date(values.since).toISOString();
let run = await api.send<Run>("POST", "/v1/recoveries", { since, databases });
console.log(`${run.id}: GET /v1/jobs/${run.id} shows it too`);

let last = "";
for (;;) {
  const counts = Object.entries(run.progress).map(([name, count]) => `${name} ${count}`);
  const line = [
    `${run.status}, ${run.steps} steps`,
    ...counts,
    ...(run.problem === null ? [] : [run.problem]),
  ].join(", ");
  if (line !== last) console.log(line);
  last = line;
  if (run.status !== "running") break;
  await pause(EVERY_MS);
  run = await api.get<Run>(`/v1/jobs/${run.id}`);
}

const findings = await everyItem<Finding>(api, "/v1/recovery-findings");
console.log(findings.length === 0 ? "Nothing is left to decide." : `${findings.length} to decide:`);
for (const { id, kind, detail } of findings) console.log(`${kind} ${id}: ${detail}`);
process.exitCode = run.status === "done" ? 0 : 1;
