/**
 * Reconciles a day: every night the days that are over, and any day on demand. Read, check, repair what can be
 * repaired, and report what remains. Journal entries are those of the day; orders and stock are read as they are now.
 */
import type { ReconciliationContext } from "./context";
import type { Balance } from "../ledger/domain/accounts";
import { addDays, localDate } from "../kernel/calendar";
import { exactJson } from "../kernel/whole-numbers";
import type { Check, Report } from "./domain/report";
import { accept, reject, type Result } from "../kernel/result";
import type { Job } from "../platform/jobs/job";
import { everyDatabase } from "../platform/d1/databases";
import { closingBefore, firstPostingDay, putClosing } from "../ledger/journal";
import { putReport, reconciledDays, reportOn } from "./storage/reconciliations";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import { repairChannelStock } from "../channels/repair-channel-stock";
import { changedClosings, checkEntries, checkOrders, checkTrialBalance, closingOf } from "./check-books";
import { checkDirectory } from "./check-directory";
import { checkOverdue } from "./check-overdue";
import { checkChannelStock } from "./check-channel-stock";
import { checkStock } from "./check-stock";
import { readStock } from "./read-stock";
import { repairAllocations } from "./repair-allocations";
import { repairStockLevels } from "./repair-stock-levels";

/** Of one run of the cron: the next runs do the rest. */
const MAX_NIGHTS = 31;

export const reconciliationJob: Job<ReconciliationContext> = {
  name: "reconciliation",
  schedule: "nightly",
  step: async (context) => ({
    cursor: null,
    isDone: true,
    progress: { days: (await reconcileNights(context)).length },
  }),
};

/** Reconciles every day up to yesterday that has no final report, oldest first. Returns the days that it reconciled. */
async function reconcileNights(context: ReconciliationContext): Promise<string[]> {
  const missing = await missingNights(context);
  if (missing.length === 0) return missing;
  const current = await reconcileCurrentState(context);
  for (const on of missing) await reconcileDay(context, on, current);
  return missing;
}

/** The day has a final report, and a later day is closed: its report stands. */
export type DayClosed = Readonly<{ code: "day_closed"; closedOn: string }>;

/**
 * Reconciles a day on demand and replaces its report. A day that is not over gets a provisional report. The last closed
 * day is checked again, and its closing stays.
 */
export async function reconcile(
  context: ReconciliationContext,
  on: string,
): Promise<Result<Report, InvalidRequest | DayClosed>> {
  if (on > today(context)) {
    return reject(invalidRequest([{ path: "on", message: "is in the future" }]));
  }
  const { primary } = context.databases;
  const [{ closedOn }, report] = await Promise.all([
    closingBefore(primary, LATEST_DAY),
    reportOn(primary, on),
  ]);
  if (report && !report.provisional && on < closedOn) return reject({ code: "day_closed", closedOn });
  return accept(await reconcileDay(context, on, await reconcileCurrentState(context)));
}

async function missingNights(context: ReconciliationContext): Promise<string[]> {
  const yesterday = lastDayOver(context);
  const firstPosting = (await firstPostingDay(everyDatabase(context.databases))) ?? yesterday;
  const first = firstPosting < yesterday ? firstPosting : yesterday;
  const done = await reconciledDays(context.databases.primary, first);
  const missing: string[] = [];
  for (let on = first; on <= yesterday && missing.length < MAX_NIGHTS; on = addDays(on, 1)) {
    if (!done.has(on)) missing.push(on);
  }
  return missing;
}

/** Checks orders, stock and storefronts as they are now, repairs what can be repaired, and returns what remains. */
async function reconcileCurrentState(context: ReconciliationContext): Promise<readonly Check[]> {
  const orders = await checkOrders(context);
  const reading = await readStock(context, orders.allocations);
  const allocationRepair = await repairAllocations(context, reading.lineDifferences);
  const repairedLevels = await repairStockLevels(context, reading.staleLevels);
  const stock = checkStock({
    reading,
    allocations: orders.allocations,
    allocationRepair,
    repairedLevels,
    booksCurrency: context.config.booksCurrency,
  });
  const channelStock = checkChannelStock(await repairChannelStock(context), context.now());
  return [...orders.checks, ...stock, channelStock, await checkDirectory(context)];
}

async function reconcileDay(
  context: ReconciliationContext,
  on: string,
  current: readonly Check[],
): Promise<Report> {
  const { primary } = context.databases;
  const startedAt = context.now();
  const provisional = on > lastDayOver(context);
  const closing = provisional ? await closingOf(context, on) : await closeDay(context, on);
  const changed = [
    ...(await changedClosings(context, addDays(on, -1))),
    ...(await changedClosings(context, on)),
  ];
  const checks = [
    await checkEntries(context, on),
    checkTrialBalance(closing, changed),
    ...current,
    await checkOverdue(context, on),
  ];
  const clean = checks.every(({ ok }) => ok);
  const report: Report = { on, provisional, checkedAt: context.now(), clean, checks };
  await putReport(primary, report, startedAt);
  return report;
}

/**
 * Stores the balances at the end of the day, unless it is closed already. Nothing is posted to a closed day, but entries
 * may still have been posted while its balances were added up: they are added up again until they stay the same.
 */
async function closeDay(context: ReconciliationContext, on: string): Promise<readonly Balance[]> {
  const { primary } = context.databases;
  const stored = await closingBefore(primary, on);
  if (stored.closedOn === on) return stored.balances;
  for (;;) {
    const balances = await closingOf(context, on);
    await putClosing(primary, on, balances);
    if (exactJson(balances) === exactJson(await closingOf(context, on))) return balances;
  }
}

const LATEST_DAY = "9999-12-31";

/** A commit takes seconds: after this time nothing is posted any more to the day before. */
const LATE_COMMITS_MS = 5 * 60_000;

/** The last day that can be closed. */
const lastDayOver = ({ now, config }: ReconciliationContext): string =>
  addDays(localDate(now() - LATE_COMMITS_MS, config.booksTimeZone), -1);

const today = ({ now, config }: ReconciliationContext): string => localDate(now(), config.booksTimeZone);
