/** Creates or replaces a location. */
import type { CatalogContext } from "./context";
import type { Location } from "./domain/location";
import { putLocation as writeLocation } from "./storage/locations";
import { forgetReference } from "./storage/reference";

/** Returns whether the location is new. */
export async function putLocation(context: CatalogContext, location: Location): Promise<boolean> {
  const created = await writeLocation(context.databases.primary, location, context.now());
  forgetReference();
  await context.publishCatalogChange({ type: "location", location });
  return created;
}
