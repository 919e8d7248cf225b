/**
 * What can happen to an order. Events are its history and its audit trail; each carries every amount that
 * its journal entry needs, so that postings are a function of the event alone. Types and fields may be
 * added, and never change in meaning.
 */
import type { FulfillmentId, LineId, ShipmentId } from "../../kernel/ids";
import type { Address } from "../../kernel/address";
import type { Amounts, Fulfillment, FulfillmentLine, Hold, HoldCode, OrderLine, UnitsOfLine } from "./order";
import type { LinePromise, MoveReason, PromisedDay } from "../../promises/domain/promise";
import type { SourcingDecision } from "../../sourcing/domain/decision";

export type PlannedFulfillment = Pick<Fulfillment, "id" | "locationId" | "releaseAt"> &
  Readonly<{ lines: readonly Omit<FulfillmentLine, "shipped">[] }>;

/**
 * What was earned. List and shipping are before discount and without tax; discount and tax are those of
 * both; cost is in the books' currency. list + shipping − discount + tax = from deposits + from receivable.
 */
export type Earned = Readonly<{
  listMinor: number;
  /** Of list, what gift cards were sold for: a liability, not revenue. */
  giftCardMinor: number;
  discountMinor: number;
  taxMinor: number;
  shippingMinor: number;
  fromDepositsMinor: number;
  fromReceivableMinor: number;
  costMinor: number;
}>;

/** What was taken off the order before it was sent. */
export type UnitsCancelled = Readonly<{
  lineId: LineId;
  unsourced: number;
  backordered: number;
  /** Units given back at their locations. */
  allocated: readonly Readonly<{
    fulfillmentId: FulfillmentId;
    locationId: string | null;
    quantity: number;
  }>[];
}>;

export type UnitsReturned = Readonly<{
  lineId: LineId;
  quantity: number;
  /** Where they are restocked; null when they are not. */
  restockLocationId: string | null;
}>;

export type PartLocation = Readonly<{ fulfillmentId: FulfillmentId; locationId: string }>;

/** Why an order that is stored is sourced again. */
export type ReplanReason = "allocation_cut" | "rejected" | "capacity" | "closed" | "stock_arrived";

/** `capacity`: the location sends all it can that day. `closed`: it sends nothing that day, or at all. */
export type PostponeReason = "capacity" | "closed";

