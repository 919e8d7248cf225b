/** Creates or replaces a carrier's service. */
import type { CatalogContext } from "./context";
import type { CarrierService } from "./domain/carrier-service";
import { accept, reject, type Result } from "../kernel/result";
import { putCarrierService as writeCarrierService } from "./storage/carrier-services";
import { forgetReference } from "./storage/reference";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import { unknownLocations } from "./unknown-locations";

/** Returns whether the service is new. It may name only locations that exist. */
export async function putCarrierService(
  context: CatalogContext,
  service: CarrierService,
): Promise<Result<boolean, InvalidRequest>> {
  const { locations } = await context.reference();
  const named = service.locationIds.map((locationId, i) => ({ path: `locationIds.${i}`, locationId }));
  const errors = unknownLocations(named, locations);
  if (errors.length > 0) return reject(invalidRequest(errors));

  const created = await writeCarrierService(context.databases.primary, service, context.now());
  forgetReference();
  return accept(created);
}
