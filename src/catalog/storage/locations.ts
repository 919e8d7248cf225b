/** The table of locations. */
import type { Location, LocationKind } from "../domain/location";

export type LocationRow = {
  id: string;
  name: string;
  kind: LocationKind;
  address: string;
  latitude: number;
  longitude: number;
  time_zone: string;
  cut_off: string;
  working_days: string;
  closed_on: string;
  processing_days: number;
  capacity_per_day: number | null;
  ships_orders: number;
  offers_pickup: number;
  countries: string;
  accepts_hazardous: number;
  accepts_oversize: number;
  handling_per_parcel_minor: number;
  handling_per_unit_minor: number;
  priority: number;
  active: number;
};

/** Creates or replaces the location. Returns whether it is new. */
export async function putLocation(db: D1Database, location: Location, now: number): Promise<boolean> {
  const row = await db
    .prepare(
      `INSERT INTO locations (id, name, kind, address, latitude, longitude, time_zone, cut_off, working_days,
         priority, active, closed_on, processing_days, capacity_per_day, ships_orders, offers_pickup, countries,
         accepts_hazardous, accepts_oversize, handling_per_parcel_minor, handling_per_unit_minor, created_at,
         updated_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
         ?22, ?22)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, address = excluded.address,
         latitude = excluded.latitude, longitude = excluded.longitude, time_zone = excluded.time_zone,
         cut_off = excluded.cut_off, working_days = excluded.working_days, priority = excluded.priority,
         active = excluded.active, closed_on = excluded.closed_on, processing_days = excluded.processing_days,
         capacity_per_day = excluded.capacity_per_day, ships_orders = excluded.ships_orders,
         offers_pickup = excluded.offers_pickup, countries = excluded.countries,
         accepts_hazardous = excluded.accepts_hazardous, accepts_oversize = excluded.accepts_oversize,
         handling_per_parcel_minor = excluded.handling_per_parcel_minor,
         handling_per_unit_minor = excluded.handling_per_unit_minor,
         updated_at = max(excluded.updated_at, locations.created_at + 1)
       RETURNING created_at = updated_at AS created`,
    )
    .bind(
      location.id,
      location.name,
      location.kind,
      JSON.stringify(location.address),
      location.latitude,
      location.longitude,
      location.timeZone,
      location.cutOff,
      JSON.stringify(location.workingDays),
      location.priority,
      location.active ? 1 : 0,
      JSON.stringify(location.closedOn),
      location.processingDays,
      location.capacityPerDay,
      location.shipsOrders ? 1 : 0,
      location.offersPickup ? 1 : 0,
      JSON.stringify(location.countries),
      location.acceptsHazardous ? 1 : 0,
      location.acceptsOversize ? 1 : 0,
      location.handlingPerParcelMinor,
      location.handlingPerUnitMinor,
      now,
    )
    .first<{ created: number }>();
  return row?.created === 1;
}

export async function locationById(db: D1Database, id: string): Promise<Location | null> {
  const row = await db.prepare("SELECT * FROM locations WHERE id = ?1").bind(id).first<LocationRow>();
  return row ? locationOf(row) : null;
}

/** Locations by id, after the given one. */
export async function locationsAfter(db: D1Database, after: string, limit: number): Promise<Location[]> {
  const sql = "SELECT * FROM locations WHERE id > ?1 ORDER BY id LIMIT ?2";
  const { results } = await db.prepare(sql).bind(after, limit).all<LocationRow>();
  return results.map(locationOf);
}

export const locationOf = (row: LocationRow): Location => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  address: JSON.parse(row.address),
  latitude: row.latitude,
  longitude: row.longitude,
  timeZone: row.time_zone,
  cutOff: row.cut_off,
  workingDays: JSON.parse(row.working_days),
  closedOn: JSON.parse(row.closed_on),
  processingDays: row.processing_days,
  capacityPerDay: row.capacity_per_day,
  shipsOrders: row.ships_orders === 1,
  offersPickup: row.offers_pickup === 1,
  countries: JSON.parse(row.countries),
  acceptsHazardous: row.accepts_hazardous === 1,
  acceptsOversize: row.accepts_oversize === 1,
  handlingPerParcelMinor: row.handling_per_parcel_minor,
  handlingPerUnitMinor: row.handling_per_unit_minor,
  priority: row.priority,
  active: row.active === 1,
});
