/**
 * Writing a channel: the whole of it, but for its webhook secrets and the connection to its API, which stay
 * where none are given.
 */
import type { ChannelsContext } from "./context";
import { parseConnection, type ConnectionInput } from "./domain/channel-connection";
import type { Channel } from "../catalog/domain/reference";
import { accept, reject, type Result } from "../kernel/result";
import { forgetReference, putChannel as writeChannel, type ChannelSecrets } from "../catalog/channels";
import { allowsLoopback } from "./channel-connections";
import { forgetChannelStock } from "./storage/channel-stock";
import { requestChannelStockRefresh } from "./compare-channel-stock";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import { unknownLocations } from "../catalog/unknown-locations";

/**
 * Secrets, newest first, take the place of all before them. Answers whether it is new; rejects locations that
 * there are not, and a connection that its kind of storefront does not have or that we may not call.
 */
export async function putChannel(
  context: ChannelsContext,
  channel: Channel,
  secrets: ChannelSecrets & Readonly<{ connection: ConnectionInput | null | undefined }>,
): Promise<Result<boolean, InvalidRequest>> {
  const { locations } = await context.reference();
  const named = channel.locationIds.map((locationId, i) => ({ path: `locationIds.${i}`, locationId }));
  const { connection } = secrets;
  const parsed =
    connection && parseConnection(channel.kind, connection, { loopback: allowsLoopback(context) });
  const errors = [...unknownLocations(named, locations), ...(parsed && !parsed.ok ? parsed.rejection : [])];
  if (errors.length > 0) return reject(invalidRequest(errors));

  const created = await writeChannel(context, channel, secrets);
  forgetReference();
  // At another storefront nothing was told yet.
  if (connection !== undefined) await forgetChannelStock(context.databases.primary, [channel.id]);
  await requestChannelStockRefresh(context);
  return accept(created);
}
