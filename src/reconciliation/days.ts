/** The days of the books: which is today, which is over, and which have no report. */
import { addDays, localDate } from "../kernel/calendar";
import { firstPostingDay } from "../ledger/journal";
import { everyDatabase } from "../platform/d1/databases";
import type { ReconciliationContext } from "./context";
import { missingDays } from "./domain/nights";
import { reconciledDays } from "./storage/reconciliations";

/** A commit takes seconds: after this time nothing is posted any more to the day before. */
const LATE_COMMITS_MS = 5 * 60_000;

/** The last day that can be closed. */
export const lastDayOver = ({ now, config }: ReconciliationContext): string =>
  addDays(localDate(now() - LATE_COMMITS_MS, config.booksTimeZone), -1);

export const today = ({ now, config }: ReconciliationContext): string =>
  localDate(now(), config.booksTimeZone);

/** The days up to yesterday without a final report, oldest first, from the first entry on. */
export async function daysToReport(context: ReconciliationContext): Promise<string[]> {
  const yesterday = lastDayOver(context);
  const firstPosting = (await firstPostingDay(everyDatabase(context.databases))) ?? yesterday;
  const first = firstPosting < yesterday ? firstPosting : yesterday;
  return missingDays(first, yesterday, await reconciledDays(context.databases.primary, first));
}
