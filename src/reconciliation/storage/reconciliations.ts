/** The stored reports, one for each day. */
import { exactJson, parseExactJson } from "../../kernel/whole-numbers";
import type { LastCompared } from "../domain/nights";
import type { Report } from "../domain/report";

/** When the work began, and when the last work that compared everything did; null for never. Epoch milliseconds. */
type Times = Readonly<{ startedAt: number; allComparedAt: number | null }>;

/** Replaces the day's report. */
export async function putReport(
  primary: D1Database,
  report: Report,
  { startedAt, allComparedAt }: Times,
): Promise<void> {
  await primary
    .prepare(
      `INSERT INTO reconciliations (reconciled_on, started_at, finished_at, all_compared_at, clean, report)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (reconciled_on) DO UPDATE SET started_at = excluded.started_at,
         finished_at = excluded.finished_at, all_compared_at = excluded.all_compared_at, clean = excluded.clean,
         report = excluded.report`,
    )
    .bind(report.on, startedAt, report.checkedAt, allComparedAt, report.clean ? 1 : 0, exactJson(report))
    .run();
}

/** Of the last days that have a report. */
const LAST_COMPARED = `SELECT max(all_compared_at) AS "all", max(started_at) AS "any"
  FROM (SELECT started_at, all_compared_at FROM reconciliations ORDER BY reconciled_on DESC LIMIT 40)`;

/** When the last comparison of everything, and the last one of any kind, began. */
export async function lastCompared(primary: D1Database): Promise<LastCompared> {
  const row = await primary.prepare(LAST_COMPARED).first<LastCompared>();
  return row ?? { all: null, any: null };
}

export async function reportOn(primary: D1Database, on: string): Promise<Report | null> {
  const report = await primary
    .prepare("SELECT report FROM reconciliations WHERE reconciled_on = ?1")
    .bind(on)
    .first<string>("report");
  return report === null ? null : (parseExactJson(report) as Report);
}

export type ReportSummary = Readonly<{
  on: string;
  clean: boolean;
  provisional: boolean;
  checkedAt: number;
}>;

const SUMMARY = `SELECT reconciled_on, clean, finished_at, report ->> 'provisional' AS provisional
  FROM reconciliations`;

type SummaryRow = { reconciled_on: string; clean: number; finished_at: number; provisional: number };

const summaryOf = (row: SummaryRow): ReportSummary => ({
  on: row.reconciled_on,
  clean: row.clean === 1,
  provisional: row.provisional === 1,
  checkedAt: row.finished_at,
});

/** Days before the given one, the latest first. */
export async function reportsBefore(
  primary: D1Database,
  before: string,
  limit: number,
): Promise<ReportSummary[]> {
  const { results } = await primary
    .prepare(`${SUMMARY} WHERE reconciled_on < ?1 ORDER BY reconciled_on DESC LIMIT ?2`)
    .bind(before, limit)
    .all<SummaryRow>();
  return results.map(summaryOf);
}

/** The days from the given one on that have a final report. */
export async function reconciledDays(primary: D1Database, from: string): Promise<Set<string>> {
  const { results } = await primary
    .prepare(`${SUMMARY} WHERE reconciled_on >= ?1 ORDER BY reconciled_on`)
    .bind(from)
    .all<SummaryRow>();
  return new Set(results.map(summaryOf).flatMap(({ on, provisional }) => (provisional ? [] : [on])));
}

/** Deletes the reports of the day and of all later ones. */
export async function deleteReports(primary: D1Database, from: string): Promise<void> {
  await primary.prepare("DELETE FROM reconciliations WHERE reconciled_on >= ?1").bind(from).run();
}
