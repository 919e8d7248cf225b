/**
 * Every minute: whatever should have gone by now and did not. Each database is asked once what of it is due, and only
 * that is done; mostly nothing is.
 */
import type { Context } from "../context";
import type { SentMessage } from "../queues/queue-message";
import { anyRowExists } from "../d1/any-row-exists";
import { everyDatabase } from "../../ledger/storage/journal";
import { anyChannelStockDueStatement } from "../../channels/storage/channel-stock";
import { anyFulfillmentDueStatement, dueFulfillments } from "../../orders/storage/fulfillments";
import { anyOutboxDueStatement, dueOutboxRows, postponeOutboxRows } from "../outbox/outbox-rows";
import { anySkuToUpsertStatement } from "../../catalog/storage/skus";
import { anyReplanDueStatement } from "../../orders/storage/replans";
import {
  anyReservationExpiredStatement,
  deleteExpiredReservations,
} from "../../checkout/storage/reservations";
import { isRefreshRequestedStatement, refreshIfRequested } from "../../channels/compare-channel-stock";
import { pushChannelStock } from "../../channels/push-channel-stock";
import { markClosedLocations, replanDueOrders } from "../../orders/replan-due-orders";
import { anyToResumeStatement, resumeSimulations } from "../../planning/simulate-sourcing";
import { upsertSkus } from "../../inventory/upsert-skus";
import { runIsolatedSteps } from "./run-isolated-steps";
import { sendOutbox } from "../outbox/send-outbox";

const DAY = 86_400_000;
/** Bounded, so that a run ends well within a cron's time; what is left waits a minute. */
const BATCH = 500;

type Part = Readonly<{
  name: string;
  /** Of these any that is answered by a row makes it due. */
  dueIf: (db: D1Database, now: number) => readonly D1PreparedStatement[];
  /** Answers how many it dealt with. */
  run: (context: Context, db: D1Database) => Promise<number>;
}>;

/** Of each database that orders are in. */
const OF_ORDERS: readonly Part[] = [
  { name: "outbox", dueIf: (db, now) => [anyOutboxDueStatement(db, now)], run: sendAgain },
  { name: "fulfillments", dueIf: (db, now) => [anyFulfillmentDueStatement(db, now)], run: askToRelease },
  { name: "replanned", dueIf: (db, now) => [anyReplanDueStatement(db, now)], run: replanDueOrders },
];

/** Of the primary. */
const OF_PRIMARY: readonly Part[] = [
  { name: "simulations", dueIf: (db, now) => [anyToResumeStatement(db, now)], run: resumeSimulations },
  { name: "skus", dueIf: (db) => [anySkuToUpsertStatement(db)], run: upsertSkus },
  {
    name: "reservations",
    dueIf: (db, now) => [anyReservationExpiredStatement(db, now - DAY)],
    run: ({ now }, db) => deleteExpiredReservations(db, now() - DAY),
  },
  {
    name: "refreshed",
    dueIf: (db) => [isRefreshRequestedStatement(db)],
    run: async (context) => Number(await refreshIfRequested(context)),
  },
  {
    name: "channelStock",
    // What is worked out anew is told at once.
    dueIf: (db, now) => [isRefreshRequestedStatement(db), anyChannelStockDueStatement(db, now)],
    run: pushChannelStock,
  },
];

/** How many each part dealt with, by its name; one that had nothing to do is not named. */
export type Swept = Readonly<Record<string, number>>;

/** @throws when all that can be done is, if a part failed. */
export const sweep = (context: Context): Promise<Swept> =>
  runIsolatedSteps(async (attempt) => {
    const swept: Record<string, number> = {};
    await attempt("closed locations", () => markClosedLocations(context));
    for (const db of everyDatabase(context.databases)) {
      const due = await attempt("asking what is due", () => dueParts(context, db));
      for (const { name, run } of due ?? []) {
        const done = await attempt(name, () => run(context, db));
        swept[name] = (swept[name] ?? 0) + (done ?? 0);
      }
    }
    return swept;
  });

/** What is swept in the database, due or not. */
export const partsOf = ({ databases }: Context, db: D1Database): Part[] => [
  ...(databases.allOrders.includes(db) ? OF_ORDERS : []),
  ...(db === databases.primary ? OF_PRIMARY : []),
];

async function dueParts(context: Context, db: D1Database): Promise<Part[]> {
  const now = context.now();
  const asked = partsOf(context, db).map((part) => ({ part, statements: part.dueIf(db, now) }));
  const answers = await anyRowExists(
    db,
    asked.flatMap(({ statements }) => statements),
  );
  return asked
    .filter(({ statements }) => answers.splice(0, statements.length).includes(true))
    .map(({ part }) => part);
}

async function sendAgain(context: Context, db: D1Database): Promise<number> {
  const sent = await sendOutbox(context, await dueOutboxRows(db, context.now(), BATCH));
  if (sent.length > 0) await postponeOutboxRows(db, sent, context.now());
  return sent.length;
}

async function askToRelease(context: Context, db: D1Database): Promise<number> {
  const due = await dueFulfillments(db, context.now(), BATCH);
  const asks = due.map(({ orderId, id: fulfillmentId }): SentMessage => ({
    message: { type: "fulfillment.release.v1", orderId, fulfillmentId },
    outboxId: null,
  }));
  return (await context.sendAll(asks)).length;
}
