/**
 * Reconciles a day: every night the days that are over, and any day on demand. Read, check, repair what can be
 * repaired, and report what remains. Journal entries are those of the day; orders and stock are read as they are now.
 *
 * The work is one job in bounded steps: see `Phase`. A step may run twice: what it reads may then be newer, what it repairs
 * is compared first, and what it stores replaces what it stored before.
 */
import type { ReconciliationContext } from "./context";
import { reject, type Result } from "../kernel/result";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import { closingBefore } from "../ledger/journal";
import type { Job, Progress } from "../platform/jobs/job";
import type { StoredRun } from "../platform/jobs/job-runs";
import { startRun, type JobRunning } from "../platform/jobs/start-run";
import { auditStock } from "./audit-stock";
import { checkAccounts, checkInventoryAccount } from "./check-accounts";
import { closeDays } from "./close-days";
import { daysToReport, today } from "./days";
import { comparisonOf } from "./domain/nights";
import type { Compared } from "./domain/report";
import { NO_STOCK } from "./domain/stock-sums";
import { findingsOf, type Night, type Phase } from "./night";
import { deleteExpectedLines, readOrders } from "./read-orders";
import { compareDirectory, repairChannels } from "./repair-channels";
import { lastCompared, reportOn } from "./storage/reconciliations";

/** The day to reconcile, and what is compared; a nightly run has neither. */
type Parameters = Readonly<{ on?: string; compare?: Compared }>;

/** In their sequence. */
const PHASES = {
  readOrders,
  checkAccounts,
  auditStock,
  checkInventoryAccount,
  repairChannels,
  compareDirectory,
  closeDays,
  deleteExpectedLines,
} as const;
type PhaseName = keyof typeof PHASES;
const NAMES = Object.keys(PHASES) as PhaseName[];

/** `at`: the place of the phase. */
type Cursor = Readonly<{ phase: PhaseName; at: unknown; night: Night }>;

export const reconciliationJob: Job<ReconciliationContext, Parameters, Cursor | null> = {
  name: "reconciliation",
  schedule: "nightly",
  step: async (context, { parameters, cursor, progress, hasBudget }) => {
    let next = cursor ?? (await firstCursor(context, parameters));
    let counts: Progress = { days: 0, ...progress };
    while (next !== null) {
      const before = next.night;
      next = await performPart(context, next);
      counts = progressOf(counts, before, next?.night ?? null);
      if (!hasBudget()) break;
    }
    return { cursor: next, isDone: next === null, progress: counts };
  },
};

/** Null if no day is to be reported. */
async function firstCursor(context: ReconciliationContext, parameters: Parameters): Promise<Cursor | null> {
  const night = await beginNight(context, parameters);
  return night && { phase: NAMES[0]!, at: null, night };
}

/** The state before the first phase. Null if no day is to be reported. */
export async function beginNight(
  context: ReconciliationContext,
  { on, compare }: Parameters,
): Promise<Night | null> {
  const days = on === undefined ? await daysToReport(context) : [on];
  if (days.length === 0) return null;
  const now = context.now();
  const last = await lastCompared(context.databases.primary);
  const comparison = compare === "all" ? { compare, since: 0 } : comparisonOf(last, now);
  return {
    ...comparison,
    days,
    startedAt: now,
    lastAll: last.all,
    asOf: now,
    auditsAll: comparison.compare === "all",
    readings: 1,
    stock: NO_STOCK,
    differences: [],
    staleLevels: [],
    findings: {},
    checks: [],
  };
}

/** Null after the last part. */
async function performPart(context: ReconciliationContext, cursor: Cursor): Promise<Cursor | null> {
  const { phase } = cursor;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the place is that of the phase: both are stored together.
  const perform = PHASES[phase] as Phase<unknown>;
  const { night, at } = await perform(context, cursor.night, cursor.at);
  return at === null ? cursorAfter(phase, night) : { phase, at, night };
}

/**
 * A difference of accounts is read again before it is reported, and looked for in everything: that of the orders from the
 * beginning, that of stock in every object.
 */
function cursorAfter(phase: PhaseName, night: Night): Cursor | null {
  const check = (name: string) => night.checks.find((each) => each.name === name);
  const differs = phase === "checkAccounts" && check("accounts")?.ok === false;
  if (differs && night.compare === "changed") {
    return { phase: NAMES[0]!, at: null, night: comparingAll(night) };
  }
  const isUnreported = phase === "checkInventoryAccount" && check("inventory") === undefined;
  const next = isUnreported ? "auditStock" : NAMES[NAMES.indexOf(phase) + 1];
  return next === undefined ? null : { phase: next, at: null, night };
}

const comparingAll = (night: Night): Night => ({
  ...night,
  compare: "all",
  since: 0,
  auditsAll: true,
  findings: {},
  checks: [],
});

const progressOf = (counts: Progress, before: Night, after: Night | null): Progress =>
  after === null
    ? counts
    : {
        days: (counts["days"] ?? 0) + before.days.length - after.days.length,
        orders: findingsOf(after, "order_money").counted,
        skus: after.stock.skus,
        entries: findingsOf(after, "entries").counted,
      };

/** The day has a final report, and a later day is closed: its report stands. */
export type DayClosed = Readonly<{ code: "day_closed"; closedOn: string }>;

/**
 * Begins to reconcile a day on demand, which replaces its report. A day that is not over gets a provisional report. The last
 * closed day is checked again, and its closing stays.
 */
export async function requestReconciliation(
  context: ReconciliationContext,
  on: string,
  compare: Compared,
): Promise<Result<StoredRun, InvalidRequest | DayClosed | JobRunning>> {
  if (on > today(context)) {
    return reject(invalidRequest([{ path: "on", message: "is in the future" }]));
  }
  const { primary } = context.databases;
  const [{ closedOn }, report] = await Promise.all([
    closingBefore(primary, LATEST_DAY),
    reportOn(primary, on),
  ]);
  if (report && !report.provisional && on < closedOn) return reject({ code: "day_closed", closedOn });
  return startRun(context, reconciliationJob, { on, compare });
}

const LATEST_DAY = "9999-12-31";
