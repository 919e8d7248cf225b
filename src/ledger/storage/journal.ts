/**
 * Journal entries, account sums and closing balances. Entries of orders are in the database of the order, entries of
 * stock movements in the primary, so each sum is queried in every database and added up.
 */
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { balancesOf, type Account, type Balance, type PostedSum, type Posting } from "../domain/accounts";
import { isHereSql } from "../../platform/buckets/closed-buckets";
import { addDays, daysBetween } from "../../kernel/calendar";
import { sumColumns, whole, wholeOfParts } from "../../kernel/whole-numbers";
import { invariant } from "../../kernel/invariant";
import type { OrderId } from "../../kernel/ids";
import type { CurrencyCode } from "../../kernel/money";
import { orderOfEntry, type JournalEntry } from "../domain/journal-entry";

export const journalEntries = sqliteTable(
  "journal_entries",
  {
    postedOn: text("posted_on").notNull(),
    id: text("id").notNull(),
    at: integer("at").notNull(),
    description: text("description").notNull(),
    postings: text("postings", { mode: "json" }).notNull().$type<StoredPostings>(),
  },
  (table) => [primaryKey({ columns: [table.postedOn, table.id] })],
);

/** Amounts by currency and account. */
export type StoredPostings = Readonly<Record<CurrencyCode, Readonly<Partial<Record<Account, number>>>>>;

/** The entry as a row of `journalEntries`. */
export const rowOfEntry = ({ postedOn, id, at, description, postings }: JournalEntry) => ({
  postedOn,
  id,
  at,
  description,
  postings: storedPostings(postings),
});

/** @throws {InvariantViolation} if an account has two postings in one currency. */
function storedPostings(postings: readonly Posting[]): StoredPostings {
  const byCurrency = Map.groupBy(postings, ({ currency }) => currency);
  return Object.fromEntries(
    [...byCurrency].map(([currency, ofCurrency]) => {
      const amounts = new Map(ofCurrency.map(({ account, amountMinor }) => [account, amountMinor]));
      invariant(amounts.size === ofCurrency.length, "an entry has one posting an account and currency");
      return [currency, Object.fromEntries(amounts)];
    }),
  );
}

/** In the sequence of the entry. */
export const postingsOfRow = (stored: StoredPostings): Posting[] =>
  Object.entries(stored).flatMap(([currency, amounts]) =>
    Object.entries(amounts).map(([account, amountMinor]) => ({
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries loses the type of its keys.
      account: account as Account,
      amountMinor,
      currency,
    })),
  );

/**
 * Writes the entry of a stock movement, unless it is stored already. The event of a movement may arrive after its day
 * was closed: then the entry is posted on the first open day.
 * @param today the latest day on which the entry may have been posted before.
 */
export async function insertEntryOnce(db: D1Database, entry: JournalEntry, today: string): Promise<void> {
  const { postedOn, id, at, description, postings } = rowOfEntry(entry);
  const since = Math.max(0, daysBetween(postedOn, today));
  const perhapsPostedOn = Array.from({ length: since + 1 }, (_, days) => addDays(postedOn, days));
  await db
    .prepare(
      `INSERT INTO journal_entries (posted_on, id, at, description, postings)
       SELECT max(?1, coalesce((SELECT date(max(closed_on), '+1 day') FROM account_balances), ?1)),
         ?2, ?3, ?4, ?5
       WHERE NOT EXISTS (
         SELECT 1 FROM journal_entries
         WHERE posted_on IN (SELECT value FROM json_each(?6)) AND id = ?2)`,
    )
    .bind(postedOn, id, at, description, JSON.stringify(postings), JSON.stringify(perhapsPostedOn))
    .run();
}

