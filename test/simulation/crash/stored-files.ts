/** Reads the state that a stopped local server left in its files. */
import { existsSync, globSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { OrderId } from "../../../src/kernel/ids";
import {
  holdingsFrom,
  readingOf,
  notificationsOf,
  storedStateFrom,
  type TableName,
  type Email,
  type Row,
  type SkuObject,
  type StoredState,
} from "../stored-state";

/** Paths of the local runtime's SQLite files. */
const databaseFiles = (state: string) => files(state, "v3/d1/miniflare-D1DatabaseObject");
const objectFiles = (state: string) => files(state, "v3/do/aftercart-SkuInventory");

function files(state: string, folder: string): string[] {
  const found = globSync("*.sqlite", { cwd: path.join(state, folder) });
  return found.filter((name) => name !== "metadata.sqlite").map((name) => path.join(state, folder, name));
}

/** Calls the function for each database that has the table. */
function inEach<Value>(paths: readonly string[], table: string, work: (db: DatabaseSync) => Value): Value[] {
  return paths.filter(existsSync).flatMap((file) => {
    const db = new DatabaseSync(file);
    try {
      const has = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table);
      return has ? [work(db)] : [];
    } finally {
      db.close();
    }
  });
}

/** Makes every pending retry due, as if hours had passed. */
export function makeDue(state: string): void {
  inEach(databaseFiles(state), "outbox", (db) => db.exec("UPDATE outbox SET due_at = 0"));
  inEach(objectFiles(state), "events", (db) => db.exec("UPDATE events SET due_at = 0"));
}

/** The number of unhandled outbox rows and object events. */
export function countWaiting(state: string): number {
  const count = (table: string) => (db: DatabaseSync) =>
    Number((db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as Row).n);
  return [
    ...inEach(databaseFiles(state), "outbox", count("outbox")),
    ...inEach(objectFiles(state), "events", count("events")),
  ].reduce((sum, n) => sum + n, 0);
}

export function readStored(state: string, acknowledged: readonly OrderId[]): StoredState {
  const rows = (table: TableName) =>
    inEach(databaseFiles(state), table, (db) => db.prepare(readingOf(table)).all() as Row[]).flat();
  return storedStateFrom({
    rows,
    objects: inEach(objectFiles(state), "facts", readObject),
    // There is no mail provider here: a notification stored as sent counts as emailed.
    emails: notificationsOf(rows("notifications"))
      .filter(({ status }) => status === "sent")
      .map(({ id, recipient, sent_at }): Email => {
        return { key: String(id), to: String(recipient), subject: "", text: null, at: Number(sent_at) };
      }),
    queued: 0,
    storefront: [],
    shownStock: new Map(),
    // Published stock may be old: no alarm ran since the last kill, and no storefront is connected.
    queueLostMessages: true,
    soldLabels: [],
    restoredAt: 0,
    acknowledged,
    now: Date.now(),
  });
}

function readObject(db: DatabaseSync): SkuObject {
  const rows = (table: string) => db.prepare(`SELECT * FROM ${table}`).all() as Row[];
  const facts = rows("facts")[0]!;
  const dueAt = rows("pending").map(({ due_at }) => Number(due_at));
  return {
    sku: String(facts.sku),
    facts,
    levels: rows("levels"),
    ...holdingsFrom(rows("holdings"), rows("pending")),
    movements: rows("movements"),
    folded: rows("folded"),
    events: rows("events"),
    // The runtime's file format of alarms is private: an alarm that does not run shows in other checks.
    alarmAt: dueAt.length > 0 ? Math.min(...dueAt) : null,
  };
}
