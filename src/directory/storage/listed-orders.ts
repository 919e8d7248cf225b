/** Table listed_orders: writes the rows of the directory, each only if it is newer than the stored one. */
import type { OrderId } from "../../kernel/ids";
import type { ListedOrder, ProjectedOrder } from "../domain/listed-order";

/**
 * Keys of one millisecond: more orders cannot be placed in one. The bounds keep a key within 63 bits: orders placed
 * before the year 1412 or after 3084 are sorted as if they were placed then.
 */
const KEY_BITS = 18;
const FIRST_TIME = -(2 ** 44);
const LAST_TIME = 2 ** 45 - 1;

const boundedTime = (time: string): string => `min(max(${time}, ${FIRST_TIME}), ${LAST_TIME})`;

/** The first key of a time, as SQL of an expression. A key passes 2^53: no key is a `number`. */
export const firstKeyOf = (time: string): string => `(${boundedTime(time)} << ${KEY_BITS})`;

/** Columns by the property of a row; the key is not among them. */
const COLUMNS = {
  id: "id",
  version: "version",
  updated_at: "updatedAt",
  channel_id: "channelId",
  external_id: "externalId",
  number: "number",
  status: "status",
  currency: "currency",
  total_minor: "totalMinor",
  captured_minor: "capturedMinor",
  refunded_minor: "refundedMinor",
  placed_at: "placedAt",
  email: "email",
  phone: "phone",
  customer_name: "customerName",
  destination: "destination",
  is_pickup: "isPickup",
  holds: "holds",
  lines: "lines",
  shipped: "shipped",
  outcomes: "outcomes",
  terms: "terms",
} as const satisfies Readonly<Record<string, keyof ProjectedOrder>>;

const columns = Object.keys(COLUMNS);

/** The rows of the parameter: each with the first key of its time, and the key under which it is stored. */
const GIVEN = `SELECT value AS "row", ${firstKeyOf("value ->> 'placedAt'")} AS first,
    (SELECT key FROM listed_orders WHERE id = value ->> 'id') AS known FROM json_each(?1)`;

/** The order's key if it has one; else one after the last of its millisecond. */
const KEY = `coalesce(known,
  coalesce((SELECT max(key) + 1 FROM listed_orders WHERE key BETWEEN first AND first + ${2 ** KEY_BITS - 1}), first)
    + row_number() OVER (PARTITION BY known IS NULL, first ORDER BY "row" ->> 'id') - 1)`;

const upsertSql = (condition: string): string =>
  `INSERT INTO listed_orders (key, ${columns.join(", ")})
   SELECT ${KEY}, ${Object.values(COLUMNS)
     .map((property) => `"row" ->> '${property}'`)
     .join(", ")} FROM (${GIVEN}) WHERE true
   ON CONFLICT (id) DO UPDATE SET ${columns
     .filter((column) => column !== "id")
     .map((column) => `${column} = excluded.${column}`)
     .join(", ")}
   WHERE ${condition}`;

const movedSql = (condition: string): string =>
  `DELETE FROM listed_orders WHERE id IN (
     SELECT o.id FROM json_each(?1) AS given CROSS JOIN listed_orders AS o ON o.id = given.value ->> 'id'
     WHERE ${condition} AND o.key >> ${KEY_BITS} <> ${boundedTime("given.value ->> 'placedAt'")})`;

const SQL = {
  newer: {
    upsert: upsertSql("excluded.version > listed_orders.version"),
    moved: movedSql("o.version < given.value ->> 'version'"),
  },
  sameOrNewer: {
    upsert: upsertSql("excluded.version >= listed_orders.version"),
    moved: movedSql("o.version <= given.value ->> 'version'"),
  },
} as const;

/** `sameOrNewer` also writes a row of the same version again, as a rebuild does. */
export type Overwrites = keyof typeof SQL;

/** D1 takes parameters of 2 MB, and a character is at most three bytes. */
const MAX_CHARACTERS = 500_000;

/**
 * Statements of one batch that write the rows, each order's once. A stored row that is newer stays as it is. An order
 * whose time of placing has changed gets another key: its row is deleted and inserted.
 */
export const projectionStatements = (
  db: D1Database,
  rows: readonly ProjectedOrder[],
  overwrites: Overwrites,
): D1PreparedStatement[] =>
  jsonLists(rows).flatMap((list) => [
    db.prepare(SQL[overwrites].moved).bind(list),
    db.prepare(SQL[overwrites].upsert).bind(list),
  ]);

/** The rows as JSON lists that a parameter takes. */
function jsonLists(rows: readonly ProjectedOrder[]): string[] {
  const lists: string[][] = [];
  let characters = MAX_CHARACTERS;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (characters + text.length > MAX_CHARACTERS) {
      lists.push([]);
      characters = 0;
    }
    lists.at(-1)!.push(text);
    characters += text.length;
  }
  return lists.map((list) => `[${list.join(",")}]`);
}

/** Removes rows, each only if it has the version that the caller has seen. */
export const removalStatement = (
  db: D1Database,
  rows: readonly Readonly<{ id: OrderId; version: number }>[],
): D1PreparedStatement =>
  db
    .prepare(
      `DELETE FROM listed_orders WHERE (id, version) IN
         (SELECT value ->> 'id', value ->> 'version' FROM json_each(?1))`,
    )
    .bind(JSON.stringify(rows));

/** Whether the text is a key. */
export const isKey = (text: string): boolean =>
  /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);

/** A page begins after the key, which is a text: a key passes 2^53. */
export type FoundOrder = ListedOrder & Readonly<{ key: string }>;

/** The columns of a `FoundOrder`, of the table as `o`. */
export const LISTED_COLUMNS = `CAST(o.key AS TEXT) AS key, o.id, o.version, o.updated_at AS updatedAt,
  o.channel_id AS channelId, o.external_id AS externalId, o.number, o.status, o.currency,
  o.total_minor AS totalMinor, o.captured_minor AS capturedMinor, o.refunded_minor AS refundedMinor,
  o.placed_at AS placedAt, o.email, o.phone, o.customer_name AS customerName, o.destination,
  o.is_pickup AS isPickup, o.holds, o.lines, o.shipped, o.outcomes`;

type Json = "destination" | "holds" | "lines" | "shipped" | "outcomes";
export type ListedRow = Omit<FoundOrder, Json | "isPickup"> &
  Readonly<Record<Exclude<Json, "destination">, string> & { destination: string | null; isPickup: 0 | 1 }>;

export const foundOrderOf = (row: ListedRow): FoundOrder => ({
  ...row,
  destination: row.destination === null ? null : (JSON.parse(row.destination) as ListedOrder["destination"]),
  isPickup: row.isPickup === 1,
  holds: JSON.parse(row.holds) as ListedOrder["holds"],
  lines: JSON.parse(row.lines) as ListedOrder["lines"],
  shipped: JSON.parse(row.shipped) as ListedOrder["shipped"],
  outcomes: JSON.parse(row.outcomes) as ListedOrder["outcomes"],
});
