/** Which units of a fulfillment go into a parcel. A unit is in one parcel at most. */
import { accept, reject, type Result } from "../../kernel/result";
import { isBeingPrepared, unshippedLines } from "../../orders/domain/fulfillments/fulfillment";
import type { FulfillmentRejection } from "../../orders/domain/fulfillments/rejections";
import type { Order } from "../../orders/domain/order";
import { sumPerLine, type UnitsOfLine } from "../../orders/domain/order-line";
import { isLive, type Label } from "./label";

export type ParcelUnitsRejection = Extract<
  FulfillmentRejection,
  {
    code: "fulfillment_unknown" | "fulfillment_not_open" | "order_on_hold" | "quantity_not_in_fulfillment";
  }
>;

export type WantedUnits = Readonly<{
  fulfillmentId: string;
  /** The parcel's own labels do not count: they are of the same units. */
  shipmentId: string;
  lines: "all" | readonly UnitsOfLine[];
}>;

/** The parcel's units: those that are wanted, or all that are neither shipped nor in another parcel with a label. */
export function decideParcelUnits(
  order: Order,
  labels: readonly Label[],
  { fulfillmentId, shipmentId, lines }: WantedUnits,
): Result<UnitsOfLine[], ParcelUnitsRejection> {
  const fulfillment = order.fulfillments.find(({ id }) => id === fulfillmentId);
  if (!fulfillment) return reject({ code: "fulfillment_unknown", fulfillmentId });
  const { id, status } = fulfillment;
  if (!isBeingPrepared(fulfillment))
    return reject({ code: "fulfillment_not_open", fulfillmentId: id, status });
  if (order.holds.length > 0)
    return reject({ code: "order_on_hold", holds: order.holds.map(({ code }) => code) });
  const elsewhere = labels
    .filter((label) => isLive(label) && label.state !== "used" && label.shipmentId !== shipmentId)
    .filter((label) => label.fulfillmentId === id)
    .flatMap((label) => label.request.parcel.lines);
  const free = freeUnits(unshippedLines(fulfillment), elsewhere);
  const wanted = lines === "all" ? free : sumPerLine(lines);
  for (const { lineId, quantity } of wanted) {
    const open = free.find((each) => each.lineId === lineId)?.quantity ?? 0;
    if (quantity > open) return reject({ code: "quantity_not_in_fulfillment", lineId, open, quantity });
  }
  if (wanted.length > 0) return accept(wanted);
  // Every unit is in a parcel already.
  const lineId = fulfillment.lines[0]?.lineId ?? "";
  return reject({ code: "quantity_not_in_fulfillment", lineId, open: 0, quantity: 1 });
}

const freeUnits = (open: readonly UnitsOfLine[], taken: readonly UnitsOfLine[]): UnitsOfLine[] =>
  open.flatMap(({ lineId, quantity }) => {
    const used = taken.filter((each) => each.lineId === lineId).reduce((sum, each) => sum + each.quantity, 0);
    return quantity > used ? [{ lineId, quantity: quantity - used }] : [];
  });
