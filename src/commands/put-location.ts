/** Writing a location: the whole of it, new or not. */
import type { Context } from "../context";
import { refreshChannelStock } from "./compare-channel-stock";
import type { Location } from "../domain/reference";
import { putLocation as writeLocation } from "../storage/locations";
import { forgetReference } from "../storage/reference";

/** True where the location is new. */
export async function putLocation(context: Context, location: Location): Promise<boolean> {
  const created = await writeLocation(context.databases.primary, location, context.now());
  forgetReference();
  context.waitUntil(refreshChannelStock(context));
  return created;
}
