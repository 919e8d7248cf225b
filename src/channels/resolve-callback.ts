/** Marks a rejected callback as resolved by staff: it is no longer an exception of the nightly close. */
import type { ChannelsContext } from "./context";
import { accept, reject, type Result } from "../kernel/result";
import { resolveCallback as resolve, type InboxRow, type RejectedCallback } from "./storage/inbox";

export async function resolveCallback(
  context: ChannelsContext,
  callback: Pick<InboxRow, "channelId" | "eventId">,
  note: string,
): Promise<Result<RejectedCallback, Readonly<{ code: "not_found" }>>> {
  const resolution = { at: context.now(), by: context.actor, note };
  const resolved = await resolve(context.databases.primary, callback, resolution);
  return resolved ? accept(resolved) : reject({ code: "not_found" });
}
