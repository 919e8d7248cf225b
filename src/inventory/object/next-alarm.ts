/** When the object's alarm must run next. */
import { nextSnapshotAt } from "./publish-snapshot";
import { VERSIONS, type Versions } from "./stock-version";

/** The earliest time that a holding, an event or a snapshot is due; null if none is. */
export function nextAlarmAt(sql: SqlStorage, now: number, publishedAt: number): number | null {
  const { dueAt, changed, published } = sql
    .exec<Versions & { dueAt: number | null }>(
      `SELECT (SELECT min(due) FROM (
           SELECT min(due_at) AS due FROM holdings WHERE due_at IS NOT NULL
           UNION ALL SELECT min(due_at) FROM events)) AS dueAt, changed, published
         FROM (${VERSIONS})`,
    )
    .one();
  return earlier(dueAt, changed > published ? nextSnapshotAt(now, publishedAt) : null);
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
