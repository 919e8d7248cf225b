/** The table of carriers' services. */
import type { CarrierService } from "../domain/carrier-service";

export type CarrierServiceRow = {
  id: string;
  carrier: string;
  service: string;
  name: string;
  active: number;
  volume_divisor: number | null;
  location_ids: string;
  zones: string;
};

/** Creates or replaces the service. Returns whether it is new. */
export async function putCarrierService(
  db: D1Database,
  service: CarrierService,
  now: number,
): Promise<boolean> {
  const row = await db
    .prepare(
      `INSERT INTO carrier_services (id, carrier, service, name, active, volume_divisor, location_ids, zones,
         created_at, updated_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
       ON CONFLICT (id) DO UPDATE SET carrier = excluded.carrier, service = excluded.service,
         name = excluded.name, active = excluded.active, volume_divisor = excluded.volume_divisor,
         location_ids = excluded.location_ids, zones = excluded.zones,
         updated_at = max(excluded.updated_at, carrier_services.created_at + 1)
       RETURNING created_at = updated_at AS created`,
    )
    .bind(
      service.id,
      service.carrier,
      service.service,
      service.name,
      service.active ? 1 : 0,
      service.volumeDivisor,
      JSON.stringify(service.locationIds),
      JSON.stringify(service.zones),
      now,
    )
    .first<{ created: number }>();
  return row?.created === 1;
}

export async function carrierServiceById(db: D1Database, id: string): Promise<CarrierService | null> {
  const sql = "SELECT * FROM carrier_services WHERE id = ?1";
  const row = await db.prepare(sql).bind(id).first<CarrierServiceRow>();
  return row ? carrierServiceOf(row) : null;
}

/** Services by id, after the given one. */
export async function carrierServicesAfter(
  db: D1Database,
  after: string,
  limit: number,
): Promise<CarrierService[]> {
  const sql = "SELECT * FROM carrier_services WHERE id > ?1 ORDER BY id LIMIT ?2";
  const { results } = await db.prepare(sql).bind(after, limit).all<CarrierServiceRow>();
  return results.map(carrierServiceOf);
}

export const carrierServiceOf = (row: CarrierServiceRow): CarrierService => ({
  id: row.id,
  carrier: row.carrier,
  service: row.service,
  name: row.name,
  active: row.active === 1,
  volumeDivisor: row.volume_divisor,
  locationIds: JSON.parse(row.location_ids),
  zones: JSON.parse(row.zones),
});
