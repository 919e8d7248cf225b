/**
 * Fills a retailer: copies of two real orders by SQL, spread over the orders databases, and each SKU's object with the
 * lines that hold its units. Books, stock levels and objects agree, as the nightly close will prove.
 */
import { apiOf, type Api } from "../../scripts/local/api.ts";
import { CROCKFORD } from "../../src/kernel/ids.ts";
import {
  deleteOrder,
  seedStatements,
  templateOf,
  type Seed,
  type Spread,
  type Template,
} from "../../test/support/seed-orders.ts";
import { newOrders } from "../orders.ts";
import type { Target } from "../platform.ts";
import { releaseAtOnce, SITES } from "../retailer.ts";
import type { SkuContent, TemplateLine } from "./messages.ts";

export type Size = Readonly<{ orders: number; openOrders: number; skus: number }>;

const LINES = 3;
const UNIT_COST_MINOR = 700;
const UNITS_A_SITE = 1_000;
const YEAR_MS = 365 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
const KEPT_CHARACTERS = 10;
/** Ids begin with one of 32 characters, so that they are in every second bucket. */
const FIRSTS = CROCKFORD.length;

export type Filled = Readonly<{ seed: Seed; open: Template }>;

/** Places one open and one delivered order, and takes them as templates. */
export async function templates(target: Target, token: string, size: Size): Promise<Filled> {
  const api = apiOf(target.url.origin, token);
  const [first, second] = newOrders("scale-template", 2, { lines: LINES }) as [string, string];
  const open = await place(api, first);
  await releaseAtOnce(api);
  const closed = await place(api, second);
  await deliver(api, closed);
  const read = async (id: string): Promise<Template> => {
    for (const db of target.allOrders) {
      const template = await templateOf(db, id).catch(() => null);
      if (template === null) continue;
      await deleteOrder(db, id);
      await db.prepare("DELETE FROM outbox WHERE id > ?1 AND id < ?2").bind(`${id}/`, `${id}0`).run();
      return template;
    }
    throw new Error(`no database has ${id}`);
  };
  const [live, past] = [neverDue(await read(open.id)), await read(closed.id)];
  await forgetUnits(target, [...linesOf(live), ...linesOf(past)]);
  const seed: Seed = {
    live: [live],
    past: [past],
    liveOrders: size.openOrders,
    newestAt: Date.now() - DAY_MS,
    everyMs: Math.floor(YEAR_MS / size.orders),
  };
  return { seed, open: live };
}

/** Of an order of any age, nothing is late: its parcels leave next year. */
const neverDue = ({ rows, ...template }: Template): Template => ({
  ...template,
  rows: rows.map(({ table, row }) => {
    if (table !== "fulfillments") return { table, row };
    const later = Date.now() + 2 * YEAR_MS;
    return { table, row: { ...row, due_at: later, release_at: later, late_at: later } };
  }),
});

const linesOf = ({ rows }: Template): TemplateLine[] =>
  rows
    .filter(({ table }) => table === "order_lines")
    .toSorted((a, b) => Number(a.row.position) - Number(b.row.position))
    .map(({ row }) => ({ sku: String(row.sku), lineId: String(row.id) }));

/** The templates' own orders are gone, and their units are free. */
async function forgetUnits({ url }: Target, lines: readonly TemplateLine[]): Promise<void> {
  const reply = await fetch(new URL("/scale/forget", url), { method: "POST", body: JSON.stringify(lines) });
  if (!reply.ok) throw new Error(await reply.text());
}

type Placed = Readonly<{ id: string; fulfillments: readonly Readonly<{ id: string }>[] }>;
type Shipped = Readonly<{ shipments: readonly Readonly<{ id: string }>[] }>;

const place = (api: Api, body: string): Promise<Placed> => api.send("POST", "/v1/orders", JSON.parse(body));

async function deliver(api: Api, { id, fulfillments }: Placed): Promise<void> {
  for (const fulfillment of fulfillments) {
    const at = `/v1/orders/${id}/fulfillments/${fulfillment.id}`;
    await api.send("POST", `${at}/release`, {});
    const parcel = { carrier: "UPS", trackingNumber: "1Z999" };
    const { shipments } = await api.send<Shipped>("POST", `${at}/shipments`, parcel);
    for (const { id: shipment } of shipments) {
      await api.send("POST", `/v1/orders/${id}/shipments/${shipment}/deliveries`, {});
    }
  }
}

const skuNumber = (n: number): string => `SCALE-${String(n).padStart(6, "0")}`;

/** The copies whose bucket is in the database `k` of `of`. A template is the first of its turns. */
const spreadOf = (k: number, of: number, { skus }: Size): Spread => ({
  idOf: (turn) =>
    `substr('${CROCKFORD}', n % ${FIRSTS} + 1, 1) || printf('%015d', ${turn * 1_000_000_000} + n)`,
  where: `(n % ${FIRSTS}) / ${FIRSTS / of} = ${k}`,
  textsOf: (template) =>
    new Map(
      linesOf(template).map(({ sku }, i) => [sku, `printf('SCALE-%06d', (n * ${LINES} + ${i}) % ${skus})`]),
    ),
});

/** The id of copy `n` of an open template, as `spreadOf` makes it. */
const copyOf = (id: string, n: number): string =>
  `${id.slice(0, id.indexOf("_") + 1)}${CROCKFORD[n % FIRSTS]}${String(n).padStart(15, "0")}${id.slice(-KEPT_CHARACTERS)}`;

