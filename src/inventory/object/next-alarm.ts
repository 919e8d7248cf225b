/** When the object's alarm must run next. */
import { nextSnapshotAt, type Published } from "./publish-snapshot";
import { VERSION } from "./stock-version";

/** The earliest time that a holding, an event or a snapshot is due; null if none is. */
export function nextAlarmAt(sql: SqlStorage, now: number, published: Published): number | null {
  const { holdingDueAt, eventDueAt, version } = sql
    .exec<{ holdingDueAt: number | null; eventDueAt: number | null; version: number }>(
      `SELECT (SELECT min(due_at) FROM pending) AS holdingDueAt, (SELECT min(due_at) FROM events) AS eventDueAt,
         ${VERSION} AS version`,
    )
    .one();
  const snapshotAt = version > published.version ? nextSnapshotAt(now, published.at) : null;
  return earlier(earlier(holdingDueAt, eventDueAt), snapshotAt);
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
