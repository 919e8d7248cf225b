/** Events that change where the units of a line are: sourced, allocated, backordered, cancelled, replanned. */
import type { FulfillmentId, LineId } from "../../../kernel/ids";
import type { FulfillmentLocation, PlannedFulfillment } from "../fulfillments/fulfillment";

/** Units that were cancelled before they shipped, by where they were. */
export type UnitsCancelled = Readonly<{
  lineId: LineId;
  unsourced: number;
  backordered: number;
  /** Units released at their locations. */
  allocated: readonly Readonly<{
    fulfillmentId: FulfillmentId;
    locationId: string | null;
    quantity: number;
  }>[];
  /** Units of a fee, which are in no fulfillment. */
  fees?: number;
}>;

/** Why a stored order is replanned. */
export type ReplanReason = "allocation_cut" | "rejected" | "capacity" | "closed" | "stock_arrived";

/**
 * Why an order releases units that stock gave it. `exceeds_order`: it was allocated more than its line orders.
 * `backorder_ended`: stock filled a backorder that the line does not have any more. `move_surplus`: stock moved units
 * that were shipped, cancelled or rejected meanwhile. `repair`: stock held more for it when both were compared.
 */
export type AllocationReleaseReason = "exceeds_order" | "backorder_ended" | "move_surplus" | "repair";

export type UnitEvent =
  | Readonly<{
      type: "units.cancelled";
      units: readonly UnitsCancelled[];
      reason: string;
      by: string;
      /** The storefront removed them, by an edit or with the whole order, and does not count them any more. */
      removed?: boolean;
    }>
  /** The storefront removed units that were cancelled here before, and does not count them any more either. */
  | Readonly<{ type: "units.removed_at_storefront"; lineId: LineId; quantity: number }>
  /** The storefront's line has another quantity now. Of all lines that the order has of it. */
  | Readonly<{ type: "line.storefront_quantity_changed"; externalLineId: string; quantity: number }>
  | Readonly<{
      type: "units.sourced";
      lineId: LineId;
      unitCostMinor: number | null;
      backordered: number;
      fulfillments: readonly PlannedFulfillment[];
    }>
  | Readonly<{
      /**
       * The storefront has units sent from another place than planned, or units that are not allocated: they join a
       * fulfillment of their own, which is shipped in the same commit. Or nothing ships for their line any more.
       */
      type: "units.sent_elsewhere";
      lineId: LineId;
      unsourced: number;
      backordered: number;
      from: readonly Readonly<{
        fulfillmentId: FulfillmentId;
        locationId: string | null;
        quantity: number;
      }>[];
      /** Null: no location of ours is known to have sent them. */
      to: Readonly<{ fulfillmentId: FulfillmentId; locationId: string | null }>;
      at: number;
    }>
  | Readonly<{
      type: "backorder.filled";
      lineId: LineId;
      locationId: string;
      quantity: number;
      fulfillmentId: FulfillmentId;
      releaseAt: number;
    }>
  | Readonly<{
      /** The line's backorder may be filled from these locations only, best first: stock did not know them yet. */
      type: "backorder.locations_changed";
      lineId: LineId;
      locations: readonly string[];
    }>
  | Readonly<{
      /** Allocated units were missing from stock: they are backordered. */
      type: "allocation.cut";
      lineId: LineId;
      fulfillmentId: FulfillmentId;
      locationId: string;
      quantity: number;
    }>
  | Readonly<{
      /** The order does not need units that stock holds for it. */
      type: "allocation.released";
      lineId: LineId;
      /** Null for units of a backorder. */
      locationId: string | null;
      quantity: number;
      reason: AllocationReleaseReason;
    }>
  | Readonly<{
      /**
       * Units are to ship from another location, or to be backordered if no location has them. Stock is to move their
       * allocation, and the fulfillment waits until stock answers.
       */
      type: "move.requested";
      lineId: LineId;
      quantity: number;
      from: FulfillmentLocation;
      /** Null to backorder them. */
      to: string | null;
      /** Units of the line at the same location that are released, and stay. */
      keep: number;
      /** Where the line may be given units from now on, best first. */
      locations: readonly string[];
      reason: ReplanReason;
    }>
  | Readonly<{
      /** Stock answered a requested move: units are planned at another location, or backordered. */
      type: "units.replanned";
      /** The fulfillment that requested the move. */
      requestedBy: FulfillmentId;
      lineId: LineId;
      /** Where they were planned, and how many of them were backordered instead. */
      from: readonly (FulfillmentLocation & Readonly<{ quantity: number }>)[];
      backordered: number;
      /** Null if they are backordered now, and if stock moved none. */
      to: (FulfillmentLocation & Readonly<{ releaseAt: number }>) | null;
    }>;
