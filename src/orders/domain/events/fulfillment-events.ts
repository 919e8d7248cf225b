/** Events of fulfillments and their shipments. */
import type { FulfillmentId, ShipmentId } from "../../../kernel/ids";
import type { Amounts } from "../amounts";
import type { UnitsOfLine } from "../order-line";

/** `capacity`: the location has reached its limit for the day. `closed`: it ships nothing that day, or at all. */
export type PostponeReason = "capacity" | "closed";

export type FulfillmentEvent =
  | Readonly<{ type: "fulfillment.released"; fulfillmentId: FulfillmentId; at: number }>
  | Readonly<{
      type: "fulfillment.rejected";
      fulfillmentId: FulfillmentId;
      locationId: string;
      /** The units that it had not shipped. */
      units: readonly UnitsOfLine[];
      reason: string;
      note?: string | null;
      by: string;
    }>
  /** Its location is asked to stop: the storefront has changed what it is preparing. It answers with a rejection. */
  | Readonly<{ type: "fulfillment.stop_requested"; fulfillmentId: FulfillmentId; reason: string }>
  /** It may go on as it is. */
  | Readonly<{ type: "fulfillment.stop_withdrawn"; fulfillmentId: FulfillmentId }>
  | Readonly<{
      /** Its location cannot ship it yet: it is released later. */
      type: "fulfillment.postponed";
      fulfillmentId: FulfillmentId;
      releaseAt: number;
      reason: PostponeReason;
    }>
  | Readonly<{
      type: "fulfillment.scheduled";
      fulfillmentId: FulfillmentId;
      /** Null if its location does not work within two years. */
      shipByOn: string | null;
      /** When that day ends at the location. */
      lateAt: number | null;
    }>
  | Readonly<{
      type: "shipment.shipped";
      shipmentId: ShipmentId;
      fulfillmentId: FulfillmentId;
      locationId: string | null;
      carrier: string | null;
      service: string | null;
      trackingNumber: string | null;
      trackingUrl: string | null;
      /** The storefront's id, if it had the units sent. */
      externalId?: string;
      at: number;
      /** By a vendor, from stock that was never ours. */
      dropShipped?: boolean;
      lines: readonly (UnitsOfLine &
        Readonly<{ sku: string | null; unitCostMinor: number; amounts: Amounts }>)[];
    }>
  /** The storefront, which had the units sent, reports another id, carrier or tracking of the parcel than before. */
  | Readonly<{
      type: "shipment.tracking_changed";
      shipmentId: ShipmentId;
      externalId: string;
      carrier: string | null;
      trackingNumber: string | null;
      trackingUrl: string | null;
    }>
  | Readonly<{ type: "shipment.delivered"; shipmentId: ShipmentId; at: number }>;
