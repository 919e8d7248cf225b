/**
 * Writing a channel: the whole of it, but for its webhook secrets and the connection to its API, which stay
 * where none are given.
 */
import type { Context } from "../platform/context";
import { parseConnection } from "./domain/channel-connection";
import type { Channel } from "../catalog/domain/reference";
import { accept, reject, type Result } from "../kernel/result";
import { allowsLoopback, putChannel as writeChannel, type ChannelSecrets } from "../catalog/storage/channels";
import { forgetChannelStock } from "./storage/channel-stock";
import { forgetReference } from "../catalog/storage/reference";
import { requestChannelStockRefresh } from "./compare-channel-stock";
import { invalidRequest, unknownLocations, type InvalidRequest } from "../kernel/field-errors";

/**
 * Secrets, newest first, take the place of all before them. Answers whether it is new; rejects locations that
 * there are not, and a connection that its kind of storefront does not have or that we may not call.
 */
export async function putChannel(
  context: Context,
  channel: Channel,
  secrets: ChannelSecrets,
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