export async function fillDatabases(target: Target, { seed }: Filled, size: Size): Promise<void> {
  const { allOrders, database } = target;
  for (let bucket = 0; bucket < 64; bucket += 1) {
    const name = `ORDERS_${String(Math.floor((bucket * allOrders.length) / 64)).padStart(2, "0")}`;
    await database
      .prepare("INSERT INTO order_buckets (bucket, database) VALUES (?1, ?2)")
      .bind(bucket, name)
      .run();
  }
  for (const [k, db] of allOrders.entries()) {
    const spread = spreadOf(k, allOrders.length, size);
    // The turn is zero for both templates: a closed order's number continues the open ones'.
    for (const sql of seedStatements({ ...seed, spread }, 0, size.orders)) await db.prepare(sql).run();
  }
  await fillPrimary(database, seed, size);
}

/** SKUs, their levels, and entries of receipts that make up for all units that were shipped and are on hand. */
async function fillPrimary(primary: D1Database, seed: Seed, size: Size): Promise<void> {
  const numbers = `WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < ${size.skus})`;
  const sku = "printf('SCALE-%06d', n)";
  const at = seed.newestAt - YEAR_MS;
  const day = new Date(at).toISOString().slice(0, 10);
  const onHandMinor = UNITS_A_SITE * SITES.length * UNIT_COST_MINOR;
  const shippedMinor = (size.orders - size.openOrders) * LINES * UNIT_COST_MINOR;
  const postings = (minor: string | number) =>
    `json_object('USD', json_object('assets:inventory', ${minor}, 'liabilities:goods-received-not-invoiced', -${minor}))`;
  const statements = [
    `INSERT INTO skus (sku, title, weight_grams, unit_cost_minor, policy, active, upserted_at, created_at, updated_at)
     ${numbers} SELECT ${sku}, 'Thing ' || n, 200, ${UNIT_COST_MINOR}, 'backorder', 1, ${at}, ${at}, ${at} FROM n`,
    `INSERT INTO sku_stock (sku, version, backordered, published_at) ${numbers} SELECT ${sku}, 1, 0, ${at} FROM n`,
    ...SITES.map(
      ({ id }, i) => `INSERT INTO stock_levels (sku, location_id, on_hand, allocated, safety_stock)
       ${numbers} SELECT ${sku}, '${id}', ${UNITS_A_SITE}, ${i === 0 ? linesOfSku(size) : 0}, 0 FROM n`,
    ),
    `INSERT INTO journal_entries (posted_on, id, at, description, postings)
     ${numbers} SELECT '${day}', ${sku} || '/ref/opening', ${at}, 'Stock received', ${postings(onHandMinor)} FROM n`,
    `INSERT INTO journal_entries (posted_on, id, at, description, postings)
     SELECT '${day}', 'opening', ${at}, 'Stock received and sold since', ${postings(shippedMinor)}`,
  ];
  for (const sql of statements) await primary.prepare(sql).run();
}

/** SQL for the number of open lines of SKU `n`: lines are dealt to the SKUs in turn. */
const linesOfSku = ({ openOrders, skus }: Size): string =>
  `(${openOrders * LINES} / ${skus} + (n < ${(openOrders * LINES) % skus}))`;

const SKUS_A_CALL = 400;

/** The lines of open order `m` have the SKUs with the numbers 3m, 3m + 1 and 3m + 2, counted round. */
export async function fillObjects(
  target: Target,
  { seed, open }: Filled,
  size: Size,
  pause: () => Promise<void>,
): Promise<void> {
  const lineIds = linesOf(open).map(({ lineId }) => lineId);
  const siteIds = firstIs(
    plannedSite(open),
    SITES.map(({ id }) => id),
  );
  const contentOf = (number: number): SkuContent => {
    const lines: SkuContent["lines"][number][] = [];
    for (let dealt = number; dealt < size.openOrders * LINES; dealt += size.skus) {
      const n = Math.floor(dealt / LINES);
      lines.push([
        copyOf(lineIds[dealt % LINES]!, n),
        copyOf(open.orderId, n),
        seed.newestAt - n * seed.everyMs,
      ]);
    }
    const stock = { unitCostMinor: UNIT_COST_MINOR, siteIds, unitsASite: UNITS_A_SITE };
    return { sku: skuNumber(number), ...stock, at: seed.newestAt - YEAR_MS, lines };
  };
  for (let from = 0; from < size.skus; from += SKUS_A_CALL) {
    await pause();
    const numbers = Array.from({ length: Math.min(SKUS_A_CALL, size.skus - from) }, (_, i) => from + i);
    const body = JSON.stringify(numbers.map(contentOf));
    const reply = await fetch(new URL("/scale/fill", target.url), { method: "POST", body });
    if (!reply.ok) throw new Error(await reply.text());
  }
}

/** Where the template's units are planned. */
function plannedSite(open: Template): string {
  const planned = open.rows.filter(({ table }) => table === "fulfillments");
  if (planned.length !== 1) throw new Error(`the template has ${planned.length} fulfillments instead of one`);
  return String(planned[0]!.row.location_id);
}

const firstIs = (first: string, all: readonly string[]): string[] => [
  first,
  ...all.filter((each) => each !== first),
];
