/**
 * Channels and locations, which every order needs: read together in one round, and kept in the isolate for
 * five seconds. The isolate that changes one reads them anew at once.
 */
import type { Channel, Location } from "../domain/reference";
import { channelOf, type ChannelRow } from "./channels";
import { locationOf, type LocationRow } from "./locations";

export type ReferenceData = Readonly<{
  channels: ReadonlyMap<string, Channel>;
  locations: ReadonlyMap<string, Location>;
}>;

export type ReferenceCache = Readonly<{
  read: (db: D1Database, now: number) => Promise<ReferenceData>;
  forget: () => void;
}>;

const KEPT_FOR_MS = 5_000;

/** Keeps values, never promises: a Worker's request must not wait on the I/O of another. */
export function createReferenceCache(): ReferenceCache {
  let kept: { data: ReferenceData; until: number } | null = null;
  return {
    read: async (db, now) => {
      if (kept && kept.until > now && kept.until <= now + KEPT_FOR_MS) return kept.data;
      const data = await loadReference(db);
      kept = { data, until: now + KEPT_FOR_MS };
      return data;
    },
    forget: () => {
      kept = null;
    },
  };
}

const isolateCache = createReferenceCache();

/** Channels and locations, as of at most five seconds ago. */
export const cachedReference = isolateCache.read;

/** To be called after a channel or a location is written. */
export const forgetReference = isolateCache.forget;

async function loadReference(db: D1Database): Promise<ReferenceData> {
  const [channels, locations] = (await db.batch([
    db.prepare("SELECT * FROM channels ORDER BY id"),
    db.prepare("SELECT * FROM locations ORDER BY id"),
  ])) as [D1Result<ChannelRow>, D1Result<LocationRow>];
  return {
    channels: new Map(channels.results.map((row) => [row.id, channelOf(row)])),
    locations: new Map(locations.results.map((row) => [row.id, locationOf(row)])),
  };
}
