/** Sets how many units at a location are kept back, and never allocated. */
import type { InventoryContext } from "./context";
import { unknownLocation } from "./unknown-location";
import type { InvalidRequest } from "../kernel/field-errors";
import { reject, type Result } from "../kernel/result";

export async function setSafetyStock(
  context: InventoryContext,
  sku: string,
  { locationId, quantity }: Readonly<{ locationId: string; quantity: number }>,
): Promise<Result<null, Readonly<{ code: "unknown_sku"; sku: string }> | InvalidRequest>> {
  const unknown = await unknownLocation(context, locationId);
  if (unknown) return reject(unknown);
  return context.inventory.setSafetyStock(sku, locationId, quantity);
}
