/** Sets how many units at a location are kept back, and never allocated. */
import type { InventoryContext } from "./context";
import type { TooManyLocations } from "./domain/stock-operations";
import { ifKnownSku, type UnknownSku } from "./known-sku";
import { unknownLocation } from "./unknown-location";
import type { InvalidRequest } from "../kernel/field-errors";
import { reject, type Result } from "../kernel/result";

export async function setSafetyStock(
  context: InventoryContext,
  sku: string,
  { locationId, quantity }: Readonly<{ locationId: string; quantity: number }>,
): Promise<Result<null, UnknownSku | TooManyLocations | InvalidRequest>> {
  const unknown = await unknownLocation(context, locationId);
  if (unknown) return reject(unknown);
  const known = await ifKnownSku(context, sku);
  if (!known.ok) return known;
  return context.inventory.setSafetyStock(sku, locationId, quantity);
}
