/** The API of a channel's storefront, as the channel is connected to it. */
import { storedConnection, type SecretsAccess } from "../catalog/channels";
import type { ChannelsContext } from "./context";
import type { ConnectionInput } from "./domain/connection-rules";
import type { StorefrontApi } from "./storefront-api";

type Environment = Readonly<{ config: Readonly<{ environment: string }> }>;

/**
 * Null if the channel is not connected or not active. The connection is at most five seconds old, or the last known one
 * while the database does not answer. @throws if this deployment may not use the connection.
 */
export async function channelApi(
  context: SecretsAccess & Environment & Pick<ChannelsContext, "storefronts">,
  channelId: string,
): Promise<StorefrontApi | null> {
  const stored = await storedConnection(context, channelId);
  if (!stored) return null;
  const input = stored.connection as ConnectionInput;
  const api = context.storefronts.connect(stored.kind, input, { loopback: allowsLoopback(context) });
  if (!api.ok) throw new Error(`the connection of channel ${channelId} may not be used here`);
  return api.value;
}

/** A storefront's API may be on this machine in development only. */
export const allowsLoopback = ({ config }: Environment): boolean => config.environment !== "production";
