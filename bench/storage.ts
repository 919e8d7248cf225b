/**
 * Bytes stored for a delivered order of three lines, by table with its indexes (SQLite's dbstat), in the orders
 * database, in the order directory and in the SKUs' objects: `npm run bench:storage`, or `-- --orders N`.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { apiOf, forEachOf, type Api } from "../scripts/local/api.ts";
import { newOrders } from "./orders.ts";
import { startPlatform, type Platform } from "./platform.ts";
import { releaseAtOnce, setUpRetailer } from "./retailer.ts";

const { values } = parseArgs({ options: { orders: { type: "string", default: "60" } } });
const ORDERS = Number(values.orders);
const AT_ONCE = 8;

/** Databases, each with a table that only it has. */
const KINDS = [
  { kind: "D1", has: "order_lines" },
  { kind: "directory", has: "listed_orders" },
  { kind: "object", has: "holdings" },
] as const;

type Placed = Readonly<{ id: string; fulfillments: readonly Readonly<{ id: string }>[] }>;
type Shipped = Readonly<{ shipments: readonly Readonly<{ id: string }>[] }>;

const platform = await startPlatform({ consumers: true });
try {
  const api = apiOf(platform.aftercart.url.origin, await setUpRetailer(platform.aftercart));
  const before = storedBytes(platform);
  await releaseAtOnce(api);
  await forEachOf(newOrders("stored", ORDERS, { lines: 3 }), AT_ONCE, (order) => deliver(api, order));
  await until(async () => (await unfinished(platform)) === 0);
  report(before, storedBytes(platform));
} finally {
  await platform.stop();
}

async function deliver(api: Api, body: string): Promise<void> {
  const { id, fulfillments } = await api.send<Placed>("POST", "/v1/orders", JSON.parse(body));
  for (const fulfillment of fulfillments) {
    const at = `/v1/orders/${id}/fulfillments/${fulfillment.id}`;
    await api.send("POST", `${at}/release`, {});
    const parcel = { carrier: "UPS", trackingNumber: `1Z${id.slice(-16)}` };
    const { shipments } = await api.send<Shipped>("POST", `${at}/shipments`, parcel);
    for (const shipment of shipments) {
      await api.send("POST", `/v1/orders/${id}/shipments/${shipment.id}/deliveries`, {});
    }
  }
}

async function unfinished({ aftercart }: Platform): Promise<number> {
  const left = await aftercart.orders
    .prepare(
      `SELECT (SELECT count(*) FROM outbox)
         + (SELECT count(*) FROM notifications WHERE status = 'pending') AS n`,
    )
    .first<number>("n");
  return left ?? 0;
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await new Promise((done) => setTimeout(done, 500));
}

type Bytes = ReadonlyMap<string, number>;

/** Bytes in use, not whole pages, by database and table. An index counts to its table. */
function storedBytes({ folder }: Platform): Bytes {
  const bytes = new Map<string, number>();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".sqlite") || file.includes("metadata")) continue;
    const database = new DatabaseSync(path.join(folder, file), { readOnly: true, timeout: 5_000 });
    const tables = database
      .prepare(
        `SELECT m.tbl_name AS name, sum(s.pgsize - s.unused) AS bytes
         FROM dbstat AS s JOIN sqlite_schema AS m ON m.name = s.name GROUP BY 1`,
      )
      .all() as { name: string; bytes: number }[];
    database.close();
    const kind = KINDS.find(({ has }) => tables.some(({ name }) => name === has))?.kind;
    if (kind === undefined) continue;
    for (const { name, bytes: used } of tables) {
      bytes.set(`${kind} ${name}`, (bytes.get(`${kind} ${name}`) ?? 0) + used);
    }
  }
  return bytes;
}

function report(before: Bytes, after: Bytes): void {
  const grown = [...after]
    .map(([table, bytes]) => ({ table, bytesPerOrder: (bytes - (before.get(table) ?? 0)) / ORDERS }))
    .filter(({ bytesPerOrder }) => bytesPerOrder >= 1)
    .toSorted((a, b) => b.bytesPerOrder - a.bytesPerOrder);
  console.log(`bytes for a delivered order of three lines, mean of ${ORDERS}`);
  for (const { table, bytesPerOrder } of grown) {
    console.log(`${table.padEnd(34)}${Math.round(bytesPerOrder).toString().padStart(7)}`);
  }
  for (const { kind } of KINDS) {
    const total = grown
      .filter(({ table }) => table.startsWith(kind))
      .reduce((sum, { bytesPerOrder }) => sum + bytesPerOrder, 0);
    console.log(`${`${kind} in all`.padEnd(34)}${Math.round(total).toString().padStart(7)}`);
  }
}
