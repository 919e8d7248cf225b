/** Creates or replaces an inbound. The SKU's promises are updated after the answer, or by the hourly job. */
import type { InventoryContext } from "./context";
import {
  inboundById,
  putInbound as storeInbound,
  type InboundToWrite,
  type StoredInbound,
} from "./storage/inbound";
import { skuById } from "../catalog/skus";
import { unknownLocations } from "../catalog/unknown-locations";
import { invalidRequest, type FieldError, type InvalidRequest } from "../kernel/field-errors";
import { accept, reject, type Result } from "../kernel/result";

/** The SKU and the location of an inbound cannot change, since units may have been received. */
export async function putInbound(
  context: InventoryContext,
  inbound: InboundToWrite,
): Promise<Result<Readonly<{ inbound: StoredInbound; created: boolean }>, InvalidRequest>> {
  const db = context.databases.primary;
  const [{ locations }, stored, sku] = await Promise.all([
    context.reference(),
    inboundById(db, inbound.id),
    skuById(db, inbound.sku),
  ]);
  const errors = [
    ...unknownLocations([{ path: "locationId", locationId: inbound.locationId }], locations),
    ...(sku ? [] : [{ path: "sku", message: `there is no SKU ${inbound.sku}` }]),
    ...(stored ? changedFields(stored, inbound) : []),
  ];
  if (errors.length > 0) return reject(invalidRequest(errors));
  const written = await storeInbound(db, inbound, context.now());
  context.publishInboundChange({ sku: written.inbound.sku, updatedAt: written.inbound.updatedAt });
  return accept(written);
}

const changedFields = (stored: StoredInbound, { sku, locationId }: InboundToWrite): FieldError[] => [
  ...(stored.sku === sku ? [] : [{ path: "sku", message: `is ${stored.sku} of this inbound` }]),
  ...(stored.locationId === locationId
    ? []
    : [{ path: "locationId", message: `is ${stored.locationId} of this inbound` }]),
];
