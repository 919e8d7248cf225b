/**
 * Proving that stock, orders and money agree: every night for the day that is over, and whenever somebody
 * asks. A day's entries are those of that day; orders and objects can only be read as they are now.
 */
import type { ReconciliationContext } from "./context";
import type { Balance } from "../ledger/domain/accounts";
import { addDays, localDate } from "../kernel/calendar";
import type { Check, Report } from "./domain/checks";
import { accept, reject, type Result } from "../kernel/result";
import { beginJobRun, finishJobRun, releaseJobRun } from "../platform/jobs/job-runs";
import { everyDatabase } from "../platform/d1/databases";
import { firstPostingDay, putClosing } from "../ledger/journal";
import { putReport, reconciledDays } from "./storage/reconciliations";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import { checkChannelStock } from "../channels/compare-channel-stock";
import { checkEntries, checkOrders, checkTrialBalance, closingOf } from "./check-books";
import { checkOverdue } from "./check-overdue";
import { checkStock } from "./check-stock";

const JOB = "reconcile";
/** More nights than this are caught up by the next firings. */
const MAX_NIGHTS = 31;

/**
 * Reconciles every day up to yesterday that has no final report, oldest first, each once however often the
 * cron fires. Answers the days it did.
 */
export async function reconcileNights(context: ReconciliationContext): Promise<string[]> {
  const { primary } = context.databases;
  const now: Check[] = [];
  const done: string[] = [];
  for (const on of await missingNights(context)) {
    if (!(await beginJobRun(primary, JOB, on, context.now()))) continue;
    try {
      if (now.length === 0) now.push(...(await checksOfNow(context)));
      await reconcileDay(context, on, now);
    } catch (error) {
      await releaseJobRun(primary, JOB, on);
      throw error;
    }
    await finishJobRun(primary, JOB, on, context.now());
    done.push(on);
  }
  return done;
}

/** Reconciles a day on demand, in place of its report before; a day that is not over gets a provisional one. */
export async function reconcile(
  context: ReconciliationContext,
  on: string,
): Promise<Result<Report, InvalidRequest>> {
  if (on > today(context)) {
    return reject(invalidRequest([{ path: "date", message: "is in the future" }]));
  }
  return accept(await reconcileDay(context, on, await checksOfNow(context)));
}

async function missingNights(context: ReconciliationContext): Promise<string[]> {
  const yesterday = addDays(today(context), -1);
  const firstPosting = (await firstPostingDay(everyDatabase(context.databases))) ?? yesterday;
  const first = firstPosting < yesterday ? firstPosting : yesterday;
  const done = await reconciledDays(context.databases.primary, first);
  const missing: string[] = [];
  for (let on = first; on <= yesterday && missing.length < MAX_NIGHTS; on = addDays(on, 1)) {
    if (!done.has(on)) missing.push(on);
  }
  return missing;
}

async function checksOfNow(context: ReconciliationContext): Promise<readonly Check[]> {
  const { allocations, checks } = await checkOrders(context);
  return [...checks, ...(await checkStock(context, allocations)), await checkChannelStock(context)];
}

async function reconcileDay(
  context: ReconciliationContext,
  on: string,
  now: readonly Check[],
): Promise<Report> {
  const { primary } = context.databases;
  const startedAt = context.now();
  const provisional = on >= today(context);
  const closing = provisional ? await closingOf(context, on) : await closeDay(context, on);
  const checks = [
    await checkEntries(context, on),
    checkTrialBalance(closing),
    ...now,
    await checkOverdue(context, on),
  ];
  const clean = checks.every(({ ok }) => ok);
  const report: Report = { on, provisional, checkedAt: context.now(), clean, checks };
  await putReport(primary, report, startedAt);
  return report;
}

/**
 * Keeps what the accounts hold at the end of the day. From then on nothing is posted to it any more; what still
 * was while it was added up is found by adding up again.
 */
async function closeDay(context: ReconciliationContext, on: string): Promise<Balance[]> {
  for (;;) {
    const balances = await closingOf(context, on);
    await putClosing(context.databases.primary, on, balances);
    if (JSON.stringify(balances) === JSON.stringify(await closingOf(context, on))) return balances;
  }
}

const today = ({ now, config }: ReconciliationContext): string => localDate(now(), config.booksTimeZone);
