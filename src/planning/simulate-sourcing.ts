/**
 * Sourcing a past day again under changed rules: begun at once, played page by page from the queue, and kept. A
 * page is counted once however often its message comes; a run whose message is lost is taken up by the sweep.
 */
import type { OrdersContext } from "../orders/context";
import { dayBounds } from "../kernel/calendar";
import { idFromBytes, type SimulationId } from "../kernel/ids";
import type { OrderStatus } from "../orders/domain/order";
import type { OrderEvent } from "../orders/domain/order-events";
import { accept, reject, type Result } from "../kernel/result";
import { isReplayable } from "../sourcing/domain/decision";
import {
  changedReference,
  EMPTY_REPORT,
  replayed,
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
/** Well within the processor time of a queue's message. */
const PAGE = 200;
const STALLED_AFTER_MS = 2 * 60_000;
const GIVEN_UP_AFTER_MS = 24 * 3_600_000;
const MAX_RESUMED = 20;
/** At once: each reads a whole day, and a key that may read reports may begin one. */
const MAX_RUNNING = 10;

export type SimulationRejection = InvalidRequest | Readonly<{ code: "simulations_running"; most: number }>;

/** The day is the books'. */
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

/** One page, and the message for the next. A repeat finds its page written. */
export async function playSimulation(context: OrdersContext, id: SimulationId): Promise<void> {
  const { primary, allOrders } = context.databases;
  const simulation = await simulationById(primary, id);
  if (simulation?.status !== "running") return;
  const { start, end } = dayBounds(simulation.dayOn, context.config.booksTimeZone);
  const { cursor, changes } = simulation;
  const rows = await pastOrders(allOrders[cursor.database]!, {
    status: STATUSES[cursor.status]!,
    after: cursor,
    before: end,
    limit: PAGE,
  });
  const { channels, locations, carrierServices } = await context.reference();
  const reference = changedReference({ locations: [...locations.values()], carrierServices }, changes);
  const report = rows.reduce((sum, row) => {
    const channel = channels.get(row.channelId);
    return replayed(sum, channel ? pastOrder(context, row, channel) : null, reference, changes);
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

export const anyToResumeStatement = (db: D1Database, now: number): D1PreparedStatement =>
  anySimulationStalledStatement(db, stalledBy(now));

/** Runs that stand still: a message of theirs was lost. What has failed for a day is left to its dead letters. */
export async function resumeSimulations(context: OrdersContext): Promise<number> {
  const { primary } = context.databases;
  const stalled = await stalledSimulations(primary, stalledBy(context.now()), MAX_RESUMED);
  for (const simulationId of stalled) await context.send(sourcingSimulate.message({ simulationId }));
  return stalled.length;
}

function pastOrder(
  context: OrdersContext,
  row: PastOrderRow,
  channel: Parameters<typeof sourcingRequest>[1],
): PastOrder | null {
  if (row.sourced === null) return null;
  const event = JSON.parse(row.sourced) as Extract<OrderEvent, { type: "order.sourced" }>;
  if (!isReplayable(event.decision)) return null;
  return {
    orderId: row.id,
    placedAt: row.placedAt,
    request: sourcingRequest(context, channel, row),
    decision: event.decision,
  };
}

/** A page that is not full was the last of its status. */
function nextCursor(
  cursor: SimulationCursor,
  rows: readonly PastOrderRow[],
  start: number,
  databases: number,
): SimulationCursor | null {
  const last = rows.at(-1);
  if (last && rows.length === PAGE) return { ...cursor, placedAt: last.placedAt, id: last.id };
  const fresh = { placedAt: start - 1, id: "" };
  if (cursor.status + 1 < STATUSES.length) {
    return { ...fresh, database: cursor.database, status: cursor.status + 1 };
  }
  return cursor.database + 1 < databases ? { ...fresh, database: cursor.database + 1, status: 0 } : null;
}
