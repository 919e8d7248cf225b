/**
 * Seeds years of orders in seconds. It reads a few real orders with all their rows and multiplies them by SQL. Each copy
 * has its own ids, number, customer and times, and everything else of the real order, so that the rows are consistent.
 *
 * Orders are numbered from the newest, which is 0: more orders are older ones.
 */
import { joinedWord } from "../../src/directory/domain/words.ts";

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;

/** An order's rows by table, `orders` first. */
export type Template = Readonly<{
  orderId: string;
  placedAt: number;
  rows: readonly Readonly<{ table: string; row: Row }>[];
  /** Its row of the directory, if the directory is seeded too. */
  listed?: Row;
}>;

export type Seed = Readonly<{
  /** Templates of the newest orders, used in turn: orders still in progress. */
  live: readonly Template[];
  /** Templates of all older orders, used in turn. */
  past: readonly Template[];
  /** The number of live orders. */
  liveOrders: number;
  /** When order 0 was placed, and the time between two orders. */
  newestAt: number;
  everyMs: number;
  /** Where the copies go and what of them differs, if not every copy goes into one database as the next id. */
  spread?: Spread;
}>;

export type Spread = Readonly<{
  /** SQL for the first 16 characters of the ids of copy `n` of a template. */
  idOf: (turn: number) => string;
  /** A condition of SQL on `n`. */
  where: string;
  /** More texts of a template that differ, each with SQL for the copy's. */
  textsOf: (template: Template) => ReadonlyMap<string, string>;
}>;

/** Consecutive orders of one customer. */
export const ORDERS_A_CUSTOMER = 20;

/** Reads an order with its rows of every table that has an order_id. */
export async function templateOf(db: D1Database, orderId: string): Promise<Template> {
  const tables = await db
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '% order_id TEXT%' ORDER BY name",
    )
    .all<{ name: string }>();
  const read = async (table: string, key: string) => {
    const { results } = await db
      .prepare(`SELECT * FROM ${table} WHERE ${ofOrder(key)}`)
      .bind(orderId)
      .all<Row>();
    return results.map((row) => ({ table, row }));
  };
  const [order, ...more] = await read("orders", "id");
  if (!order || more.length > 0) throw new Error(`no order ${orderId}`);
  const others = await Promise.all([
    ...tables.results.map(({ name }) => read(name, "order_id")),
    ...KEYED_BY_ID.map((table) => read(table, "id")),
  ]);
  return { orderId, placedAt: Number(order.row.placed_at), rows: [order, ...others.flat()] };
}

/** The template with its row of the directory. */
export async function listedTemplateOf(template: Template, directory: D1Database): Promise<Template> {
  const row = await directory
    .prepare("SELECT * FROM listed_orders WHERE id = ?1")
    .bind(template.orderId)
    .first<Row>();
  if (!row) throw new Error(`the directory does not list ${template.orderId}`);
  return { ...template, listed: row };
}

/** Tables whose rows have an id that begins with the order's. */
const KEYED_BY_ID = ["journal_entries"];
const ofOrder = (key: string) => (key === "id" ? "(id = ?1 OR id LIKE ?1 || '/%')" : `${key} = ?1`);

/** Deletes an order with its rows of every table. */
export async function deleteOrder(db: D1Database, orderId: string): Promise<void> {
  const { rows } = await templateOf(db, orderId);
  const tables = [...new Set(rows.map(({ table }) => table))].filter((table) => table !== "orders");
  await db.batch([
    ...tables.map((table) => {
      const key = KEYED_BY_ID.includes(table) ? "id" : "order_id";
      return db.prepare(`DELETE FROM ${table} WHERE ${ofOrder(key)}`).bind(orderId);
    }),
    db.prepare("DELETE FROM orders WHERE id = ?1").bind(orderId),
  ]);
}

