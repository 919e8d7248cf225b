/**
 * Moves a bucket of orders to another orders database of a deployment, and shows how far it is:
 * `npm run buckets:move -- BUCKET ORDERS_NN --url https://aftercart.example.com`. The environment variable
 * AFTERCART_API_KEY has a key with the scope admin. `--undo BUCKET` opens it again where it was. The move goes on if
 * this command is stopped.
 */
import { parseArgs } from "node:util";
import { apiOf } from "./local/api.ts";

const USAGE = `npm run buckets:move -- BUCKET ORDERS_NN --url URL
npm run buckets:move -- --undo BUCKET --url URL`;
const EVERY_MS = 2_000;

type Run = Readonly<{
  id: string;
  status: string;
  steps: number;
  progress: Readonly<Record<string, number>>;
  problem: string | null;
}>;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: "string", default: "http://127.0.0.1:8787" },
    undo: { type: "boolean", default: false },
  },
});
const [bucket, to] = positionals;
const key = process.env["AFTERCART_API_KEY"];
if (bucket === undefined || (to === undefined) !== values.undo || positionals.length > 2 || !key) {
  if (!key) console.error("The environment variable AFTERCART_API_KEY is not set.");
  console.error(USAGE);
  process.exit(1);
}

const api = apiOf(values.url.replace(/\/$/, ""), key);
const path = `/v1/buckets/${encodeURIComponent(bucket)}/moves`;
const started = values.undo
  ? await api.send<Run>("POST", `${path}/undo`)
  : await api.send<Run>("POST", path, { to });
console.log(`${started.id}: GET /v1/jobs/${started.id} shows it too`);

let last = "";
for (;;) {
  const run = await api.get<Run>(`/v1/jobs/${started.id}`);
  const { rowsCopied, rowsCompared, rowsFound } = run.progress;
  const line = `${run.status}, ${run.steps} steps: ${rowsCopied ?? 0} rows copied, ${rowsCompared ?? 0} compared with ${rowsFound ?? 0}${run.problem === null ? "" : `; ${run.problem}`}`;
  if (line !== last) console.log(line);
  last = line;
  if (run.status !== "running") {
    process.exitCode = run.status === "done" ? 0 : 1;
    break;
  }
  await new Promise((done) => setTimeout(done, EVERY_MS));
}
