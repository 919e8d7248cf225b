/** Locations that a storefront's fulfillments name: stock can leave only a location that exists. */
import type { FieldError } from "../../kernel/field-errors";
import type { NewFulfillment } from "./new-order";

/** An error for each fulfillment from a location that is not known. `path`: where the fulfillments are. */
export const unknownLocations = (
  fulfillments: readonly NewFulfillment[],
  known: ReadonlyMap<string, unknown>,
  path: string,
): FieldError[] =>
  fulfillments.flatMap(({ locationId }, i) =>
    locationId === null || known.has(locationId)
      ? []
      : [{ path: `${path}.${i}.locationId`, message: `${locationId} is not a location` }],
  );
