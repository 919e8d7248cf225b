/**
 * `npm start`: runs the whole system on this machine. The first run creates secrets and a key, and plays the first day of
 * the demo retailer. Later runs continue with the stored state. `PORT` sets the port.
 */
import { randomBytes } from "node:crypto";
import { apiKeyToken, hashOfToken, SECRET_BYTES } from "../src/platform/auth/api-keys.ts";
import { idFromBytes } from "../src/kernel/ids.ts";
import { openOutlet, playOutlet } from "./demo/bigcommerce-outlet.ts";
import { isSeeded, seedRetailer } from "./demo/seed.ts";
import {
  placeNext,
  reconcileDay,
  FIRST_DAY_ORDERS,
  sendBadCallbacks,
  playFirstDay,
} from "./demo/first-day.ts";
import { deliverAll, releasedFulfillments, shipAll, type OrderAnswer } from "./demo/warehouse.ts";
import { apiOf, freshOrders, type Api } from "./local/api.ts";
import { fireCron, NIGHTLY, PROMISES, STOCK_PRICES, SWEEP } from "./local/crons.ts";
import { plural, heading, printLine, printFact, printError } from "./local/print.ts";
import { execute, isPortFree, migrate, startServer, type Server } from "./local/server.ts";
import { createDevVars, readLocalNotes, STATE_FOLDER, writeLocalNotes } from "./local/state.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ORDER_EVERY_MS = 20_000;
const MAX_SHIPPED_A_MINUTE = 4;

let server: Server | null = null;
let isStopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));

try {
  await start();
} catch (error) {
  if (!isStopping) {
    printError(error instanceof Error ? error.message : String(error));
    await stop(1);
  }
}

async function start(): Promise<void> {
  const port = Number(process.env["PORT"] || 8787);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`PORT=${process.env["PORT"]} is not a port number.`);
  if (!(await isPortFree(port))) {
    throw new Error(`Port ${port} is in use. Choose another one: PORT=${port + 1} npm start`);
  }
  heading("Aftercart");
  if (createDevVars()) printFact("secrets", "created in .dev.vars");
  await migrate();
  printFact("database", `migrated, in ${STATE_FOLDER}`);
  const key = await developmentKey();
  server = await startServer(port);
  void server.ended.then(() => (isStopping ? null : stop(1, "The server has stopped unexpectedly.")));
  printFact("server", server.url);

  const api = apiOf(server.url, key);
  if (!(await isSeeded(api))) {
    heading("The demo retailer");
    await seedRetailer(api);
  }
  const outlet = await openOutlet(api);
  if (readLocalNotes().firstDayPlayed) {
    await fireCron(server.url, NIGHTLY);
  } else {
    await playFirstDay(api);
    await playOutlet(api, outlet);
    await reconcileDay(api, today());
    await sendBadCallbacks(api);
    writeLocalNotes({ firstDayPlayed: true, ordersPlaced: FIRST_DAY_ORDERS });
  }
  await printLinks(api, key);
  startTraffic(api);
}

/** The development key's token, the same at every start. The database has only its hash. */
async function developmentKey(): Promise<string> {
  const known = readLocalNotes().apiKey;
  if (known !== null) return known;
  const id = idFromBytes("key", randomBytes(17));
  const token = apiKeyToken(id, randomBytes(SECRET_BYTES));
  const values = `'${id}', '${hashOfToken(token)}', 'Development', '["admin"]', ${Date.now()}`;
  await execute(`INSERT INTO api_keys (id, hash, name, scopes, created_at) VALUES (${values})`);
  writeLocalNotes({ apiKey: token });
  return token;
}

async function printLinks(api: Api, key: string): Promise<void> {
  const items = await freshOrders<{ id: string }>(api, "/v1/orders?limit=50");
  const orders = await Promise.all(items.map(({ id }) => api.get<OrderAnswer>(`/v1/orders/${id}`)));
  const shown = orders.find(({ shipments }) => shipments.length > 0) ?? orders[0];
  const days = await api.get<{ items: { on: string }[] }>("/v1/reconciliations?limit=1");
  heading("Open in a browser, or call");
  printFact("API reference", `${api.url}/docs`);
  if (shown) printFact("customer's order", shown.statusUrl);
  printFact("mail preview", `${api.url}/mail-preview`);
  for (const { on } of days.items) printFact("reconciliation", `${api.url}/reconciliations/${on}`);
  printFact("API key", key);
  const parcel = shown?.shipments[0]?.id;
  if (parcel !== undefined)
    printLine(
      `curl -H 'Authorization: Bearer ${key}' '${api.url}/v1/shipments/${parcel}/label.pdf' -o label.pdf`,
    );
  printLine(`curl -H 'Authorization: Bearer ${key}' '${api.url}/v1/orders?limit=3'`);
  heading("Running, with a new order every 20 seconds. Ctrl-C stops it; `npm run reset` deletes all data.");
}

function startTraffic(api: Api): void {
  every(MINUTE, () => workForAMinute(api));
  every(HOUR, () => fireCron(api.url, STOCK_PRICES));
  every(HOUR, () => fireCron(api.url, PROMISES));
  // It closes every night that is not closed yet.
  every(HOUR, () => fireCron(api.url, NIGHTLY));
  every(ORDER_EVERY_MS, async () => {
    const n = readLocalNotes().ordersPlaced + 1;
    await placeNext(api, n);
    writeLocalNotes({ ordersPlaced: n });
  });
}

/** Fires the sweep, and does some work at the locations. */
async function workForAMinute(api: Api): Promise<void> {
  await fireCron(api.url, SWEEP);
  const shipped = await shipAll(api, (await releasedFulfillments(api)).slice(0, MAX_SHIPPED_A_MINUTE));
  const delivered = await deliverAll(
    api,
    shipped.slice(0, 1).map(({ id }) => id),
  );
  if (shipped.length > 0)
    printFact("warehouses", `${plural(shipped.length, "parcel")} shipped, ${delivered} delivered`);
}

/** Runs the work again and again, never twice at once. A failure is printed. */
function every(ms: number, work: () => Promise<void>): void {
  setTimeout(() => {
    work()
      .catch((error: unknown) => (isStopping ? null : printError(String(error))))
      .finally(() => (isStopping ? null : every(ms, work)));
  }, ms);
}

/** The demo's time zone of the books is UTC. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

async function stop(code: number, why?: string): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  if (why) printError(why);
  await server?.stop();
  if (code === 0) console.log("\nStopped. All data is kept for the next start.");
  process.exit(code);
}
