/** How the API of a channel's storefront is called. */
import { storedConnection, type SecretsAccess } from "../catalog/channels";
import { parseConnection, type ChannelConnection, type ConnectionInput } from "./domain/channel-connection";

type Environment = Readonly<{ config: Readonly<{ environment: string }> }>;

/**
 * As of at most five seconds ago, or as last known while the database is away. Null for a channel that nobody has
 * connected. @throws for a connection that this deployment may not use.
 */
export async function channelConnection(
  context: SecretsAccess & Environment,
  channelId: string,
): Promise<ChannelConnection | null> {
  const stored = await storedConnection(context, channelId);
  if (!stored) return null;
  const input = stored.connection as ConnectionInput;
  const connection = parseConnection(stored.kind, input, { loopback: allowsLoopback(context) });
  if (!connection.ok) throw new Error(`the connection of channel ${channelId} may not be used here`);
  return connection.value;
}

/** A storefront's API may be on this machine in development only. */
export const allowsLoopback = ({ config }: Environment): boolean => config.environment !== "production";
