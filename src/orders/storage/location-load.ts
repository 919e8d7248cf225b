/** Table fulfillments: what a location with a daily capacity has to send today. Counted now, up to its limit. */
import { dayAt } from "../domain/fulfillments/location-days";
import { isHereSql } from "../../platform/buckets/closed-buckets";
import type { Location } from "../../catalog/domain/location";

/** Fulfillments released to the location on its day; counts at most `limit`. */
export async function releasedOn(
  databases: readonly D1Database[],
  locationId: string,
  { start, end, limit }: Readonly<{ start: number; end: number; limit: number }>,
): Promise<number> {
  const sql = `SELECT count(*) AS count FROM (SELECT 1 FROM fulfillments
    WHERE location_id = ?1 AND released_at >= ?2 AND released_at < ?3 AND status NOT IN ('rejected', 'cancelled')
    AND ${isHereSql("order_id")}
    LIMIT ?4)`;
  return sumOver(databases, (db) => db.prepare(sql).bind(locationId, start, end, limit));
}

/** Fulfillments planned there that are due before the end of the day; counts at most `limit`. */
async function plannedBy(
  databases: readonly D1Database[],
  locationId: string,
  { end, limit }: Readonly<{ end: number; limit: number }>,
): Promise<number> {
  const sql = `SELECT count(*) AS count FROM (SELECT 1 FROM fulfillments
    WHERE location_id = ?1 AND status = 'planned' AND release_at < ?2 AND ${isHereSql("order_id")} LIMIT ?3)`;
  return sumOver(databases, (db) => db.prepare(sql).bind(locationId, end, limit));
}

async function sumOver(
  databases: readonly D1Database[],
  statement: (db: D1Database) => D1PreparedStatement,
): Promise<number> {
  const counts = await Promise.all(databases.map((db) => statement(db).first<number>("count")));
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

/** Locations whose capacity is used up by fulfillments that were released today or are due today. */
export async function fullToday(
  databases: readonly D1Database[],
  locations: Iterable<Location>,
  now: number,
): Promise<ReadonlySet<string>> {
  const limited = [...locations].flatMap((location) =>
    location.capacityPerDay === null ? [] : [{ location, limit: location.capacityPerDay }],
  );
  const counted = await Promise.all(
    limited.map(async ({ location, limit }) => {
      const { start, end } = dayAt(location, now);
      const [released, planned] = await Promise.all([
        releasedOn(databases, location.id, { start, end, limit }),
        plannedBy(databases, location.id, { end, limit }),
      ]);
      return { id: location.id, isFull: released + planned >= limit };
    }),
  );
  return new Set(counted.filter(({ isFull }) => isFull).map(({ id }) => id));
}
