/** Lost movements that no holding of the SKU names: the line's holding was folded, or it never had one. Pure. */
import type { JournaledHolding } from "../../inventory/domain/journal";
import { derivedId, type OrderId } from "../../kernel/ids";
import { undoEffect, undoRef, type OrderMovement, type UndoEffect } from "./compare-holdings";

/** Only returns: a shipment always has a holding. An effect that was applied before changes nothing. */
export const undoWithoutHolding = (
  movements: ReadonlyMap<string, OrderMovement>,
  holdings: readonly JournaledHolding[],
  now: number,
): UndoEffect[] => {
  const named = new Set(holdings.flatMap(({ refs }) => refs));
  return [...movements].flatMap(([ref, movement]) => {
    const orderId = ref.slice(0, ref.indexOf("/")) as OrderId;
    if (movement.kind !== "restock" || named.has(ref) || named.has(undoRef(ref))) return [];
    return [undoEffect(ref, movement, { orderId, lineId: derivedId("line", orderId, ref), now })];
  });
};