/** The same for many entries. Returns how many were not stored before. */
export async function insertEntriesOnce(
  db: D1Database,
  entries: readonly JournalEntry[],
  today: string,
): Promise<number> {
  const from = entries.map(({ postedOn }) => postedOn).toSorted()[0];
  if (from === undefined) return 0;
  const ids = entries.map(({ id }) => id);
  const known = await postedIds(db, ids, { from, to: today > from ? today : from });
  const missing = entries.filter(({ id }) => !known.has(id));
  if (missing.length === 0) return 0;
  const { meta } = await db
    .prepare(
      `INSERT INTO journal_entries (posted_on, id, at, description, postings)
       SELECT max(value ->> 'postedOn', coalesce((SELECT date(max(closed_on), '+1 day') FROM account_balances), '')),
         value ->> 'id', value ->> 'at', value ->> 'description', value -> 'postings'
       FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(missing.map(rowOfEntry)))
    .run();
  return meta.changes;
}

/** Those of the ids that an entry has which was posted in the range of days, both included. */
export async function postedIds(
  db: D1Database,
  ids: readonly string[],
  { from, to }: Readonly<{ from: string; to: string }>,
): Promise<ReadonlySet<string>> {
  const days = Array.from({ length: daysBetween(from, to) + 1 }, (_, i) => addDays(from, i));
  const { results } = await db
    .prepare(
      `SELECT entry.id FROM json_each(?1) AS day CROSS JOIN json_each(?2) AS wanted
       CROSS JOIN journal_entries AS entry ON entry.posted_on = day.value AND entry.id = wanted.value`,
    )
    .bind(JSON.stringify(days), JSON.stringify(ids))
    .all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}

/** The position of an entry in the journal: by day, then by id. */
export type EntryKey = Readonly<{ postedOn: string; id: string }>;

type EntryRow = {
  posted_on: string;
  id: string;
  at: number;
  description: string;
  postings: string;
};

/** Entries of all databases after the key `after`, up to and including the day `to`, ordered by day and id. */
export async function entriesAfter(
  databases: readonly D1Database[],
  { after, to, limit }: Readonly<{ after: EntryKey; to: string; limit: number }>,
): Promise<JournalEntry[]> {
  const pages = await Promise.all(
    databases.map((db) =>
      db
        .prepare(
          `SELECT posted_on, id, at, description, postings FROM journal_entries
           WHERE (posted_on, id) > (?1, ?2) AND posted_on <= ?3 AND ${isHereSql("id")}
           ORDER BY posted_on, id LIMIT ?4`,
        )
        .bind(after.postedOn, after.id, to, limit)
        .all<EntryRow>(),
    ),
  );
  return pages
    .flatMap(({ results }) => results.map(entryOfRow))
    .toSorted((a, b) => compare(a.postedOn, b.postedOn) || compare(a.id, b.id))
    .slice(0, limit);
}

/** The key after the last entry of the day. */
export const endOf = (on: string): EntryKey => ({ postedOn: on, id: "\u{10ffff}" });

/** The key before the first entry of the day. */
export const startOf = (on: string): EntryKey => ({ postedOn: on, id: "" });

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

const entryOfRow = (row: EntryRow): JournalEntry => ({
  postedOn: row.posted_on,
  id: row.id,
  orderId: orderOfEntry(row.id),
  at: row.at,
  description: row.description,
  postings: postingsOfRow(JSON.parse(row.postings) as StoredPostings),
});

type SumRow = { account: Account; currency: string; amountHigh: number; amountLow: number };

const SUMS = `SELECT p.key AS account, c.key AS currency, ${sumColumns("p.value", "amount")}
FROM journal_entries AS e, json_each(e.postings) AS c, json_each(c.value) AS p
WHERE e.posted_on > ?1 AND e.posted_on <= ?2 AND ${isHereSql("e.id")} GROUP BY 1, 2`;

/** A page of the journal's entries in the sequence of their keys. `next` is null when no page follows. */
type JournalPage<Content> = Readonly<{ next: EntryKey | null } & Content>;

/** The key of the last entry of a full page. */
const LAST_OF_PAGE = `SELECT posted_on AS postedOn, id FROM journal_entries
  WHERE (posted_on, id) > (?1, ?2) AND posted_on <= ?3 ORDER BY posted_on, id LIMIT 1 OFFSET ?4 - 1`;

const SUMS_OF_PAGE = `SELECT p.key AS account, c.key AS currency, ${sumColumns("p.value", "amount")}
FROM (SELECT id, at, postings FROM journal_entries WHERE (posted_on, id) > (?1, ?2) AND posted_on <= ?3
      ORDER BY posted_on, id LIMIT ?4) AS e, json_each(e.postings) AS c, json_each(c.value) AS p
WHERE e.at <= ?5 AND ${isHereSql("e.id")} GROUP BY 1, 2`;

/**
 * Sums by account of a page of one database's entries: those up to the day `to`, which are not later than `asOf` (epoch
 * milliseconds). For sums over any number of entries, page by page.
 */
export async function sumsOfPage(
  db: D1Database,
  { after, to, asOf, limit }: Readonly<{ after: EntryKey; to: string; asOf: number; limit: number }>,
): Promise<JournalPage<{ sums: readonly PostedSum[] }>> {
  const key = [after.postedOn, after.id, to, limit] as const;
  const [sums, last] = await db.batch<SumRow & EntryKey>([
    db.prepare(SUMS_OF_PAGE).bind(...key, asOf),
    db.prepare(LAST_OF_PAGE).bind(...key),
  ]);
  return { sums: postingsOfSums(sums?.results ?? []), next: last?.results[0] ?? null };
}

/** A page of one database's entries: the orders of those that were written at `since` or later. */
export async function ordersPostedSince(
  db: D1Database,
  { after, since, limit }: Readonly<{ after: EntryKey; since: number; limit: number }>,
): Promise<JournalPage<{ orderIds: readonly OrderId[] }>> {
  const key = [after.postedOn, after.id, LATEST_DAY, limit] as const;
  const [found, last] = await db.batch<EntryKey>([
    db
      .prepare(
        `SELECT id FROM (SELECT id, at FROM journal_entries WHERE (posted_on, id) > (?1, ?2) AND posted_on <= ?3
           ORDER BY posted_on, id LIMIT ?4) AS e WHERE at >= ?5 AND ${isHereSql("e.id")}`,
      )
      .bind(...key, since),
    db.prepare(LAST_OF_PAGE).bind(...key),
  ]);
  const orderIds = (found?.results ?? []).flatMap(({ id }) => orderOfEntry(id) ?? []);
  return { orderIds: [...new Set(orderIds)], next: last?.results[0] ?? null };
}

const LATEST_DAY = "9999-12-31";

/** Sums by account of what was posted after the day `after`, up to and including the day `to`. */
export const sumsStatement = (db: D1Database, after: string, to: string): D1PreparedStatement =>
  db.prepare(SUMS).bind(after, to);

export const postingsOfSums = (rows: readonly unknown[]): PostedSum[] =>
  (rows as readonly SumRow[]).map(({ account, currency, amountHigh, amountLow }) => ({
    account,
    currency,
    amountMinor: wholeOfParts(amountHigh, amountLow),
  }));

export type Closing = Readonly<{ closedOn: string; balances: readonly Balance[] }>;

/** The closing before any day was closed. */
const NEVER_CLOSED: Closing = { closedOn: "0000-00-00", balances: [] };

/** The last closing on or before the day. */
export async function closingBefore(primary: D1Database, on: string): Promise<Closing> {
  const { results } = await primary
    .prepare(
      `SELECT closed_on, account, currency, CAST(balance_minor AS TEXT) AS balance FROM account_balances
       WHERE closed_on = (SELECT max(closed_on) FROM account_balances WHERE closed_on <= ?1)`,
    )
    .bind(on)
    .all<{ closed_on: string; account: Account; currency: string; balance: string }>();
  const closedOn = results[0]?.closed_on;
  if (closedOn === undefined) return NEVER_CLOSED;
  const balances = results.map(({ account, currency, balance }) => ({
    account,
    currency,
    balanceMinor: whole(BigInt(balance)),
  }));
  return { closedOn, balances };
}

/** The balance of every account at the end of the day: the closing, and what was posted since. */
export async function balancesOn(
  databases: readonly D1Database[],
  closing: Closing,
  on: string,
): Promise<Balance[]> {
  const sums = await Promise.all(
    databases.map((db) => sumsStatement(db, closing.closedOn, on).all<SumRow>()),
  );
  return balancesOf(
    sums.flatMap(({ results }) => postingsOfSums(results)),
    closing.balances,
  );
}

/** Stores the day's closing. Those of later days stay: nothing is posted to a day that is closed. */
export async function putClosing(
  primary: D1Database,
  on: string,
  balances: readonly Balance[],
): Promise<void> {
  await primary.batch([
    primary.prepare("DELETE FROM account_balances WHERE closed_on = ?1").bind(on),
    primary
      .prepare(
        `INSERT INTO account_balances (closed_on, account, currency, balance_minor)
         SELECT ?1, value ->> 'account', value ->> 'currency', value ->> 'balanceMinor' FROM json_each(?2)`,
      )
      .bind(
        on,
        JSON.stringify(balances.map((each) => ({ ...each, balanceMinor: String(each.balanceMinor) }))),
      ),
  ]);
}

/** The first day with an entry; null if the journal is empty. */
export async function firstPostingDay(databases: readonly D1Database[]): Promise<string | null> {
  const days = await Promise.all(
    databases.map((db) =>
      db
        .prepare("SELECT posted_on FROM journal_entries ORDER BY posted_on LIMIT 1")
        .first<string>("posted_on"),
    ),
  );
  return days.filter((day) => day !== null).toSorted(compare)[0] ?? null;
}

/** Deletes the closings of the day and of all later ones. Returns the days that had one, in ascending order. */
export async function deleteClosings(primary: D1Database, from: string): Promise<string[]> {
  const [closed] = await primary.batch<{ closed_on: string }>([
    primary
      .prepare("SELECT DISTINCT closed_on FROM account_balances WHERE closed_on >= ?1 ORDER BY closed_on")
      .bind(from),
    primary.prepare("DELETE FROM account_balances WHERE closed_on >= ?1").bind(from),
  ]);
  return (closed?.results ?? []).map(({ closed_on: closedOn }) => closedOn);
}
