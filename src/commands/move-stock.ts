/** What staff does to stock: receiving, adjusting and counting it, and keeping some of it back. */
import type { Context } from "../context";
import { idFromBytes } from "../domain/ids";
import { reject, type Result } from "../domain/result";
import type {
  AdjustmentReason,
  StockOperation,
  StockOperationRejection,
  StockSnapshot,
} from "../domain/stock";
import { invalidRequest, unknownLocations, type InvalidRequest } from "./field-errors";

export type StockMove = Readonly<
  | { type: "receive"; locationId: string; quantity: number }
  | { type: "adjust"; locationId: string; quantity: number; reason: AdjustmentReason }
  | { type: "count"; locationId: string; counted: number }
>;

export type StockMoved = Readonly<{ ref: string; stock: StockSnapshot }>;

/**
 * Moves stock of the SKU, once for each reference: a repeat changes nothing and is accepted. Without a
 * reference each call is a movement of its own.
 */
export async function moveStock(
  context: Context,
  sku: string,
  move: StockMove,
  ref: string | null,
): Promise<Result<StockMoved, StockOperationRejection | InvalidRequest>> {
  const unknown = await unknownLocation(context, move.locationId);
  if (unknown) return reject(unknown);

  const operation: StockOperation = {
    ...move,
    ref: ref ?? idFromBytes("mov", context.randomBytes(17)),
    at: context.now(),
    by: context.actor,
  };
  const moved = await context.inventory.operate(sku, operation);
  return moved.ok ? { ok: true, value: { ref: operation.ref, stock: moved.value } } : moved;
}

/** Sets how many units at the location are kept back from being promised. */
export async function setSafetyStock(
  context: Context,
  sku: string,
  { locationId, quantity }: Readonly<{ locationId: string; quantity: number }>,
): Promise<Result<null, Readonly<{ code: "unknown_sku"; sku: string }> | InvalidRequest>> {
  const unknown = await unknownLocation(context, locationId);
  if (unknown) return reject(unknown);
  return context.inventory.setSafetyStock(sku, locationId, quantity);
}

async function unknownLocation(context: Context, locationId: string): Promise<InvalidRequest | null> {
  const { locations } = await context.reference();
  const errors = unknownLocations([{ path: "locationId", locationId }], locations);
  return errors.length > 0 ? invalidRequest(errors) : null;
}
