/** When the object's alarm must run next. */
import { nextSnapshotAt, type Published } from "./publish-snapshot";
import { VERSION } from "./stock-version";

/** The earliest time that a holding, an event, a snapshot or the next step of folding is due; null if none is. */
export function nextAlarmAt(sql: SqlStorage, now: number, published: Published): number | null {
  const { holdingDueAt, eventDueAt, version, isFolding } = sql
    .exec<{ holdingDueAt: number | null; eventDueAt: number | null; version: number; isFolding: number }>(
      `SELECT (SELECT min(due_at) FROM pending) AS holdingDueAt, (SELECT min(due_at) FROM events) AS eventDueAt,
         ${VERSION} AS version, EXISTS (SELECT 1 FROM checkpoint WHERE stage IS NOT NULL) AS isFolding`,
    )
    .one();
  const snapshotAt = version > published.version ? nextSnapshotAt(now, published.at) : null;
  const next = earlier(earlier(holdingDueAt, eventDueAt), snapshotAt);
  return isFolding === 1 ? earlier(next, now) : next;
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
