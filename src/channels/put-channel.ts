/** Writes a whole channel. Its webhook secrets and the connection to its API stay as they are if none are given. */
import {
  channelById,
  channelSecrets,
  forgetReference,
  putChannel as writeChannel,
  type ChannelSecrets,
} from "../catalog/channels";
import type { Channel } from "../catalog/domain/channel";
import { unknownLocations } from "../catalog/unknown-locations";
import { invalidRequest, type FieldError, type InvalidRequest } from "../kernel/field-errors";
import { accept, reject, type Result } from "../kernel/result";
import { allowsLoopback } from "./channel-api";
import type { ChannelsContext } from "./context";
import type { ConnectionInput } from "./domain/connection-rules";
import { requestChannelStockRefresh } from "./refresh-channel-stock";
import { forgetChannelStock } from "./storage/channel-stock";

type Trust = ChannelSecrets &
  Readonly<{
    connection: ConnectionInput | null | undefined;
    /** Whether the caller may decide whom the channel trusts: by its secrets, its connection and its kind. */
    mayChangeTrust: boolean;
  }>;

type PutRejection = InvalidRequest | Readonly<{ code: "forbidden"; scope: "admin" }>;

/**
 * Replaces all secrets, newest first. Returns whether the channel is new. Rejects locations that do not exist, and a
 * connection that the storefront does not have or that may not be called; and a change of trust that the caller may not
 * make.
 */
export async function putChannel(
  context: ChannelsContext,
  channel: Channel,
  { mayChangeTrust, ...trust }: Trust,
): Promise<Result<boolean, PutRejection>> {
  const { locations } = await context.reference();
  const named = [
    ...channel.locationIds.map((locationId, i) => ({ path: `locationIds.${i}`, locationId })),
    ...Object.entries(channel.locationMap ?? {}).map(([theirs, locationId]) => ({
      path: `locationMap.${theirs}`,
      locationId,
    })),
  ];
  const { connection } = trust;
  const api =
    connection &&
    context.storefronts.connect(channel.kind, connection, { loopback: allowsLoopback(context) });
  const errors = [
    ...unknownLocations(named, locations),
    ...(api && !api.ok ? api.rejection : []),
    ...(await secretErrors(context, channel, trust.secrets)),
  ];
  if (errors.length > 0) return reject(invalidRequest(errors));
  if (!mayChangeTrust && (await changesTrust(context, channel, trust))) {
    return reject({ code: "forbidden", scope: "admin" });
  }

  const created = await writeChannel(context, channel, trust);
  forgetReference();
  // Nothing has been pushed to another storefront yet.
  if (connection !== undefined) await forgetChannelStock(context.databases.primary, [channel.id]);
  await requestChannelStockRefresh(context);
  return accept(created);
}

/** The secrets that could never verify a callback of the channel's kind: those that are set, or those that would stay. */
async function secretErrors(
  context: ChannelsContext,
  { id, kind }: Channel,
  given: readonly string[] | undefined,
): Promise<readonly FieldError[]> {
  const { secretFault } = context.storefronts.adapterOf(kind);
  if (given !== undefined) {
    return given.flatMap((secret, i) => {
      const message = secretFault(secret);
      return message === null ? [] : [{ path: `secrets.${i}`, message }];
    });
  }
  const before = await channelById(context.databases.primary, id);
  if (before === null || before.kind === kind) return [];
  const stay = (await channelSecrets(context, id)).flatMap((secret) => secretFault(secret) ?? []);
  return stay.map((fault) => ({
    path: "secrets",
    message: `is needed: a stored one ${fault}, and could not verify callbacks of ${kind}`,
  }));
}

/** Another kind checks signatures in another way, and removes the connection. */
async function changesTrust(
  { databases }: ChannelsContext,
  { id, kind }: Channel,
  { secrets, connection }: Omit<Trust, "mayChangeTrust">,
): Promise<boolean> {
  if (secrets !== undefined || connection !== undefined) return true;
  const before = await channelById(databases.primary, id);
  return before !== null && before.kind !== kind;
}
