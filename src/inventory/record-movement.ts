/** Records a receipt, an adjustment or a count of a SKU's stock. */
import type { InventoryContext } from "./context";
import { ifKnownSku } from "./known-sku";
import { countInboundReceipt } from "./count-inbound-receipt";
import type { AdjustmentReason, StockOperation, StockOperationRejection } from "./domain/stock-operations";
import type { StockReading } from "./domain/stock-reading";
import { movementRef, shownRef, type MovementIdentity } from "./domain/movement-ref";
import { inboundById } from "./storage/inbound";
import { unknownLocation } from "./unknown-location";
import { idFromBytes } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";

export type MovementRequest = Readonly<
  | { type: "receive"; locationId: string; quantity: number; inboundId?: string }
  | { type: "adjust"; locationId: string; quantity: number; reason: AdjustmentReason }
  | { type: "count"; locationId: string; counted: number }
>;

export type MovementRecorded = Readonly<{ ref: string; stock: StockReading }>;

/**
 * Records the movement once for each identity: a repeat is accepted, and changes nothing.
 * @param identity null: each call is a movement of its own.
 */
export async function recordMovement(
  context: InventoryContext,
  sku: string,
  request: MovementRequest,
  identity: MovementIdentity | null,
): Promise<Result<MovementRecorded, StockOperationRejection | InvalidRequest>> {
  const invalid =
    (await unknownLocation(context, request.locationId)) ?? (await wrongInbound(context, sku, request));
  if (invalid) return reject(invalid);
  const known = await ifKnownSku(context, sku);
  if (!known.ok) return known;

  const { locations } = await context.reference();
  const identified = identity ?? { id: idFromBytes("mov", context.randomBytes(17)) };
  const ref = shownRef(identified);
  const operation: StockOperation = {
    ...request,
    vendorOwned: locations.get(request.locationId)?.kind === "vendor",
    ref: movementRef(identified),
    at: context.now(),
    by: context.actor,
  };
  const recorded = await context.inventory.recordMovement(sku, operation);
  if (!recorded.ok) {
    const { rejection } = recorded;
    return reject(rejection.code === "ref_reused" ? { ...rejection, ref } : rejection);
  }
  if (operation.type === "receive") await countInboundReceipt(context, operation);
  return accept({ ref, stock: recorded.value });
}

/** The inbound of a receipt must have the receipt's SKU and location. */
async function wrongInbound(
  context: InventoryContext,
  sku: string,
  request: MovementRequest,
): Promise<InvalidRequest | null> {
  if (request.type !== "receive" || request.inboundId === undefined) return null;
  const path = "inboundId";
  const inbound = await inboundById(context.databases.primary, request.inboundId);
  if (!inbound) return invalidRequest([{ path, message: `there is no inbound ${request.inboundId}` }]);
  if (inbound.sku === sku && inbound.locationId === request.locationId) return null;
  return invalidRequest([{ path, message: `is for ${inbound.sku} at ${inbound.locationId}` }]);
}
