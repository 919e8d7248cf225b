/**
 * Simulates a past day under changed rules: a job replays the orders of the day, page by page. Its cursor has the report.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Channel } from "../catalog/domain/channel";
import type { OrdersContext } from "../orders/context";
import { dayBounds } from "../kernel/calendar";
import type { OrderId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import { isReplayable } from "../sourcing/domain/decision";
import {
  changedReference,
  EMPTY_REPORT,
  withReplay,
  type PastOrder,
  type SimulationReport,
  type SourcingChanges,
} from "./domain/replay";
import type { Job } from "../platform/jobs/job";
import { runById, type StoredRun } from "../platform/jobs/job-runs";
import { startRun } from "../platform/jobs/start-run";
import { ordersPlaced } from "../directory/past-orders";
import { pastOrders, type PastOrderRow } from "../orders/orders";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import { sourcingRequest } from "../orders/sourcing-problem";

const ORDERS_A_PAGE = 100;
/** Each run reads a whole day, and every key that may read reports may begin one. */
const MAX_RUNNING = 10;

/** `after`: the key in the directory of the last order that was replayed, oldest first; null before the first. */
type Cursor = Readonly<{ after: string | null; report: SimulationReport }>;

/** `nonce`: several simulations may run at once. */
type Parameters = Readonly<{ dayOn: string; changes: SourcingChanges; nonce: string }>;

export const simulationJob: Job<OrdersContext, Parameters, Cursor> = {
  name: "sourcing-simulation",
  keyOf: ({ nonce }) => nonce,
  step: async (context, { parameters, cursor, hasBudget }) => {
    const { start, end } = dayBounds(parameters.dayOn, context.config.booksTimeZone);
    let { after, report } = cursor ?? { after: null, report: EMPTY_REPORT };
    for (let isDone = false; ;) {
      const page = await ordersPlaced(context.databases.directory, {
        start,
        end,
        after,
        limit: ORDERS_A_PAGE,
      });
      const rows = await rowsOf(
        context,
        page.map(({ id }) => id),
      );
      report = await withPage(context, report, rows, parameters.changes);
      after = page.at(-1)?.key ?? after;
      isDone = page.length < ORDERS_A_PAGE;
      if (isDone || !hasBudget()) {
        return { cursor: { after, report }, isDone, progress: progressOf(report) };
      }
    }
  },
};

const progressOf = ({ orders, skipped }: SimulationReport) => ({ orders, skipped });

/** A simulation, and its report so far. */
export type Simulation = Readonly<{ run: StoredRun; dayOn: string; report: SimulationReport }>;

export type SimulationRejection = InvalidRequest | Readonly<{ code: "simulations_running"; most: number }>;

/** @param dayOn in the time zone of the books. */
export async function beginSimulation(
  context: OrdersContext,
  dayOn: string,
  changes: SourcingChanges,
): Promise<Result<Simulation, SimulationRejection>> {
  const { locations } = await context.reference();
  const unknown = Object.keys(changes.locations).filter((id) => !locations.has(id));
  if (unknown.length > 0) {
    const message = `there is no location ${unknown.join(", ")}`;
    return reject(invalidRequest([{ path: "locations", message }]));
  }
  const nonce = bytesToHex(context.randomBytes(16));
  const limit = { mostRunning: MAX_RUNNING };
  const begun = await startRun(context, simulationJob, { dayOn, changes, nonce }, limit);
  if (!begun.ok) return reject({ code: "simulations_running", most: MAX_RUNNING });
  return accept({ run: begun.value, dayOn, report: EMPTY_REPORT });
}

/** Null if there is no simulation of the id. */
export async function simulationById(context: OrdersContext, id: string): Promise<Simulation | null> {
  const run = await runById(context.databases.primary, id);
  if (run?.job !== simulationJob.name) return null;
  const { dayOn } = run.parameters as Parameters;
  return { run, dayOn, report: (run.cursor as Cursor | null)?.report ?? EMPTY_REPORT };
}

async function withPage(
  context: OrdersContext,
  report: SimulationReport,
  rows: readonly PastOrderRow[],
  changes: SourcingChanges,
): Promise<SimulationReport> {
  const { channels, locations, carrierServices } = await context.reference();
  const reference = changedReference({ locations: [...locations.values()], carrierServices }, changes);
  return rows.reduce((sum, row) => {
    const channel = channels.get(row.channelId);
    return withReplay(sum, channel ? pastOrder(context, row, channel) : null, reference, changes);
  }, report);
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

/** The orders as their databases have them, in the sequence of the ids. */
async function rowsOf({ databases }: OrdersContext, orderIds: readonly OrderId[]): Promise<PastOrderRow[]> {
  const byDatabase = Map.groupBy(orderIds, (orderId) => databases.orders(orderId));
  const read = await Promise.all([...byDatabase].map(([db, ids]) => pastOrders(db, ids)));
  const byId = new Map(read.flat().map((row) => [row.id, row]));
  return orderIds.flatMap((orderId) => byId.get(orderId) ?? []);
}
