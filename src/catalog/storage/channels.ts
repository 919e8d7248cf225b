/**
 * The storefronts we take orders from. Their webhook secrets and the connection to their API are sealed where
 * they are stored, and opened only where a signature is verified or the API called.
 */
import { DEFAULT_SOURCING_RULES, type Channel } from "../domain/channel";
import { createIsolateCache } from "../../platform/d1/isolate-cache";
import { open, seal } from "./secrets";

export type ChannelRow = {
  id: string;
  name: string;
  kind: string;
  currency: string;
  location_ids: string;
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

/** A channel with what may be told of its secrets, newest first, and of its connection: when each was set. */
export type ChannelWithSecretTimes = Channel &
  Readonly<{ secretsSetAt: readonly number[]; connectionSetAt: number | null }>;

/** What it takes to open a secret; a command's context has it. */
export type SecretsAccess = Readonly<{
  databases: Readonly<{ primary: D1Database }>;
  config: Readonly<{ secretsEncryptionKey: string }>;
  now: () => number;
}>;

/** What is written of a channel that may be left as it is: undefined leaves it, null takes it away. */
export type ChannelSecrets = Readonly<{
  secrets: readonly string[] | undefined;
  connection: unknown;
}>;

const kept = createIsolateCache<readonly string[]>();
const keptConnections = createIsolateCache<StoredConnection | null>();

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

/** How a storefront's API is called, as it was written: the storefront's adapter reads it. */
export type StoredConnection = Readonly<{ kind: string; connection: unknown }>;

/**
 * How the channel's own API is called, in clear, as of at most five seconds ago, or as last known while the database
 * is away. Null for a channel that nobody has connected.
 */
export const storedConnection = (
  access: SecretsAccess,
  channelId: string,
): Promise<StoredConnection | null> =>
  keptConnections.read(channelId, access.now(), async () => {
    const row = await access.databases.primary
      .prepare("SELECT kind, connection FROM channels WHERE id = ?1")
      .bind(channelId)
      .first<Pick<ChannelRow, "kind" | "connection">>();
    if (!row?.connection) return null;
    const { sealed }: SealedSecret = JSON.parse(row.connection);
    const key = access.config.secretsEncryptionKey;
    return { kind: row.kind, connection: JSON.parse(await open(key, connectionOwner(channelId), sealed)) };
  });

/** Other than the webhook secrets' owner, so that neither opens in the other's place. */
const connectionOwner = (channelId: string): string => `${channelId}/connection`;

/** Writes the whole channel. A connection does not outlive its channel's kind. True where it is new. */
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
         active, secrets, stock_buffer, countries, sourcing, connection, created_at, updated_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, coalesce(?9, '[]'), ?10, ?11, ?12, ?13, ?15, ?15)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind,
         currency = excluded.currency, location_ids = excluded.location_ids,
         shortage_policy = excluded.shortage_policy, grace_period_minutes = excluded.grace_period_minutes,
         active = excluded.active, secrets = coalesce(?9, channels.secrets),
         stock_buffer = excluded.stock_buffer, countries = excluded.countries, sourcing = excluded.sourcing,
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
    )
    .first<{ created: number }>();
  kept.forget(channel.id);
  keptConnections.forget(channel.id);
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
  sourcing: { ...DEFAULT_SOURCING_RULES, ...JSON.parse(row.sourcing) },
  active: row.active === 1,
});

const sealedOf = (row: Pick<ChannelRow, "secrets">): readonly SealedSecret[] => JSON.parse(row.secrets);

const withSecretTimes = (row: ChannelRow): ChannelWithSecretTimes => ({
  ...channelOf(row),
  secretsSetAt: sealedOf(row).map(({ setAt }) => setAt),
  connectionSetAt: row.connection === null ? null : (JSON.parse(row.connection) as SealedSecret).setAt,
});
