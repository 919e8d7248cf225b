/** Sets up the retailer of the benchmark: schema, API key, locations, channel, SKUs with stock. */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { unstable_splitSqlQuery } from "wrangler";
import { apiOf, forEachOf, type Api } from "../scripts/local/api.ts";
import { ROOT } from "../scripts/local/state.ts";
import { apiKeyToken, hashOfToken, SECRET_BYTES } from "../src/platform/auth/api-keys.ts";
import { idFromBytes } from "../src/kernel/ids.ts";
import type { Target } from "./platform.ts";

export const CHANNEL = "bench";
/** So many that no single object gets most of the calls. */
const SKUS = 60;
/** So many that nothing runs out: shortages take another code path. */
const UNITS = 1_000_000;

export const SITES = [
  { id: "louisville", latitude: 38.25, longitude: -85.76, region: "KY" },
  { id: "reno", latitude: 39.53, longitude: -119.81, region: "NV" },
  { id: "allentown", latitude: 40.6, longitude: -75.47, region: "PA" },
];

export const skuOf = (n: number): string => `BENCH-${String(n % SKUS).padStart(3, "0")}`;

/** Sets up the retailer in an empty database. Returns the token of an admin's API key. */
export async function setUpRetailer({ url, database, allOrders, directory }: Target): Promise<string> {
  await migrate(database, "primary");
  for (const orders of allOrders) await migrate(orders, "orders");
  await migrate(directory, "directory");
  const token = await makeKey(database);
  const api = apiOf(url.origin, token);
  for (const { id, region, ...at } of SITES) {
    const address = { line1: "1 Dock Road", city: id, region, countryCode: "US", postalCode: "00000" };
    const hours = { timeZone: "America/New_York", cutOff: "16:00", workingDays: [1, 2, 3, 4, 5] };
    const location = { name: id, kind: "warehouse", address, ...at, ...hours, priority: 1 };
    await api.send("PUT", `/v1/locations/${id}`, location);
  }
  const locationIds = SITES.map(({ id }) => id);
  const policies = { shortagePolicy: "backorder", gracePeriodMinutes: 30 };
  const channel = { name: "Bench", kind: "generic", currency: "USD", locationIds, ...policies };
  await api.send("PUT", `/v1/channels/${CHANNEL}`, channel);
  await forEachOf([...Array.from({ length: SKUS }).keys()].map(skuOf), 8, async (sku) => {
    const facts = { title: `Thing ${sku}`, weightGrams: 200, unitCostMinor: 700, policy: "backorder" };
    await api.send("PUT", `/v1/skus/${sku}`, facts);
    for (const locationId of locationIds) {
      await api.send("POST", `/v1/skus/${sku}/receipts`, {
        locationId,
        quantity: UNITS,
        ref: `${sku}/${locationId}`,
      });
    }
  });
  return token;
}

/** Takes the channel's grace period away: its orders can be released as soon as they are placed. */
export async function releaseAtOnce(api: Api): Promise<void> {
  const policies = { shortagePolicy: "backorder", gracePeriodMinutes: 0 };
  const channel = { name: "Bench", kind: "generic", currency: "USD", locationIds: [], ...policies };
  await api.send("PUT", `/v1/channels/${CHANNEL}`, channel);
  // Longer than an isolate keeps the channel as it was.
  await new Promise((done) => setTimeout(done, 6_000));
}

async function migrate(database: D1Database, kind: "primary" | "orders" | "directory"): Promise<void> {
  const folder = path.join(ROOT, "migrations", kind);
  for (const file of readdirSync(folder).toSorted()) {
    const statements = unstable_splitSqlQuery(readFileSync(path.join(folder, file), "utf8"));
    await database.batch(statements.map((sql) => database.prepare(sql)));
  }
}

async function makeKey(database: D1Database): Promise<string> {
  const id = idFromBytes("key", randomBytes(17));
  const token = apiKeyToken(id, randomBytes(SECRET_BYTES));
  await database
    .prepare(
      "INSERT INTO api_keys (id, hash, name, scopes, created_at) VALUES (?, ?, 'Bench', '[\"admin\"]', ?)",
    )
    .bind(id, hashOfToken(token), Date.now())
    .run();
  return token;
}
