/** Counts a receipt as part of its inbound. */
import type { InventoryContext } from "./context";
import { countReceipt } from "./storage/inbound";

/**
 * Counts the receipt once for each `ref`; a receipt without inbound counts nothing. Called after the receipt, and again
 * by the consumer of its stock event, in case the first call failed.
 */
export async function countInboundReceipt(
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
  const inbound = await countReceipt(context.databases.primary, receipt);
  if (inbound) context.publishInboundChange({ sku: inbound.sku, updatedAt: inbound.updatedAt });
}
