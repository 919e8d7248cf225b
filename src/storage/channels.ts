/**
 * The storefronts we take orders from. Their webhook secrets are sealed where they are stored, and opened
 * only where a signature is verified.
 */
import { USUAL_SOURCING, type Channel, type ChannelKind } from "../domain/reference";
import { createIsolateCache } from "./isolate-cache";
import { open, seal } from "./secrets";

export type ChannelRow = {
  id: string;
  name: string;
  kind: ChannelKind;
  currency: string;
  location_ids: string;
  shortage_policy: Channel["shortagePolicy"];
  grace_period_minutes: number;
  stock_buffer: number;
  countries: string;
  sourcing: string;
  active: number;
  secrets: string;
};

type SealedSecret = Readonly<{ sealed: string; setAt: number }>;

/** A channel with what may be told of its secrets: when each was set, newest first. */
export type ChannelWithSecretTimes = Channel & Readonly<{ secretsSetAt: readonly number[] }>;

/** What it takes to open a secret; a command's context has it. */
export type SecretsAccess = Readonly<{
  databases: Readonly<{ primary: D1Database }>;
  config: Readonly<{ secretsEncryptionKey: string }>;
  now: () => number;
}>;

const kept = createIsolateCache<readonly string[]>();

/**
 * The channel's live webhook secrets in clear, newest first, as of at most five seconds ago, or as last
 * known while the database is away.
 */
export const channelSecrets = (access: SecretsAccess, channelId: string): Promise<readonly string[]> =>
  kept.read(channelId, access.now(), async () => {
    const row = await access.databases.primary
      .prepare("SELECT secrets FROM channels WHERE id = ?1")
      .bind(channelId)
      .first<{ secrets: string }>();
    const sealed = row ? sealedOf(row) : [];
    const key = access.config.secretsEncryptionKey;
    return Promise.all(sealed.map((secret) => open(key, channelId, secret.sealed)));
  });

/** Writes the whole channel; secrets of null stay as they are. True where it is new. */
export async function putChannel(
  { databases, config, now }: SecretsAccess,
  channel: Channel,
  secrets: readonly string[] | null,
): Promise<boolean> {
  const at = now();
  const sealed =
    secrets &&
    (await Promise.all(
      secrets.map(async (secret): Promise<SealedSecret> => {
        return { sealed: await seal(config.secretsEncryptionKey, channel.id, secret), setAt: at };
      }),
    ));
  const row = await databases.primary
    .prepare(
      `INSERT INTO channels (id, name, kind, currency, location_ids, shortage_policy, grace_period_minutes,
         active, secrets, stock_buffer, countries, sourcing, created_at, updated_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, coalesce(?9, '[]'), ?10, ?11, ?12, ?13, ?13)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind,
         currency = excluded.currency, location_ids = excluded.location_ids,
         shortage_policy = excluded.shortage_policy, grace_period_minutes = excluded.grace_period_minutes,
         active = excluded.active, secrets = coalesce(?9, channels.secrets),
         stock_buffer = excluded.stock_buffer, countries = excluded.countries, sourcing = excluded.sourcing,
         updated_at = max(excluded.updated_at, channels.created_at + 1)
       RETURNING created_at = updated_at AS created`,
    )
    .bind(
      channel.id,
      channel.name,
      channel.kind,
      channel.currency,
      JSON.stringify(channel.locationIds),
      channel.shortagePolicy,
      channel.gracePeriodMinutes,
      channel.active ? 1 : 0,
      sealed && JSON.stringify(sealed),
      channel.stockBuffer,
      JSON.stringify(channel.countries),
      JSON.stringify(channel.sourcing),
      at,
    )
    .first<{ created: number }>();
  kept.forget(channel.id);
  return row?.created === 1;
}

export async function channelById(db: D1Database, id: string): Promise<ChannelWithSecretTimes | null> {
  const row = await db.prepare("SELECT * FROM channels WHERE id = ?1").bind(id).first<ChannelRow>();
  return row ? withSecretTimes(row) : null;
}

/** Channels by id, after the given one. */
export async function channelsAfter(
  db: D1Database,
  after: string,
  limit: number,
): Promise<ChannelWithSecretTimes[]> {
  const sql = "SELECT * FROM channels WHERE id > ?1 ORDER BY id LIMIT ?2";
  const { results } = await db.prepare(sql).bind(after, limit).all<ChannelRow>();
  return results.map(withSecretTimes);
}

export const channelOf = (row: ChannelRow): Channel => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  currency: row.currency,
  locationIds: JSON.parse(row.location_ids),
  shortagePolicy: row.shortage_policy,
  gracePeriodMinutes: row.grace_period_minutes,
  stockBuffer: row.stock_buffer,
  countries: JSON.parse(row.countries),
  sourcing: { ...USUAL_SOURCING, ...JSON.parse(row.sourcing) },
  active: row.active === 1,
});

const sealedOf = (row: Pick<ChannelRow, "secrets">): readonly SealedSecret[] => JSON.parse(row.secrets);

const withSecretTimes = (row: ChannelRow): ChannelWithSecretTimes => ({
  ...channelOf(row),
  secretsSetAt: sealedOf(row).map(({ setAt }) => setAt),
});