/** The statements that add the orders `from` (included) to `to` (excluded), to be run in sequence, without parameters. */
export function* seedStatements(seed: Seed, from: number, to: number): Generator<string> {
  for (let start = from; start < to; start += ORDERS_A_STATEMENT) {
    const end = Math.min(to, start + ORDERS_A_STATEMENT);
    const border = Math.min(Math.max(seed.liveOrders, start), end);
    yield* copies(seed, seed.live, start, border);
    yield* copies(seed, seed.past, border, end);
  }
}

/** Adds the orders `from` (included) to `to` (excluded). */
export async function seedOrders(db: D1Database, seed: Seed, from: number, to: number): Promise<void> {
  for (const sql of seedStatements(seed, from, to)) await db.prepare(sql).run();
}

/** Lists the orders in the directory. Their templates must have the rows of it. */
export async function seedDirectory(
  directory: D1Database,
  seed: Seed,
  from: number,
  to: number,
): Promise<void> {
  const listed = (templates: readonly Template[]) =>
    templates.map(({ listed: row, rows, ...template }) => ({
      ...template,
      // The first row names the texts that differ.
      rows: [rows[0]!, { table: "listed_orders", row: row! }],
    }));
  const all = { ...seed, live: listed(seed.live), past: listed(seed.past) };
  for (const sql of seedStatements(all, from, to))
    if (sql.startsWith("INSERT INTO listed_orders")) await directory.prepare(sql).run();
}

/** The id of order `n`. */
export function seededId(seed: Seed, n: number): string {
  const turns = n < seed.liveOrders ? seed.live : seed.past;
  const turn = n % turns.length;
  const { orderId } = turns[turn]!;
  return `ord_${String(turn * REGION + n).padStart(16, "0")}${orderId.slice(-KEPT_CHARACTERS)}`;
}

/** The id of order `n` that its template has as `id`. */
export const seededIdLike = (seed: Seed, n: number, id: string): string =>
  `${id.split("_")[0]!}_${seededId(seed, n).slice("ord_".length, -KEPT_CHARACTERS)}${id.slice(-KEPT_CHARACTERS)}`;

/** The email address of the customer of order `n`. */
export const seededEmail = (n: number): string => `customer${Math.floor(n / ORDERS_A_CUSTOMER)}@example.com`;

const ORDERS_A_STATEMENT = 20_000;
/** The number of characters that an id keeps of its template's id. */
const KEPT_CHARACTERS = 10;
/** Ids of one template's copies are adjacent, so that a statement writes to one region of the index. */
const REGION = 1_000_000_000;

const AGES = (first: number, step: number, end: number) =>
  `WITH RECURSIVE age (n) AS (SELECT ${first} UNION ALL SELECT n + ${step} FROM age WHERE n + ${step} < ${end})`;

function* copies(seed: Seed, turns: readonly Template[], start: number, end: number): Generator<string> {
  for (const [turn, template] of turns.entries()) {
    const first = start + ((turn - (start % turns.length) + turns.length) % turns.length);
    if (first >= end) continue;
    const made = seed.spread?.idOf(turn) ?? `printf('%016d', ${turn * REGION} + n)`;
    const texts = new Map([...textsOf(template, made), ...(seed.spread?.textsOf(template) ?? [])]);
    const where = seed.spread === undefined ? "" : ` WHERE ${seed.spread.where}`;
    for (const { table, row } of template.rows) {
      const columns = Object.keys(row);
      const values = columns.map((column) => valueOf(seed, template, texts, { row, column }));
      yield `INSERT INTO ${table} (${columns.join(", ")}) ${AGES(first, turns.length, end)} SELECT ${values.join(", ")} FROM age${where}`;
    }
  }
}

/** Texts of the template that differ in each copy, with the SQL expression for the copy's text. */
type Texts = ReadonlyMap<string, string>;

