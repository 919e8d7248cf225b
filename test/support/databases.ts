/** The test's databases, each wrapped in the same way, as bindings in place of the platform's. */
import { env } from "cloudflare:workers";
import type { DatabaseBindings } from "../../src/platform/d1/databases";
import { limitedDatabase } from "./counting-database";
import { recordingDatabase, type Ran } from "./recording-database";

const OF_AN_ORDER =
  /\b(?:FROM|INTO|UPDATE)\s+(?:orders|order_lines|order_events|fulfillments|shipments|outbox|deleted_orders|replans|applied_stock_events|notifications|labels)\b/;

/** The database that has the table which the statement names first. */
export function databaseOf(sql: string): D1Database {
  if (sql.includes("listed_orders")) return env.DIRECTORY;
  return OF_AN_ORDER.test(sql) ? env.ORDERS_00 : env.DB;
}

export const wrappedDatabases = (wrap: (database: D1Database) => D1Database): DatabaseBindings => ({
  DB: wrap(env.DB),
  ORDERS_00: wrap(env.ORDERS_00),
  DIRECTORY: wrap(env.DIRECTORY),
});

/**
 * Counts the round trips to all databases. They answer so many together and no more: code that gets further does not wait
 * for the others.
 */
export function countingDatabases(
  atMost = Number.POSITIVE_INFINITY,
): Readonly<{ bindings: DatabaseBindings; roundTrips: () => number }> {
  const counts: (() => number)[] = [];
  const limit = { left: atMost };
  const bindings = wrappedDatabases((real) => {
    const { database, roundTrips } = limitedDatabase(real, limit);
    counts.push(roundTrips);
    return database;
  });
  return { bindings, roundTrips: () => counts.reduce((sum, count) => sum + count(), 0) };
}

export type RanIn = Ran & Readonly<{ database: keyof DatabaseBindings }>;

/** Records every statement that a database runs. */
export function recordingDatabases(): Readonly<{ bindings: DatabaseBindings; ran: () => RanIn[] }> {
  const primary = recordingDatabase(env.DB);
  const orders = recordingDatabase(env.ORDERS_00);
  const directory = recordingDatabase(env.DIRECTORY);
  return {
    bindings: { DB: primary.database, ORDERS_00: orders.database, DIRECTORY: directory.database },
    ran: () => [
      ...primary.ran.map((each) => ({ ...each, database: "DB" }) as const),
      ...orders.ran.map((each) => ({ ...each, database: "ORDERS_00" }) as const),
      ...directory.ran.map((each) => ({ ...each, database: "DIRECTORY" }) as const),
    ],
  };
}
