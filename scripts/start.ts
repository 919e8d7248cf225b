/**
 * The whole system on this machine: `npm start`. The first run makes secrets and a key, and plays a day of
 * the demo retailer; later runs find everything as it was. `PORT` chooses the port.
 */
import { randomBytes } from "node:crypto";
import { apiKeyToken, hashOfToken, SECRET_BYTES } from "../src/platform/auth/api-keys.ts";
import { idFromBytes } from "../src/kernel/ids.ts";
import { openOutlet, tellOutlet } from "./demo/outlet.ts";
import { isSeeded, seedRetailer } from "./demo/seed.ts";
import { placeNext, reconcileDay, STORY_ORDERS, tellMishaps, tellStory } from "./demo/story.ts";
import { deliverAll, releasedFulfillments, shipAll, type OrderAnswer } from "./demo/warehouse.ts";
import { apiOf, type Api } from "./local/api.ts";
import { fireCron, NIGHTLY, PROMISES, STOCK_PRICES, SWEEP } from "./local/clock.ts";
import { counted, heading, say, sayOf, sayProblem } from "./local/say.ts";
import { execute, isPortFree, migrate, startServer, type Server } from "./local/server.ts";
import { makeDevVars, readNotes, STATE_FOLDER, writeNotes } from "./local/state.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ORDER_EVERY_MS = 20_000;
const SHIPPED_A_MINUTE = 4;

let server: Server | null = null;
let isStopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));

try {
  await start();
} catch (error) {
  if (!isStopping) {
    sayProblem(error instanceof Error ? error.message : String(error));
    await stop(1);
  }
}

async function start(): Promise<void> {
  const port = Number(process.env["PORT"] || 8787);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`PORT=${process.env["PORT"]} is no port.`);
  if (!(await isPortFree(port))) {
    throw new Error(`Port ${port} is taken. Choose another: PORT=${port + 1} npm start`);
  }
  heading("Aftercart");
  if (makeDevVars()) sayOf("secrets", "made, in .dev.vars");
  await import("./docs-assets.ts");
  await migrate();
  sayOf("database", `up to date, in ${STATE_FOLDER}`);
  const key = await developmentKey();
  server = await startServer(port);
  void server.ended.then(() => (isStopping ? null : stop(1, "The server has ended by itself.")));
  sayOf("server", server.url);

  const api = apiOf(server.url, key);
  if (!(await isSeeded(api))) {
    heading("The demo retailer");
    await seedRetailer(api);
  }
  const outlet = await openOutlet(api);
  if (readNotes().storyTold) {
    await fireCron(server.url, NIGHTLY);
  } else {
    await tellStory(api);
    await tellOutlet(api, outlet);
    await reconcileDay(api, today());
    await tellMishaps(api);
    writeNotes({ storyTold: true, ordersPlaced: STORY_ORDERS });
  }
  await tellLinks(api, key);
  keepGoing(api);
}

/** The same at every start; only its hash is in the database. */
async function developmentKey(): Promise<string> {
  const known = readNotes().apiKey;
  if (known !== null) return known;
  const id = idFromBytes("key", randomBytes(17));
  const token = apiKeyToken(id, randomBytes(SECRET_BYTES));
  const values = `'${id}', '${hashOfToken(token)}', 'Development', '["admin"]', ${Date.now()}`;
  await execute(`INSERT INTO api_keys (id, hash, name, scopes, created_at) VALUES (${values})`);
  writeNotes({ apiKey: token });
  return token;
}

async function tellLinks(api: Api, key: string): Promise<void> {
  const { items } = await api.get<{ items: { id: string }[] }>("/v1/orders?limit=50");
  const orders = await Promise.all(items.map(({ id }) => api.get<OrderAnswer>(`/v1/orders/${id}`)));
  const shown = orders.find(({ shipments }) => shipments.length > 0) ?? orders[0];
  const days = await api.get<{ items: { on: string }[] }>("/v1/reconciliations?limit=1");
  heading("Worth opening");
  sayOf("API reference", `${api.url}/docs`);
  if (shown) sayOf("customer's order", shown.statusUrl);
  sayOf("messages sent", `${api.url}/mail-preview`);
  for (const { on } of days.items) sayOf("reconciliation", `${api.url}/reconciliations/${on}`);
  sayOf("API key", key);
  say(`curl -H 'Authorization: Bearer ${key}' '${api.url}/v1/orders?limit=3'`);
  heading("Running: a new order every 20 seconds. Ctrl-C stops it; `npm run reset` forgets it all.");
}

function keepGoing(api: Api): void {
  every(MINUTE, () => workAMinute(api));
  every(HOUR, () => fireCron(api.url, STOCK_PRICES));
  every(HOUR, () => fireCron(api.url, PROMISES));
  // It catches up the nights that are missing, and does nothing where none is.
  every(HOUR, () => fireCron(api.url, NIGHTLY));
  every(ORDER_EVERY_MS, async () => {
    const n = readNotes().ordersPlaced + 1;
    await placeNext(api, n);
    writeNotes({ ordersPlaced: n });
  });
}

/** The cron that no one else fires, and a little work at the locations. */
async function workAMinute(api: Api): Promise<void> {
  await fireCron(api.url, SWEEP);
  const shipped = await shipAll(api, (await releasedFulfillments(api)).slice(0, SHIPPED_A_MINUTE));
  const delivered = await deliverAll(
    api,
    shipped.slice(0, 1).map(({ id }) => id),
  );
  if (shipped.length > 0)
    sayOf("warehouses", `${counted(shipped.length, "parcel")} shipped, ${delivered} delivered`);
}

/** Never two at once; a failure is said, and the next time is another. */
function every(ms: number, work: () => Promise<void>): void {
  setTimeout(() => {
    work()
      .catch((error: unknown) => (isStopping ? null : sayProblem(String(error))))
      .finally(() => (isStopping ? null : every(ms, work)));
  }, ms);
}

/** The demonstration's books are kept in UTC. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

async function stop(code: number, why?: string): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  if (why) sayProblem(why);
  await server?.stop();
  if (code === 0) console.log("\nStopped. What there was is kept.");
  process.exit(code);
}
