/** Input that names locations which do not exist. */
import type { FieldError } from "../kernel/field-errors";

/** An error for each location that does not exist, at its path. */
export const unknownLocations = (
  named: readonly Readonly<{ path: string; locationId: string }>[],
  locations: ReadonlyMap<string, unknown>,
): FieldError[] =>
  named
    .filter(({ locationId }) => !locations.has(locationId))
    .map(({ path, locationId }) => ({ path, message: `there is no location ${locationId}` }));
