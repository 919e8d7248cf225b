/** Shipping units of a fulfillment as one parcel. */
import { derivedId, type FulfillmentId, type ShipmentId } from "../../../kernel/ids";
import { invariant } from "../../../kernel/invariant";
import { accept, reject } from "../../../kernel/result";
import type { EventOf } from "../order-events";
import { lineOf, type Order } from "../order";
import { amountsOfUnits, sumPerLine, type UnitsOfLine } from "../order-line";
import { isBeingPrepared, unshippedLines, unshippedUnits, type Fulfillment } from "./fulfillment";
import type { FulfillmentDecision } from "./rejections";

export type Parcel = Readonly<{
  carrier: string | null;
  service: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  /** Identifies the parcel: the caller's key, so that a repeat is the same shipment. */
  reference: string;
}>;

export const NO_CARRIER = { carrier: null, service: null, trackingNumber: null, trackingUrl: null };

export type ShipRequest = Readonly<{
  fulfillmentId: FulfillmentId;
  /** Every unit left in it, or these. */
  units: "all" | readonly UnitsOfLine[];
  parcel: Parcel;
  /** By a vendor, from its own stock. */
  dropShipped?: boolean;
  now: number;
}>;

/**
 * A repeat of the same parcel changes nothing. One that names other units than were shipped in it is rejected.
 *
 * @throws InvariantViolation for a parcel without units.
 */
export function decideShip(order: Order, request: ShipRequest): FulfillmentDecision {
  const { fulfillmentId, units, parcel } = request;
  const fulfillment = order.fulfillments.find(({ id }) => id === fulfillmentId);
  if (!fulfillment) return reject({ code: "fulfillment_unknown", fulfillmentId });
  const shipmentId = shipmentIdOf(order, fulfillmentId, parcel.reference);
  const shipped = order.shipments.find(({ id }) => id === shipmentId);
  if (shipped) {
    return units === "all" || isSameUnits(units, shipped.lines)
      ? accept([])
      : reject({ code: "parcel_reused", shipmentId });
  }
  if (!isBeingPrepared(fulfillment)) {
    return reject({ code: "fulfillment_not_open", fulfillmentId, status: fulfillment.status });
  }
  if (order.holds.length > 0) return reject({ code: "order_on_hold", holds: order.holds.map((h) => h.code) });
  const requested = units === "all" ? unshippedLines(fulfillment) : sumPerLine(units);
  for (const { lineId, quantity } of requested) {
    const open = unshippedUnits(fulfillment, lineId);
    if (quantity > open || quantity < 1) {
      return reject({ code: "quantity_not_in_fulfillment", lineId, open, quantity });
    }
  }
  invariant(requested.length > 0, "a parcel has at least one unit");
  return accept([shipmentShipped(order, fulfillment, requested, request)]);
}

function isSameUnits(one: readonly UnitsOfLine[], other: readonly UnitsOfLine[]): boolean {
  const [a, b] = [sumPerLine(one), sumPerLine(other)];
  return (
    a.length === b.length &&
    a.every(({ lineId, quantity }) => b.some((each) => each.lineId === lineId && each.quantity === quantity))
  );
}

/** The same reference is the same shipment. */
export const shipmentIdOf = (order: Order, fulfillmentId: FulfillmentId, reference: string): ShipmentId =>
  derivedId("shp", order.id, fulfillmentId, reference);

type ShipmentDetails = Pick<ShipRequest, "parcel" | "dropShipped" | "now">;

/** The event of a shipment of the fulfillment's units. */
export function shipmentShipped(
  order: Order,
  fulfillment: Fulfillment,
  units: readonly UnitsOfLine[],
  { parcel, dropShipped, now: at }: ShipmentDetails,
): EventOf<"shipment.shipped"> {
  const { reference, ...label } = parcel;
  return {
    type: "shipment.shipped",
    shipmentId: shipmentIdOf(order, fulfillment.id, reference),
    fulfillmentId: fulfillment.id,
    locationId: fulfillment.locationId,
    ...label,
    at,
    ...(dropShipped ? { dropShipped } : {}),
    lines: units.map(({ lineId, quantity }) => {
      const line = lineOf(order, lineId);
      const { sku, unitCostMinor } = line;
      const amounts = amountsOfUnits(line, line.shipped, line.shipped + quantity);
      // Units that left no location of ours move no stock, and so no cost.
      const cost = fulfillment.locationId === null ? 0 : (unitCostMinor ?? 0);
      return { lineId, quantity, sku, unitCostMinor: cost, amounts };
    }),
  };
}
