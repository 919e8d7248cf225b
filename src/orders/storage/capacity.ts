/** How much of a day's capacity each location has taken, counted every few seconds and not for every order. */
import { createIsolateCache } from "../../platform/d1/isolate-cache";

/** A location and its own day, in epoch milliseconds. */
export type LocationDay = Readonly<{ locationId: string; start: number; end: number }>;

const kept = createIsolateCache<ReadonlyMap<string, number>>();

/** Fulfillments of the day at each location, as of at most five seconds ago: what is open and due by its end, and what left. */
export const cachedFulfillmentsOfDay = (
  databases: readonly D1Database[],
  days: readonly LocationDay[],
  now: number,
): Promise<ReadonlyMap<string, number>> =>
  kept.read(JSON.stringify(days), now, async () => {
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
