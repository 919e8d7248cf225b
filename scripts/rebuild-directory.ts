/**
 * Rebuilds the order directory of a deployment: `npm run directory:rebuild -- https://aftercart.example.com`, with the
 * token of an admin's API key in `AFTERCART_API_KEY`. It prints how far the job is until it ends; to stop waiting does not
 * stop the job. Without an address, the local server is asked with its development key.
 */
import { setTimeout as pause } from "node:timers/promises";
import { apiOf } from "./local/api.ts";
import { printError, printFact } from "./local/print.ts";
import { readLocalNotes } from "./local/state.ts";

type Run = Readonly<{ id: string; status: string; problem: string | null; progress: Record<string, number> }>;

const LOCAL = "http://localhost:8787";
const EVERY_MS = 2_000;

const [url = LOCAL] = process.argv.slice(2);
const key = process.env["AFTERCART_API_KEY"] ?? (url === LOCAL ? readLocalNotes().apiKey : null);
if (!key) {
  printError("AFTERCART_API_KEY must have the token of an admin's API key.");
  process.exit(1);
}

const api = apiOf(url.replace(/\/$/, ""), key);
let run = await api.send<Run>("POST", "/v1/directory/rebuilds");
for (;;) {
  const { status, problem, progress } = run;
  const counts = Object.entries(progress).map(([name, count]) => `${name} ${count}`);
  printFact(status, [...counts, ...(problem === null ? [] : [problem])].join(", "));
  if (status !== "running") break;
  await pause(EVERY_MS);
  run = await api.get<Run>(`/v1/jobs/${run.id}`);
}
process.exitCode = run.status === "done" ? 0 : 1;
