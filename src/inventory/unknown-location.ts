/** Checks that a request names a location that exists. */
import type { InventoryContext } from "./context";
import { unknownLocations } from "../catalog/unknown-locations";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";

export async function unknownLocation(
  context: InventoryContext,
  locationId: string,
): Promise<InvalidRequest | null> {
  const { locations } = await context.reference();
  const errors = unknownLocations([{ path: "locationId", locationId }], locations);
  return errors.length > 0 ? invalidRequest(errors) : null;
}
