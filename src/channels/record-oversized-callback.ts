/** Stores for staff that a callback was too large to be read. */
import type { ChannelsContext } from "./context";
import { inboxRow, inboxStatement } from "./storage/inbox";

/** An order of 500 lines, each with several taxes, has less than half of it. */
export const MAX_CALLBACK_BYTES = 4 * 1024 * 1024;

/**
 * At most one row an hour for a channel: the body was not read, so its signature is not known, and anybody could have
 * sent it. An unknown or inactive channel has no row. The nightly read-back fetches the order that the callback was
 * about, if the channel is connected.
 */
export async function recordOversizedCallback(
  context: ChannelsContext,
  channelId: string,
  headers: Headers,
): Promise<void> {
  const channel = (await context.reference()).channels.get(channelId);
  if (!channel?.active) return;
  const receivedAt = context.now();
  const { topic } = context.storefronts
    .adapterOf(channel.kind)
    .read({ headers, body: new Uint8Array() }, { channel, receivedAt });
  const hour = new Date(receivedAt).toISOString().slice(0, 13);
  const origin = { channelId, eventId: `too-large:${hour}`, topic, receivedAt };
  const length = headers.get("content-length");
  const size = length !== null && /^\d{1,15}$/.test(length) ? `${length} bytes` : "an unknown size";
  const problem = `a callback of ${size} is too large (more than ${MAX_CALLBACK_BYTES} bytes): it was not read, and its signature was not verified`;
  const row = inboxRow(origin, { outcome: "rejected", problem });
  await inboxStatement(context.databases.primary, row).run();
}
