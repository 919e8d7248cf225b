/**
 * Simulates a past day under changed rules: a run is stored, and the queue replays its orders page by page. A page
 * counts once, however often its message is delivered. If a message is lost, the sweep resumes the run.
 */
import type { Channel } from "../catalog/domain/channel";
import type { OrdersContext } from "../orders/context";
import { dayBounds } from "../kernel/calendar";
import { idFromBytes, type SimulationId } from "../kernel/ids";
import type { OrderStatus } from "../orders/domain/order";
import { accept, reject, type Result } from "../kernel/result";
import { isReplayable } from "../sourcing/domain/decision";
import {
  changedReference,
  EMPTY_REPORT,
  withReplay,
  type PastOrder,
  type SourcingChanges,
} from "./domain/replay";
import {
  anySimulationStalledStatement,
  insertSimulation,
  simulationById,
  stalledSimulations,
  writePage,
  type SimulationCursor,
  type Stalled,
  type StoredSimulation,
} from "./storage/sourcing-simulations";
import { pastOrders, type PastOrderRow } from "../orders/orders";
import { sourcingSimulate } from "./queue-messages";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import { sourcingRequest } from "../orders/sourcing-problem";

const STATUSES: readonly OrderStatus[] = ["open", "on_hold", "cancelled", "closed"];
/** Well within the processor time of a queue message. */
const ORDERS_A_PAGE = 200;
const STALLED_AFTER_MS = 2 * 60_000;
const GIVEN_UP_AFTER_MS = 24 * 3_600_000;
const MAX_RESUMED = 20;
/** Each run reads a whole day, and every key that may read reports may begin one. */
const MAX_RUNNING = 10;

export type SimulationRejection = InvalidRequest | Readonly<{ code: "simulations_running"; most: number }>;

/** @param dayOn in the time zone of the books. */
export async function beginSimulation(
  context: OrdersContext,
  dayOn: string,
  changes: SourcingChanges,
): Promise<Result<StoredSimulation, SimulationRejection>> {
  const { locations } = await context.reference();
  const unknown = Object.keys(changes.locations).filter((id) => !locations.has(id));
  if (unknown.length > 0) {
    const message = `there is no location ${unknown.join(", ")}`;
    return reject(invalidRequest([{ path: "locations", message }]));
  }
  const now = context.now();
  const { start } = dayBounds(dayOn, context.config.booksTimeZone);
  const simulation: StoredSimulation = {
    id: idFromBytes("sim", context.randomBytes(17)),
    dayOn,
    changes,
    status: "running",
    page: 0,
    cursor: { database: 0, status: 0, placedAt: start - 1, id: "" },
    report: EMPTY_REPORT,
    createdAt: now,
    updatedAt: now,
  };
  const limit = { most: MAX_RUNNING, since: now - GIVEN_UP_AFTER_MS };
  if (!(await insertSimulation(context.databases.primary, simulation, limit))) {
    return reject({ code: "simulations_running", most: MAX_RUNNING });
  }
  context.waitUntil(context.send(sourcingSimulate.message({ simulationId: simulation.id })));
  return accept(simulation);
}

/** Replays one page and sends the message for the next. A repeated message finds its page written. */
export async function replayNextPage(context: OrdersContext, id: SimulationId): Promise<void> {
  const { primary, allOrders } = context.databases;
  const simulation = await simulationById(primary, id);
  if (simulation?.status !== "running") return;
  const { start, end } = dayBounds(simulation.dayOn, context.config.booksTimeZone);
  const { cursor, changes } = simulation;
  const rows = await pastOrders(allOrders[cursor.database]!, {
    status: STATUSES[cursor.status]!,
    after: cursor,
    before: end,
    limit: ORDERS_A_PAGE,
  });
  const { channels, locations, carrierServices } = await context.reference();
  const reference = changedReference({ locations: [...locations.values()], carrierServices }, changes);
  const report = rows.reduce((sum, row) => {
    const channel = channels.get(row.channelId);
    return withReplay(sum, channel ? pastOrder(context, row, channel) : null, reference, changes);
  }, simulation.report);
  const next = nextCursor(cursor, rows, start, allOrders.length);
  const after: StoredSimulation = {
    ...simulation,
    status: next === null ? "done" : "running",
    cursor: next ?? cursor,
    report,
    updatedAt: context.now(),
  };
  const isWritten = await writePage(primary, after);
  if (isWritten && next !== null) {
    await context.send(sourcingSimulate.message({ simulationId: id }));
  }
}

const stalledBy = (now: number): Stalled => ({
  after: now - GIVEN_UP_AFTER_MS,
  before: now - STALLED_AFTER_MS,
});

export const anySimulationToResumeStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anySimulationStalledStatement(db, stalledBy(now));

/** Resumes runs without progress, whose message was lost. Runs that failed for a day are left to the dead letters. */
export async function resumeSimulations(context: OrdersContext): Promise<number> {
  const { primary } = context.databases;
  const stalled = await stalledSimulations(primary, stalledBy(context.now()), MAX_RESUMED);
  for (const simulationId of stalled) await context.send(sourcingSimulate.message({ simulationId }));
  return stalled.length;
}

function pastOrder(context: OrdersContext, row: PastOrderRow, channel: Channel): PastOrder | null {
  if (row.decision === null || !isReplayable(row.decision)) return null;
  return {
    orderId: row.id,
    placedAt: row.placedAt,
    request: sourcingRequest(context, channel, row),
    decision: row.decision,
  };
}

/** A page that is not full is the last of its status. Null after the last page of all. */
function nextCursor(
  cursor: SimulationCursor,
  rows: readonly PastOrderRow[],
  start: number,
  databases: number,
): SimulationCursor | null {
  const last = rows.at(-1);
  if (last && rows.length === ORDERS_A_PAGE) return { ...cursor, placedAt: last.placedAt, id: last.id };
  const first = { placedAt: start - 1, id: "" };
  if (cursor.status + 1 < STATUSES.length) {
    return { ...first, database: cursor.database, status: cursor.status + 1 };
  }
  return cursor.database + 1 < databases ? { ...first, database: cursor.database + 1, status: 0 } : null;
}
