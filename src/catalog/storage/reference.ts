/**
 * The reference data: channels, locations and carriers' services, read in one round trip and cached in the isolate
 * for five seconds. The isolate that writes one of them reads them again at once.
 */
import type { Reference } from "../domain/reference";
import { carrierServiceOf, type CarrierServiceRow } from "./carrier-services";
import { channelOf, type ChannelRow } from "./channels";
import { createIsolateCache } from "../../platform/d1/isolate-cache";
import { locationOf, type LocationRow } from "./locations";

const kept = createIsolateCache<Reference>();

/** At most five seconds old; while the database is away, as last read. */
export const cachedReference = (db: D1Database, now: number): Promise<Reference> =>
  kept.read("all", now, () => loadReference(db));

/** Call this after a channel, a location or a carrier service was written. */
export const forgetReference = (): void => kept.forget("all");

async function loadReference(db: D1Database): Promise<Reference> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- D1 gives all results of a batch one type.
  const [channels, locations, services] = (await db.batch([
    db.prepare("SELECT * FROM channels ORDER BY id"),
    db.prepare("SELECT * FROM locations ORDER BY id"),
    db.prepare("SELECT * FROM carrier_services ORDER BY id"),
  ])) as [D1Result<ChannelRow>, D1Result<LocationRow>, D1Result<CarrierServiceRow>];
  return {
    channels: new Map(channels.results.map((row) => [row.id, channelOf(row)])),
    connected: new Set(
      channels.results.flatMap(({ id, connection, active }) =>
        connection === null || active === 0 ? [] : [id],
      ),
    ),
    locations: new Map(locations.results.map((row) => [row.id, locationOf(row)])),
    carrierServices: services.results.map(carrierServiceOf),
  };
}