/** @param made SQL for the first 16 characters of the copy's ids. */
function textsOf({ rows }: Template, made: string): Texts {
  const order = rows[0]!.row;
  const externalId = String(order.external_id);
  // Every occurrence of the id is replaced. A short id may occur in other texts by chance.
  if (externalId.length < 6) throw new Error(`the external id "${externalId}" is too short`);
  const named = JSON.stringify(rows).match(/\b[a-z]+_[0-9a-z]{26}\b/g) ?? [];
  const ids = [...new Set(named)].filter((id) => !id.startsWith("key_"));
  const texts = new Map(
    ids.map((id) => {
      const [prefix] = id.split("_");
      return [id, `'${prefix}_' || ${made} || '${id.slice(-KEPT_CHARACTERS)}'`];
    }),
  );
  const events = rows.flatMap(({ table, row }) => (table === "inbox" ? [String(row.event_id)] : []));
  for (const event of events) texts.set(event, `'${event}-' || n`);
  const numbers = rows.flatMap(({ table, row }) => (table === "labels" ? [String(row.tracking_number)] : []));
  for (const number of numbers) texts.set(number, `'${number}-' || n`);
  if (order.email !== null) {
    texts.set(String(order.email), `'customer' || (n / ${ORDERS_A_CUSTOMER}) || '@example.com'`);
    texts.set(joinedWord(String(order.email)), `'customer' || (n / ${ORDERS_A_CUSTOMER}) || 'examplecom'`);
  }
  return texts.set(externalId, "(9000000000 + n)");
}

type Cell = Readonly<{ row: Row; column: string }>;

/** SQL for a time of the template, moved to the time of the copy. */
const timeOf = ({ newestAt, everyMs }: Seed, { placedAt }: Template, at: number): string =>
  `(${newestAt + at - placedAt} - n * ${everyMs})`;

/** Columns of the directory with dates among other text. */
const DATED: ReadonlySet<string> = new Set(["terms", "outcomes"]);
const DATE = "\\d{4}-\\d\\d-\\d\\d";

/** SQL for a date of the template, moved to the time of the copy. */
const dayOf = (seed: Seed, template: Template, on: string): string =>
  `date(${timeOf(seed, template, Date.parse(`${on}T12:00:00Z`))} / 1000, 'unixepoch')`;

const MONTH = 31 * 86_400_000;

function valueOf(seed: Seed, template: Template, texts: Texts, { row, column }: Cell): string {
  const value = row[column]!;
  const isTime = (at: number) => at >= template.placedAt - MONTH && at <= template.placedAt + MONTH;
  if (value === null) return "NULL";
  if (column === "key") return `(${timeOf(seed, template, template.placedAt)} << 18)`;
  if (typeof value === "number") return isTime(value) ? timeOf(seed, template, value) : String(value);
  if (column === "posted_on" || column === "entry_on")
    return `date(${timeOf(seed, template, Number(row.at))} / 1000, 'unixepoch')`;
  if (column.endsWith("_on")) {
    return dayOf(seed, template, value);
  }
  const own = [...texts.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map((text) => text.replaceAll(/[^\w]/g, "\\$&"));
  const parts = value
    .split(new RegExp(`(${own.join("|")}|\\b\\d{13}\\b${DATED.has(column) ? `|${DATE}` : ""})`))
    .filter((part) => part !== "")
    .map((part) => {
      const text = texts.get(part);
      if (text !== undefined) return `(${text})`;
      if (DATED.has(column) && new RegExp(`^${DATE}$`).test(part)) return dayOf(seed, template, part);
      return /^\d{13}$/.test(part) && isTime(Number(part))
        ? timeOf(seed, template, Number(part))
        : literal(part);
    });
  return parts.length === 0 ? "''" : joined(parts);
}

/** Concatenates as a balanced tree, because SQLite limits the depth of an expression. */
function joined(parts: readonly string[]): string {
  if (parts.length <= 1) return parts.join("");
  const half = Math.ceil(parts.length / 2);
  return `(${joined(parts.slice(0, half))} || ${joined(parts.slice(half))})`;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
