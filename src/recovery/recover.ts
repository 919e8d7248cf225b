/**
 * Recovers from the restore of a database to an earlier minute. Objects, storefronts and the other databases are ahead of it:
 * what they have is compared with it, brought forward or named. One job in bounded steps, which may be repeated at any time.
 *
 * Its phases, in their sequence: `PHASES`. Until `open`, only the recovery changes orders of a restored database.
 */
import { comparisonJob, rebuildJob } from "../directory/compare-directory";
import { accept, reject, type Result } from "../kernel/result";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import type { Job } from "../platform/jobs/job";
import type { StoredRun } from "../platform/jobs/job-runs";
import { requestRun, startRun, type JobRunning } from "../platform/jobs/start-run";
import { RECOVERY_ACTOR } from "../platform/restores/restores";
import { checkBuckets } from "./buckets";
import { close, open } from "./close";
import { compareStock } from "./compare-stock";
import type { RecoveryContext } from "./context";
import { begun, phaseAfter, type PhaseName, type Recovery, type Restored } from "./domain/recovery";
import { doFoundWork, hasFoundWork } from "./found-work";
import { holdMessages } from "./hold-messages";
import type { Phase } from "./phase";
import { awaitReadBack, readBack } from "./read-back";
import { settleFindings } from "./settle-findings";
import { traceOrders, type TraceReader } from "./trace-orders";

/** `databases`: the names of the bindings that were restored. */
type Parameters = Readonly<{ since: number; databases: readonly string[] }>;

/** The comparison writes what differs; contents of equal versions are only written by a rebuild. */
const compareDirectory: Phase<never> = async (context, recovery) => {
  await requestRun(context, recovery.restored.directory ? rebuildJob : comparisonJob, 0);
  return { recovery, at: null };
};

const phasesWith = (readers: readonly TraceReader[]) =>
  ({
    close,
    holdMessages,
    traceOrders: traceOrders(readers),
    compareStock: compareStock(false),
    open,
    readBack,
    awaitReadBack,
    compareStockAgain: compareStock(true),
    settleFindings,
    compareDirectory,
  }) satisfies Readonly<Record<PhaseName, unknown>>;

/** @param readers of what is known of orders outside of their databases. */
export function recoverJob(
  readers: readonly TraceReader[],
): Job<RecoveryContext, Parameters, Recovery | null> {
  const phases = phasesWith(readers);
  return {
    name: RECOVER.name,
    step: async (given, { parameters, cursor, begunAt, hasBudget }) => {
      const context = { ...given, actor: RECOVERY_ACTOR };
      let recovery: Recovery = cursor ?? begun(restoredOf(parameters, begunAt));
      let pauseMs = 0;
      do {
        if (hasFoundWork(recovery)) {
          recovery = await doFoundWork(context, recovery);
        } else if (recovery.isRead) {
          const next = phaseAfter(recovery.phase);
          if (next === null) return { cursor: null, isDone: true, progress: recovery.counts };
          recovery = { ...recovery, phase: next, at: null, isRead: false };
        } else {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the place is that of the phase: both are stored together.
          const perform = phases[recovery.phase] as unknown as Phase<unknown>;
          const part = await perform(context, recovery, recovery.at);
          pauseMs = part.pauseMs ?? 0;
          recovery = { ...part.recovery, at: part.at, isRead: part.at === null };
        }
      } while (pauseMs === 0 && hasBudget());
      return { cursor: recovery, isDone: false, progress: recovery.counts, pauseMs };
    },
  };
}

const RECOVER = { name: "recover" };

const restoredOf = ({ since, databases }: Parameters, begunAt: number): Restored => ({
  since,
  until: begunAt,
  orders: databases.filter((name) => name.startsWith("ORDERS_")),
  primary: databases.includes("DB"),
  directory: databases.includes("DIRECTORY"),
});

/** The map of buckets and the databases are of different times. `detail`: what to do. */
export type BucketsMisplaced = Readonly<{ code: "buckets_misplaced"; detail: string }>;
type DatabaseUnknown = Readonly<{ code: "database_unknown"; known: readonly string[] }>;

/** @param databases the names of the bindings that were restored. */
export async function startRecovery(
  context: RecoveryContext,
  { since, databases }: Parameters,
): Promise<Result<StoredRun, InvalidRequest | BucketsMisplaced | DatabaseUnknown | JobRunning>> {
  const known: readonly string[] = ["DB", ...context.databases.names, "DIRECTORY"];
  if (since > context.now()) return reject(invalidRequest([{ path: "since", message: "is in the future" }]));
  if (databases.some((name) => !known.includes(name))) return reject({ code: "database_unknown", known });
  const orders = databases.filter((name) => name.startsWith("ORDERS_"));
  const { refusals } = await checkBuckets(context, orders);
  if (refusals.length > 0) return reject({ code: "buckets_misplaced", detail: refusals.join(" ") });
  const started = await startRun(context, RECOVER, { since, databases });
  return started.ok ? accept(started.value) : started;
}
