/**
 * The phase that looks at the outbox as it is after the restore. Its messages were sent before, most of them. Consumers take
 * a message twice without harm, by what is stored outside of the database: effects by their reference in the SKU's object,
 * orders by their id at the storefront, rows of the directory by their version. Only a notification would reach its customer
 * again, once its provider has forgotten it: those are held.
 */
import { holdIfNotification } from "../notifications/held-notifications";
import { outboxRowsAfter } from "../platform/outbox/outbox-rows";
import type { RecoveryContext } from "./context";
import { counted, type Recovery } from "./domain/recovery";
import type { Phase } from "./phase";
import { restoredOrders } from "./restored-databases";

const ROWS_A_PART = 6;

/** `after`: the last row of the database's outbox that is done. */
type Place = Readonly<{ database: number; after: string }>;

export const holdMessages: Phase<Place> = async (context, recovery, at) => {
  const { database, after } = at ?? { database: 0, after: "" };
  const db = restoredOrders(context, recovery.restored)[database];
  if (db === undefined) return { recovery, at: null };
  return holdRows(context, recovery, { db, database, after });
};

async function holdRows(
  context: RecoveryContext,
  recovery: Recovery,
  { db, database, after }: Place & Readonly<{ db: D1Database }>,
): ReturnType<Phase<Place>> {
  const rows = await outboxRowsAfter(db, after, ROWS_A_PART);
  let held = 0;
  for (const { messages } of rows) {
    for (const message of messages) {
      if (message !== null && (await holdIfNotification(context, message))) held += 1;
    }
  }
  const next = counted(recovery, { outboxRows: rows.length, notificationsHeld: held });
  const last = rows.at(-1);
  return {
    recovery: next,
    at: last === undefined ? { database: database + 1, after: "" } : { database, after: last.id },
  };
}
