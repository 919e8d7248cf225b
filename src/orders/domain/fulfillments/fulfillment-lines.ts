/** The units that fulfillments are planned with: put together, and counted. */
import type { LineId } from "../../../kernel/ids";
import type { PlannedFulfillment } from "../order-events";
import type { Fulfillment } from "../order";

/** A part as it is before anything of it has happened. */
export const newlyPlanned = (part: PlannedFulfillment): Fulfillment => ({
  ...part,
  lines: part.lines.map((line) => ({ ...line, shipped: 0 })),
  status: "planned",
  releasedAt: null,
  reason: null,
  shipByOn: null,
  lateAt: null,
  pendingMoves: 0,
});

export function merged(into: Fulfillment["lines"], added: Fulfillment["lines"]): Fulfillment["lines"] {
  const kept = into.map((line) => {
    const more = added.find(({ lineId }) => lineId === line.lineId);
    return more ? { ...line, quantity: line.quantity + more.quantity } : line;
  });
  return [...kept, ...added.filter(({ lineId }) => !into.some((line) => line.lineId === lineId))];
}

export const unitsFor = (planned: readonly PlannedFulfillment[], lineId: LineId): number =>
  planned
    .flatMap((part) => part.lines)
    .filter((line) => line.lineId === lineId)
    .reduce((sum, { quantity }) => sum + quantity, 0);