export type OrderEvent =
  | Readonly<{
      type: "order.placed";
      channelId: string;
      externalId: string;
      number: string;
      currency: string;
      totalMinor: number;
      lines: readonly OrderLine[];
      fulfillments: readonly PlannedFulfillment[];
      holds: readonly Hold[];
      authorizedMinor: number;
    }>
  /** Where its units are sent from and why; told again when they are sourced anew. */
  | Readonly<{ type: "order.sourced"; decision: SourcingDecision }>
  | Readonly<{ type: "order.held"; hold: Hold }>
  /** `ended`: the reason is gone, rather than let go of; the same reason may come again. */
  | Readonly<{ type: "order.hold_released"; code: HoldCode; by: string; ended?: true }>
  | Readonly<{ type: "order.note_added"; text: string; by: string }>
  | Readonly<{
      type: "order.contact_changed";
      email: string | null;
      phone: string | null;
      customerName: string | null;
      shippingAddress: Address | null;
    }>
  | Readonly<{ type: "order.storefront_seen"; storefrontUpdatedAt: number }>
  | Readonly<{
      type: "order.lines_added";
      lines: readonly OrderLine[];
      fulfillments: readonly PlannedFulfillment[];
      totalMinor: number;
    }>
  | Readonly<{ type: "payment.authorized"; externalId: string; amountMinor: number; at: number }>
  | Readonly<{
      type: "payment.captured";
      externalId: string;
      amountMinor: number;
      at: number;
      toReceivableMinor: number;
      toDepositsMinor: number;
    }>
  /** Nothing is left to send that what is on deposit could pay for. */
  | Readonly<{ type: "deposit.owed_back"; amountMinor: number }>
  /** What was owed back pays for units that are sent and were not paid for: an edit had added them since. */
  | Readonly<{ type: "credit.applied"; amountMinor: number }>
  | Readonly<{
      type: "units.cancelled";
      units: readonly UnitsCancelled[];
      reason: string;
      by: string;
      /** Of shipping, tax included, given back with them. */
      shippingMinor: number;
      /** The worth of all of it, tax included, and how much of that had been paid: what we owe back. */
      worthMinor: number;
      refundDueMinor: number;
      /** The storefront took them off by an edit, and no longer counts them. */
      removed?: boolean;
      /** The rest of the shipping charge, when nothing is left to send and something was sent. */
      earned: Earned | null;
    }>
  /** The storefront took off units that had been cancelled here before, and no longer counts them either. */
  | Readonly<{ type: "removal.seen"; lineId: LineId; quantity: number }>
  | Readonly<{
      type: "refund.recorded";
      externalId: string;
      amountMinor: number;
      at: number;
      reason: string | null;
      /** The units the storefront named, whatever became of them here. */
      lines: readonly Readonly<{ externalLineId: string; quantity: number }>[];
      returned: readonly UnitsReturned[];
      /**
       * Of shipped units: what the sale had booked, taken back. Its worth is list + shipping − discount +
       * tax, and worth + from payable + from deposits + allowance = amount + fee + receivable reduced.
       */
      returnedListMinor: number;
      /** Of returned list, what gift cards had been sold for. */
      returnedGiftCardMinor?: number;
      returnedDiscountMinor: number;
      returnedTaxMinor: number;
      returnedShippingMinor: number;
      /** At standard cost, in the books' currency. */
      restockedCostMinor: number;
      /** How the amount was met beyond that worth: from what was owed back, what was paid too much, as an allowance. */
      fromPayableMinor: number;
      fromDepositsMinor?: number;
      allowanceMinor: number;
      /** What of the return's worth was kept: a restocking fee. Negative where it is paid back after all. */
      feeMinor: number;
      /** What of the return's worth had never been paid, and is no longer owed to us. */
      receivableReducedMinor: number;
      /** Of the shipping that was earned, tax included: what is earned no longer. */
      shippingTakenBackMinor: number;
    }>
  | Readonly<{ type: "line.sku_assigned"; lineId: LineId; sku: string }>
  | Readonly<{
      type: "units.sourced";
      lineId: LineId;
      unitCostMinor: number | null;
      backordered: number;
      fulfillments: readonly PlannedFulfillment[];
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
      type: "allocation.cut";
      lineId: LineId;
      fulfillmentId: FulfillmentId;
      locationId: string;
      quantity: number;
    }>
  | Readonly<{
      /** Stock filled units that the order no longer waits for: they are given back. */
      type: "allocation.released";
      lineId: LineId;
      /** Null: no longer owed as a backorder. */
      locationId: string | null;
      quantity: number;
    }>
  | Readonly<{ type: "fulfillment.released"; fulfillmentId: FulfillmentId; at: number }>
  | Readonly<{
      type: "fulfillment.rejected";
      fulfillmentId: FulfillmentId;
      locationId: string;
      /** What it had yet to send. */
      units: readonly UnitsOfLine[];
      reason: string;
      note?: string | null;
      by: string;
    }>
  | Readonly<{
      /**
       * Units are to be sent from elsewhere, or owed again where no location has them: stock is asked to move
       * their allocation, and the part waits for its answer.
       */
      type: "move.requested";
      lineId: LineId;
      quantity: number;
      from: PartLocation;
      to: string | null;
      /** Units of the line at the same location that are released, and stay. */
      keep: number;
      /** Where the line may be given units from now on, best first. */
      locations: readonly string[];
      reason: ReplanReason;
    }>
  | Readonly<{
      /** Stock's answer to the part that asked: units are planned at another location, or owed. */
      type: "units.replanned";
      asked: FulfillmentId;
      lineId: LineId;
      /** Where they were planned, and how many of them were owed instead. */
      from: readonly (PartLocation & Readonly<{ quantity: number }>)[];
      backordered: number;
      /** Null where they are owed now, and where none has moved. */
      to: (PartLocation & Pick<Fulfillment, "releaseAt">) | null;
    }>
  | Readonly<{
      /** What the line is owed may come from these locations, best first: others than it was told of. */
      type: "backorder.served";
      lineId: LineId;
      locations: readonly string[];
    }>
  | Readonly<{
      /** Its location cannot send it yet: it is released later, and says why. */
      type: "fulfillment.postponed";
      fulfillmentId: FulfillmentId;
      releaseAt: number;
      reason: PostponeReason;
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
      at: number;
      /** By a vendor, from stock that was never ours. */
      dropShipped?: boolean;
      lines: readonly (UnitsOfLine &
        Readonly<{ sku: string | null; unitCostMinor: number; amounts: Amounts }>)[];
      earned: Earned;
      /** Of the shipping charge, tax included: its part in what was earned. */
      shippingEarnedMinor: number;
    }>
  | Readonly<{ type: "shipment.delivered"; shipmentId: ShipmentId; at: number }>
  | Readonly<{
      type: "fulfillment.scheduled";
      fulfillmentId: FulfillmentId;
      /** Null where its location does not work within two years. */
      shipByOn: string | null;
      /** When that day is over at the location. */
      lateAt: number | null;
    }>
  /** The first word on a line, which may be why there is no date. */
  | Readonly<{ type: "promise.made"; lineId: LineId; now: LinePromise }>
  | Readonly<{
      type: "promise.moved";
      lineId: LineId;
      before: LinePromise;
      now: LinePromise;
      why: MoveReason;
    }>
  | Readonly<{
      /** The last of the line has arrived, or left, measured by the first day that was promised. */
      type: "promise.settled";
      lineId: LineId;
      of: PromisedDay["of"];
      promisedOn: string;
      settledOn: string;
      daysLate: number;
      locationId: string | null;
      carrier: string | null;
    }>;

export type OrderEventType = OrderEvent["type"];

export type EventOf<Type extends OrderEventType> = Extract<OrderEvent, { type: Type }>;
