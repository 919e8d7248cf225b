/** Writing a channel: the whole of it, but for its webhook secrets, which stay where none are given. */
import type { Context } from "../context";
import type { Channel } from "../domain/reference";
import { accept, reject, type Result } from "../domain/result";
import { putChannel as writeChannel } from "../storage/channels";
import { forgetReference } from "../storage/reference";
import { invalidRequest, unknownLocations, type InvalidRequest } from "./field-errors";

/** `secrets`, newest first, take the place of all before them; null leaves them. Answers whether it is new. */
export async function putChannel(
  context: Context,
  channel: Channel,
  secrets: readonly string[] | null,
): Promise<Result<boolean, InvalidRequest>> {
  const { locations } = await context.reference();
  const named = channel.locationIds.map((locationId, i) => ({ path: `locationIds.${i}`, locationId }));
  const errors = unknownLocations(named, locations);
  if (errors.length > 0) return reject(invalidRequest(errors));

  const created = await writeChannel(context, channel, secrets);
  forgetReference();
  return accept(created);
}
