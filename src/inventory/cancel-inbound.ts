/** Cancels an inbound: no more units are expected; received units stay received. */
import type { InventoryContext } from "./context";
import { cancelInbound as storeCancelled, type StoredInbound } from "./storage/inbound";
import { accept, reject, type Result } from "../kernel/result";

/** A repeat is accepted. */
export async function cancelInbound(
  context: InventoryContext,
  id: string,
): Promise<Result<StoredInbound, Readonly<{ code: "not_found" }>>> {
  const cancelled = await storeCancelled(context.databases.primary, id, context.now());
  if (!cancelled) return reject({ code: "not_found" });
  context.publishInboundChange({ sku: cancelled.sku, updatedAt: cancelled.updatedAt });
  return accept(cancelled);
}
