/**
 * The table of channels. Webhook secrets and API connections are stored sealed. They are opened only to verify a
 * signature or to call the storefront's API.
 */
import { DEFAULT_SOURCING_RULES, type Channel } from "../domain/channel";
import { compositeKey } from "../../kernel/ids";
import { createIsolateCache } from "../../platform/d1/isolate-cache";
import { open, seal } from "./secrets";

export type ChannelRow = {
  id: string;
  name: string;
  kind: string;
  currency: string;
  location_ids: string;
  location_map: string;
  shortage_policy: Channel["shortagePolicy"];
  grace_period_minutes: number;
  stock_buffer: number;
  countries: string;
  sourcing: string;
  active: number;
  secrets: string;
  connection: string | null;
};

type SealedSecret = Readonly<{ sealed: string; setAt: number }>;

/** A channel with the times at which its secrets, newest first, and its connection were set. */
export type ChannelWithSecretTimes = Channel &
  Readonly<{ secretsSetAt: readonly number[]; connectionSetAt: number | null }>;

/** The part of a command's context that opens secrets. */
export type SecretsAccess = Readonly<{
  databases: Readonly<{ primary: D1Database }>;
  config: Readonly<{ secretsEncryptionKey: string }>;
  now: () => number;
}>;

/** Undefined leaves the stored value, null removes the connection. */
export type ChannelSecrets = Readonly<{
  secrets: readonly string[] | undefined;
  connection: unknown;
}>;

const cachedSecrets = createIsolateCache<readonly string[]>();
const cachedConnections = createIsolateCache<StoredConnection | null>();

/**
 * The channel's webhook secrets in clear text, newest first. They are at most five seconds old; while the database is
 * away, as last read.
 */
export const channelSecrets = (access: SecretsAccess, channelId: string): Promise<readonly string[]> =>
  cachedSecrets.read(channelId, access.now(), async () => {
    const row = await access.databases.primary
      .prepare("SELECT secrets FROM channels WHERE id = ?1")
      .bind(channelId)
      .first<{ secrets: string }>();
    const sealed = row ? sealedOf(row) : [];
    const key = access.config.secretsEncryptionKey;
    return Promise.all(sealed.map((secret) => open(key, channelId, secret.sealed)));
  });

/** A storefront's API connection as it was written. The storefront's adapter parses it. */
export type StoredConnection = Readonly<{ kind: string; connection: unknown }>;

/**
 * The channel's API connection in clear text; null if it has none, or is not active. It is at most five seconds old; while the database
 * is away, as last read.
 */
export const storedConnection = (
  access: SecretsAccess,
  channelId: string,
): Promise<StoredConnection | null> =>
  cachedConnections.read(channelId, access.now(), async () => {
    const row = await access.databases.primary
      .prepare("SELECT kind, connection FROM channels WHERE id = ?1 AND active = 1")
      .bind(channelId)
      .first<Pick<ChannelRow, "kind" | "connection">>();
    if (!row?.connection) return null;
    const { sealed }: SealedSecret = JSON.parse(row.connection);
    const key = access.config.secretsEncryptionKey;
    return { kind: row.kind, connection: JSON.parse(await open(key, connectionOwner(channelId), sealed)) };
  });

/** Not the owner of the webhook secrets, so that neither opens in place of the other. */
const connectionOwner = (channelId: string): string => compositeKey(channelId, "connection");

/** Creates or replaces the channel. A change of its kind removes its connection. Returns whether it is new. */
export async function putChannel(
  { databases, config, now }: SecretsAccess,
  channel: Channel,
  { secrets, connection }: ChannelSecrets,
): Promise<boolean> {
  const at = now();
  const sealed = async (owner: string, secret: string): Promise<SealedSecret> => ({
    sealed: await seal(config.secretsEncryptionKey, owner, secret),
    setAt: at,
  });
  const sealedSecrets = secrets && (await Promise.all(secrets.map((secret) => sealed(channel.id, secret))));
  const sealedConnection =
    connection && (await sealed(connectionOwner(channel.id), JSON.stringify(connection)));
  const row = await databases.primary
    .prepare(
      `INSERT INTO channels (id, name, kind, currency, location_ids, shortage_policy, grace_period_minutes,
         active, secrets, stock_buffer, countries, sourcing, connection, created_at, updated_at, location_map)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, coalesce(?9, '[]'), ?10, ?11, ?12, ?13, ?15, ?15, ?16)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind,
         currency = excluded.currency, location_ids = excluded.location_ids,
         shortage_policy = excluded.shortage_policy, grace_period_minutes = excluded.grace_period_minutes,
         active = excluded.active, secrets = coalesce(?9, channels.secrets),
         location_map = excluded.location_map, stock_buffer = excluded.stock_buffer, countries = excluded.countries, sourcing = excluded.sourcing,
         connection = iif(?14 AND channels.kind = excluded.kind, channels.connection, ?13),
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
      sealedSecrets ? JSON.stringify(sealedSecrets) : null,
      channel.stockBuffer,
      JSON.stringify(channel.countries),
      JSON.stringify(channel.sourcing),
      sealedConnection ? JSON.stringify(sealedConnection) : null,
      connection === undefined ? 1 : 0,
      at,
      JSON.stringify(channel.locationMap ?? {}),
    )
    .first<{ created: number }>();
  cachedSecrets.forget(channel.id);
  cachedConnections.forget(channel.id);
  return row?.created === 1;
}

/** Deletes the channel's secrets and its connection, and ends it: nobody can send callbacks to it, and none is fetched. */
export async function forgetChannelTrust(
  { databases, now }: Pick<SecretsAccess, "databases" | "now">,
  channelId: string,
): Promise<void> {
  await databases.primary
    .prepare(
      "UPDATE channels SET secrets = '[]', connection = NULL, active = 0, updated_at = ?2 WHERE id = ?1",
    )
    .bind(channelId, now())
    .run();
  cachedSecrets.forget(channelId);
  cachedConnections.forget(channelId);
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
  locationMap: JSON.parse(row.location_map),
  shortagePolicy: row.shortage_policy,
  gracePeriodMinutes: row.grace_period_minutes,
  stockBuffer: row.stock_buffer,
  countries: JSON.parse(row.countries),
  sourcing: { ...DEFAULT_SOURCING_RULES, ...JSON.parse(row.sourcing) },
  active: row.active === 1,
});

const sealedOf = (row: Pick<ChannelRow, "secrets">): readonly SealedSecret[] => JSON.parse(row.secrets);

const withSecretTimes = (row: ChannelRow): ChannelWithSecretTimes => ({
  ...channelOf(row),
  secretsSetAt: sealedOf(row).map(({ setAt }) => setAt),
  connectionSetAt: row.connection === null ? null : (JSON.parse(row.connection) as SealedSecret).setAt,
});
