/** Table fulfillments: how much of its daily capacity each location has used. Counted every few seconds. */
import { createIsolateCache } from "../../platform/d1/isolate-cache";

/** A location and its local day, in epoch milliseconds; the end is exclusive. */
export type LocationDay = Readonly<{ locationId: string; start: number; end: number }>;

const cache = createIsolateCache<ReadonlyMap<string, number>>();

/** By location, the fulfillments of its day: those open and due by its end, and those that left. Seconds old. */
export const cachedFulfillmentsOfDay = (
  databases: readonly D1Database[],
  days: readonly LocationDay[],
  now: number,
): Promise<ReadonlyMap<string, number>> =>
  cache.read(JSON.stringify(days), now, async () => {
    const counts = await Promise.all(databases.map((db) => fulfillmentsOfDay(db, days)));
    const sums = new Map<string, number>();
    for (const { locationId, count } of counts.flat()) {
      sums.set(locationId, (sums.get(locationId) ?? 0) + count);
    }
    return sums;
  });

export async function fulfillmentsOfDay(
  db: D1Database,
  days: readonly LocationDay[],
): Promise<{ locationId: string; count: number }[]> {
  const { results } = await db
    .prepare(
      `SELECT day.value ->> 'locationId' AS locationId,
         (SELECT count(*) FROM fulfillments
           WHERE location_id = day.value ->> 'locationId' AND status IN ('planned', 'released', 'picked', 'packed')
             AND release_at < day.value ->> 'end')
         + (SELECT count(*) FROM fulfillments
           WHERE location_id = day.value ->> 'locationId' AND status IN ('shipped', 'delivered')
             AND release_at >= day.value ->> 'start' AND release_at < day.value ->> 'end') AS count
       FROM json_each(?1) AS day`,
    )
    .bind(JSON.stringify(days))
    .all<{ locationId: string; count: number }>();
  return results;
}
