/**
 * Writing what is expected at a location, and taking it back. Whoever waits for the SKU is promised anew right
 * after the answer; what that does not reach, the hourly look does.
 */
import type { InventoryContext } from "./context";
import { accept, reject, type Result } from "../kernel/result";
import {
  cancelInbound as writeCancelled,
  inboundById,
  putInbound as writeInbound,
  type InboundToWrite,
  type StoredInbound,
} from "./storage/inbound";
import { skuById } from "../catalog/skus";
import { invalidRequest, type FieldError, type InvalidRequest } from "../kernel/field-errors";
import { unknownLocations } from "../catalog/unknown-locations";

/** An inbound stays of its SKU and its location, since some of it may have been received. */
export async function putInbound(
  context: InventoryContext,
  inbound: InboundToWrite,
): Promise<Result<Readonly<{ inbound: StoredInbound; created: boolean }>, InvalidRequest>> {
  const db = context.databases.primary;
  const [{ locations }, known, sku] = await Promise.all([
    context.reference(),
    inboundById(db, inbound.id),
    skuById(db, inbound.sku),
  ]);
  const errors = [
    ...unknownLocations([{ path: "locationId", locationId: inbound.locationId }], locations),
    ...(sku ? [] : [{ path: "sku", message: `there is no SKU ${inbound.sku}` }]),
    ...(known ? otherThan(known, inbound) : []),
  ];
  if (errors.length > 0) return reject(invalidRequest(errors));
  const written = await writeInbound(db, inbound, context.now());
  publish(context, written.inbound);
  return accept(written);
}

const otherThan = (known: StoredInbound, { sku, locationId }: InboundToWrite): FieldError[] => [
  ...(known.sku === sku ? [] : [{ path: "sku", message: `is ${known.sku} of this inbound` }]),
  ...(known.locationId === locationId
    ? []
    : [{ path: "locationId", message: `is ${known.locationId} of this inbound` }]),
];

/** Nothing more is expected of it; what has come stays. Repeated it changes nothing. */
export async function cancelInbound(
  context: InventoryContext,
  id: string,
): Promise<Result<StoredInbound, Readonly<{ code: "not_found" }>>> {
  const cancelled = await writeCancelled(context.databases.primary, id, context.now());
  if (!cancelled) return reject({ code: "not_found" });
  publish(context, cancelled);
  return accept(cancelled);
}

const publish = (context: InventoryContext, { sku, updatedAt }: StoredInbound): void =>
  context.publishInboundChange({ sku, updatedAt });
