/** Pages through what the object has written since a time: its movements, and the holdings that changed. */
import type { Holder } from "../domain/allocation-request";
import type { JournalCursor, JournaledHolding, JournaledMovement, JournalPage } from "../domain/journal";
import type { Stock } from "../domain/sku-stock";
import { loadHoldings } from "./holding-row";
import { countUndelivered } from "./read-events";

/** Movements or holdings of one page. */
const PAGE = 200;

type MovementRow = { -readonly [Key in keyof JournaledMovement]: JournaledMovement[Key] };

/** First the movements, in the order in which they were written, then the holdings. */
export function readJournal(sql: SqlStorage, stock: Stock, { since, at }: JournalCursor): JournalPage {
  const { foldedBefore } = stock;
  if (at === null || typeof at === "number") {
    const movements = movementsAfter(sql, since, at ?? 0);
    const next = movements.length === PAGE ? movements.at(-1)!.seq : "";
    return { foldedBefore, movements, holdings: [], next: { since, at: next } };
  }
  const holdings = holdingsAfter(sql, stock.facts.sku, { since, after: at });
  const last = holdings.length === PAGE ? (holdings.at(-1)?.holder ?? null) : null;
  return { foldedBefore, movements: [], holdings, next: last === null ? null : { since, at: last } };
}

const movementsAfter = (sql: SqlStorage, since: number, seq: number): MovementRow[] =>
  sql
    .exec<MovementRow>(
      `SELECT seq, ref, kind, location_id AS locationId, quantity, value_minor AS valueMinor, reason, at,
         recorded_at AS recordedAt FROM movements WHERE seq > ? AND recorded_at >= ? ORDER BY seq LIMIT ?`,
      seq,
      since,
      PAGE,
    )
    .toArray();

function holdingsAfter(
  sql: SqlStorage,
  sku: string,
  { since, after: holder }: Readonly<{ since: number; after: string }>,
): JournaledHolding[] {
  const rows = sql
    .exec<{ holder: Holder }>(
      "SELECT holder FROM holdings WHERE holder > ? AND changed_at >= ? ORDER BY holder LIMIT ?",
      holder,
      since,
      PAGE,
    )
    .toArray();
  const holders = rows.map((row) => row.holder);
  const loaded = loadHoldings(sql, holders);
  return holders.flatMap((each) => {
    const holding = loaded.get(each);
    return holding ? [{ ...holding, undelivered: countUndelivered(sql, sku, each) }] : [];
  });
}
