/** Every table has an age after which its rows are deleted or leave the database, or a written reason why they stay. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { movedTables, retention } from "../../../src/modules";
import { archivedTables } from "../../../src/orders/storage/archived-orders";
import storage from "../../../docs/storage.md?raw";

const DATABASES = { primary: env.DB, orders: env.ORDERS_00, directory: env.DIRECTORY };

/** Rows that stay as long as the business, or that are deleted as soon as they are handled. */
const STAYS: Readonly<Record<string, string>> = {
  "orders.orders": "answers a repeat of the order and its status page for ever; its parts are archived",
  "orders.journal_entries": "books are kept by law, and are never changed",
  "orders.outbox": "deleted when its messages are handled; the night reports what is not",
  "orders.replans": "deleted when the order is planned again; the night reports what is not",
  "orders.closed_buckets": "a row for each bucket that is elsewhere, 64 at most",
  "directory.listed_orders": "a row an order, for searches of any age",
  "directory.order_terms": "the index of those rows",
  "primary.channels": "grows with the business' set-up",
  "primary.locations": "grows with the business' set-up",
  "primary.carrier_services": "grows with the business' set-up",
  "primary.skus": "grows with the catalog",
  "primary.sku_stock": "a row a SKU",
  "primary.stock_levels": "a row a SKU and location",
  "primary.stock_prices": "a row a SKU and location",
  "primary.channel_stock": "a row a SKU and connected channel",
  "primary.audited_stock": "a row a SKU",
  "primary.inbound": "grows with deliveries; what was expected and came is proved by it",
  "primary.inbound_receipts": "grows with deliveries",
  "primary.reservations": "deleted by the sweep a day after they expire",
  "primary.order_read_backs": "a row a channel",
  "primary.journal_entries": "books are kept by law, and are never changed",
  "primary.account_balances": "some 20 rows a night: a trial balance of any day begins with them",
  "primary.reconciliations": "a row a night; a day without one is reported again",
  "primary.expected_allocations": "deleted when the run of the night ends",
  "primary.order_buckets": "64 rows at most",
  "primary.closed_buckets": "64 rows at most",
  "primary.api_keys": "who had access is kept",
};

/** Without the tables that SQLite, D1 and the full-text index keep for themselves. */
async function tablesOf(kind: keyof typeof DATABASES): Promise<string[]> {
  const { results } = await DATABASES[kind]
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all<{ name: string }>();
  return results
    .map(({ name }) => name)
    .filter((name) => !/^(?:sqlite_|_cf_|d1_|order_terms_)/.test(name))
    .map((name) => `${kind}.${name}`);
}

/** Read once the schema is there. */
let tables: string[];
beforeAll(async () => {
  tables = (await Promise.all((["primary", "orders", "directory"] as const).map(tablesOf))).flat();
});

describe("each table", () => {
  const aged = new Set([
    ...retention.flatMap((each) => each.tables),
    ...archivedTables(movedTables).map(({ name }) => `orders.${name}`),
  ]);

  it("has an age, or a reason to stay, and not both", () => {
    expect(tables.length).toBeGreaterThan(40);
    expect(tables.filter((table) => !aged.has(table) && STAYS[table] === undefined)).toEqual([]);
    expect(tables.filter((table) => aged.has(table) && STAYS[table] !== undefined)).toEqual([]);
  });

  it("that an age or a reason names exists", () => {
    expect([...aged, ...Object.keys(STAYS)].filter((table) => !tables.includes(table))).toEqual([]);
  });

  it("stands in docs/storage.md", () => {
    const named = tables.map((table) => table.slice(table.indexOf(".") + 1));
    expect(named.filter((name) => !storage.includes(`\`${name}\``))).toEqual([]);
  });
});
