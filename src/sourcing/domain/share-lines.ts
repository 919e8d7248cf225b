/**
 * Shares a plan's units among the order's lines. Lines of one SKU share its units. A line keeps what it has allocated
 * at a location that the plan uses, so that as few allocations as possible move.
 */
import { invariant } from "../../kernel/invariant";
import type { SourcedParcel, SourcedUnits } from "./decision";

export type LineOfSku = Readonly<{ lineId: string; sku: string; quantity: number }>;

/** In the order of the lines, then of the parcels. If there are too few units, the last lines get fewer. */
export function shareAmongLines(
  lines: readonly LineOfSku[],
  parcels: readonly SourcedParcel[],
  held: readonly SourcedUnits[],
): SourcedUnits[] {
  const left = parcels.map(({ units }) => new Map(Object.entries(units)));
  const wanted = new Map(lines.map(({ lineId, quantity }) => [lineId, quantity]));
  const shared = new Map<string, number>();
  const give = ({ lineId, sku }: LineOfSku, parcel: number, most: number) => {
    const quantity = Math.min(most, wanted.get(lineId)!, left[parcel]!.get(sku) ?? 0);
    if (quantity <= 0) return;
    left[parcel]!.set(sku, left[parcel]!.get(sku)! - quantity);
    wanted.set(lineId, wanted.get(lineId)! - quantity);
    const key = `${parcel} ${lineId}`;
    shared.set(key, (shared.get(key) ?? 0) + quantity);
  };
  for (const line of lines) {
    for (const [parcel, { locationId }] of parcels.entries()) {
      const allocated = held.filter((each) => each.lineId === line.lineId && each.locationId === locationId);
      give(
        line,
        parcel,
        allocated.reduce((sum, { quantity }) => sum + quantity, 0),
      );
    }
  }
  for (const line of lines) {
    const whole = parcels.findIndex((_, i) => (left[i]!.get(line.sku) ?? 0) >= wanted.get(line.lineId)!);
    if (whole >= 0) give(line, whole, line.quantity);
    for (const parcel of parcels.keys()) give(line, parcel, line.quantity);
  }
  invariant(
    left.every((units) => [...units.values()].every((quantity) => quantity === 0)),
    "the lines receive all units of the parcels",
  );
  return lines.flatMap(({ lineId }) =>
    parcels.flatMap(({ locationId }, parcel) => {
      const quantity = shared.get(`${parcel} ${lineId}`) ?? 0;
      return quantity > 0 ? [{ lineId, locationId, quantity }] : [];
    }),
  );
}
