/** A fulfillment: the units of an order that one location is to ship, in one or more parcels (shipments). */
import type { FulfillmentId, LineId, ShipmentId } from "../../../kernel/ids";
import type { UnitsOfLine } from "../order-line";

export type FulfillmentStatus =
  | "planned"
  | "released"
  | "picked"
  | "packed"
  | "shipped"
  | "delivered"
  | "cancelled"
  | "rejected";

export type FulfillmentLine = Readonly<{ lineId: LineId; quantity: number; shipped: number }>;

export type Fulfillment = Readonly<{
  id: FulfillmentId;
  /** Null for lines that need no parcel. */
  locationId: string | null;
  /** The carrier service that its parcels are planned to go with; null if the plan named none. */
  serviceId: string | null;
  status: FulfillmentStatus;
  /** When it may be released, if nothing holds the order. */
  releaseAt: number;
  releasedAt: number | null;
  /** Why it was rejected or postponed. */
  reason: string | null;
  /** Why its location is asked to stop and give the units back; null if it is not. */
  stopReason: string | null;
  /** The day, local to the location, by which it is to leave; null until it is known. */
  shipByOn: string | null;
  /** When that day ends at the location. */
  lateAt: number | null;
  /** Moves that stock has not answered yet; the fulfillment is not released before. */
  pendingMoves: number;
  lines: readonly FulfillmentLine[];
}>;

/** A fulfillment before anything has happened to it. */
export type PlannedFulfillment = Pick<Fulfillment, "id" | "locationId" | "releaseAt"> &
  Readonly<{ serviceId?: string | null; lines: readonly UnitsOfLine[] }>;

export type FulfillmentLocation = Readonly<{ fulfillmentId: FulfillmentId; locationId: string }>;

export type Shipment = Readonly<{
  id: ShipmentId;
  fulfillmentId: FulfillmentId;
  locationId: string | null;
  /** The storefront's id, if it had the units sent from elsewhere; null for a shipment of ours. */
  externalId: string | null;
  carrier: string | null;
  service: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  shippedAt: number;
  deliveredAt: number | null;
  lines: readonly UnitsOfLine[];
}>;

/** Whether it has units to ship. */
export const isLive = ({ status }: Fulfillment): boolean =>
  status === "planned" || status === "released" || status === "picked" || status === "packed";

/** Whether its location is preparing it: it is released, and has units to ship. */
export const isBeingPrepared = (fulfillment: Fulfillment): boolean =>
  isLive(fulfillment) && fulfillment.status !== "planned";

/** The units it has not shipped, by line; lines with none are left out. */
export const unshippedLines = ({ lines }: Fulfillment): UnitsOfLine[] =>
  lines
    .map(({ lineId, quantity, shipped }) => ({ lineId, quantity: quantity - shipped }))
    .filter(({ quantity }) => quantity > 0);

/** The line's units that it has not shipped. */
export const unshippedUnits = (fulfillment: Fulfillment, lineId: LineId): number =>
  sumOfLine(unshippedLines(fulfillment), lineId);

/** The line's units in the planned fulfillments. */
export const plannedUnits = (planned: readonly PlannedFulfillment[], lineId: LineId): number =>
  sumOfLine(
    planned.flatMap(({ lines }) => lines),
    lineId,
  );

const sumOfLine = (units: readonly UnitsOfLine[], lineId: LineId): number =>
  units.filter((each) => each.lineId === lineId).reduce((sum, { quantity }) => sum + quantity, 0);
