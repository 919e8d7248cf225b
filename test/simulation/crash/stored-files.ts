/** What a local server has left in its state folder, read from its files while it is stopped. */
import { existsSync, globSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { OrderId } from "../../../src/kernel/ids";
import { storedStateFrom, type Email, type Row, type SkuObject, type StoredState } from "../stored-state";

/** As the local runtime lays them out. */
const databaseFiles = (state: string) => files(state, "v3/d1/miniflare-D1DatabaseObject");
const objectFiles = (state: string) => files(state, "v3/do/aftercart-SkuInventory");

function files(state: string, folder: string): string[] {
  const found = globSync("*.sqlite", { cwd: path.join(state, folder) });
  return found.filter((name) => name !== "metadata.sqlite").map((name) => path.join(state, folder, name));
}

/** Works on each of the files that has the table. */
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

/** As if hours had passed: whatever would be sent again some time is due now. */
export function makeDue(state: string): void {
  inEach(databaseFiles(state), "outbox", (db) => db.exec("UPDATE outbox SET due_at = 0"));
  inEach(objectFiles(state), "events", (db) => db.exec("UPDATE events SET due_at = 0"));
}

/** What is not done yet: rows of the outbox, and the objects' events. */
export function waiting(state: string): number {
  const count = (table: string) => (db: DatabaseSync) =>
    Number((db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as Row).n);
  return [
    ...inEach(databaseFiles(state), "outbox", count("outbox")),
    ...inEach(objectFiles(state), "events", count("events")),
  ].reduce((sum, n) => sum + n, 0);
}

export function readStored(state: string, acknowledged: readonly OrderId[]): StoredState {
  const [stored] = inEach(databaseFiles(state), "orders", (db) => {
    const rows = (table: string) => db.prepare(`SELECT * FROM ${table}`).all() as Row[];
    return storedStateFrom({
      rows,
      objects: inEach(objectFiles(state), "facts", readObject),
      // Here a message that is stored as sent has been delivered: there is no provider.
      emails: rows("notifications")
        .filter(({ status }) => status === "sent")
        .map(({ id, recipient, subject, sent_at }): Email => {
          return { key: String(id), to: String(recipient), subject: String(subject), at: Number(sent_at) };
        }),
      queued: 0,
      shownStock: new Map(),
      // No alarm has rung since the server died for the last time, and no storefront is connected.
      queueLostMessages: true,
      acknowledged,
      now: Date.now(),
    });
  });
  if (!stored) throw new Error(`no database in ${state}`);
  return stored;
}

function readObject(db: DatabaseSync): SkuObject {
  const rows = (table: string) => db.prepare(`SELECT * FROM ${table}`).all() as Row[];
  const facts = rows("facts")[0]!;
  const dueAt = rows("holdings").flatMap(({ due_at }) => (due_at === null ? [] : [Number(due_at)]));
  return {
    sku: String(facts.sku),
    facts,
    levels: rows("levels"),
    holdings: rows("holdings"),
    allocations: rows("allocations"),
    movements: rows("movements"),
    events: rows("events"),
    // The runtime keeps alarms in a form of its own: whether they ring is seen by what they do.
    alarmAt: dueAt.length > 0 ? Math.min(...dueAt) : null,
  };
}
