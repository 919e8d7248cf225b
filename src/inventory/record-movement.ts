/** What staff does to stock: receiving, adjusting and counting it, and keeping some of it back. */
import type { InventoryContext } from "./context";
import { idFromBytes } from "../kernel/ids";
import { reject, type Result } from "../kernel/result";
import type { AdjustmentReason, StockOperation, StockOperationRejection, StockReading } from "./domain/stock";
import { countReceipt, inboundById } from "./storage/inbound";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import { unknownLocations } from "../catalog/unknown-locations";

export type StockMove = Readonly<
  | { type: "receive"; locationId: string; quantity: number; inboundId?: string }
  | { type: "adjust"; locationId: string; quantity: number; reason: AdjustmentReason }
  | { type: "count"; locationId: string; counted: number }
>;

export type StockMoved = Readonly<{ ref: string; stock: StockReading }>;

/**
 * Moves stock of the SKU, once for each reference: a repeat changes nothing and is accepted. Without a
 * reference each call is a movement of its own.
 */
export async function moveStock(
  context: InventoryContext,
  sku: string,
  move: StockMove,
  ref: string | null,
): Promise<Result<StockMoved, StockOperationRejection | InvalidRequest>> {
  const unknown = (await unknownLocation(context, move.locationId)) ?? (await unexpected(context, sku, move));
  if (unknown) return reject(unknown);

  const { locations } = await context.reference();
  const operation: StockOperation = {
    ...move,
    vendorOwned: locations.get(move.locationId)?.kind === "vendor",
    ref: ref ?? idFromBytes("mov", context.randomBytes(17)),
    at: context.now(),
    by: context.actor,
  };
  const moved = await context.inventory.recordMovement(sku, operation);
  if (moved.ok && operation.type === "receive") await countExpected(context, operation);
  return moved.ok ? { ok: true, value: { ref: operation.ref, stock: moved.value } } : moved;
}

/**
 * Takes what was received off what is expected, once for each reference: right after the receipt, and again when
 * stock tells of it, in case the first did not come to that.
 */
export async function countExpected(
  context: InventoryContext,
  {
    ref,
    inboundId,
    quantity,
    at,
  }: Readonly<{ ref: string; inboundId?: string; quantity: number; at: number }>,
): Promise<void> {
  if (inboundId === undefined) return;
  const receipt = { inboundId, ref, quantity, at };
  const counted = await countReceipt(context.databases.primary, receipt);
  if (counted) context.publishInboundChange({ sku: counted.sku, updatedAt: counted.updatedAt });
}

/** A receipt names the inbound of its own SKU and location. */
async function unexpected(
  context: InventoryContext,
  sku: string,
  move: StockMove,
): Promise<InvalidRequest | null> {
  if (move.type !== "receive" || move.inboundId === undefined) return null;
  const path = "inboundId";
  const inbound = await inboundById(context.databases.primary, move.inboundId);
  if (!inbound) return invalidRequest([{ path, message: `there is no inbound ${move.inboundId}` }]);
  if (inbound.sku === sku && inbound.locationId === move.locationId) return null;
  return invalidRequest([{ path, message: `is of ${inbound.sku} at ${inbound.locationId}` }]);
}

/** Sets how many units at the location are kept back from being promised. */
export async function setSafetyStock(
  context: InventoryContext,
  sku: string,
  { locationId, quantity }: Readonly<{ locationId: string; quantity: number }>,
): Promise<Result<null, Readonly<{ code: "unknown_sku"; sku: string }> | InvalidRequest>> {
  const unknown = await unknownLocation(context, locationId);
  if (unknown) return reject(unknown);
  return context.inventory.setSafetyStock(sku, locationId, quantity);
}

async function unknownLocation(
  context: InventoryContext,
  locationId: string,
): Promise<InvalidRequest | null> {
  const { locations } = await context.reference();
  const errors = unknownLocations([{ path: "locationId", locationId }], locations);
  return errors.length > 0 ? invalidRequest(errors) : null;
}
