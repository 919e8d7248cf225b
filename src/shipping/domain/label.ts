/**
 * A label: one purchase at a carrier for one parcel. A parcel has at most one that is being bought, bought or used; a
 * second attempt begins only after the first was rejected or voided. Every bought label is used or voided.
 */
import type { Address } from "../../kernel/address";
import type { FulfillmentId, OrderId, ShipmentId } from "../../kernel/ids";
import type { Note } from "./attention";
import type { Parcel } from "./parcel";
import type { Tracking } from "./tracking";

/**
 * `buying`: stored before the carrier is asked; its outcome may be unknown. `voiding`: the same for a void. `used`: the
 * parcel was shipped with it.
 */
export const LABEL_STATES = ["buying", "bought", "used", "voiding", "voided", "rejected"] as const;
export type LabelState = (typeof LABEL_STATES)[number];

/** The parcel's id is that of the shipment that it becomes. */
export type LabelKey = Readonly<{ orderId: OrderId; shipmentId: ShipmentId; attempt: number }>;

/** What the carrier is asked to send. It is stored, so that the label can be printed as it was bought. */
export type LabelRequest = Readonly<{
  /** Ours, unique for each attempt: the carrier knows the purchase by it. */
  reference: string;
  /** Identifies the parcel among the fulfillment's: the shipment's id is derived from it. */
  parcelReference: string;
  from: Address;
  to: Address;
  parcel: Parcel;
}>;

export type Rate = Readonly<{
  /** The adapter's name of this offer. */
  id: string;
  /** The company that carries the parcel, such as USPS. */
  carrier: string;
  service: string;
  costMinor: number;
  currency: string;
  /** Calendar days in transit as the carrier estimates them; null if it does not. */
  transitDays: number | null;
}>;

export type BoughtLabel = Readonly<{ trackingNumber: string; trackingUrl: string | null }>;

export type Label = LabelKey &
  Readonly<{
    fulfillmentId: FulfillmentId;
    /** Of the row: each change counts it up. */
    version: number;
    state: LabelState;
    /** The adapter's name. */
    carrier: string;
    request: LabelRequest;
    rate: Rate;
    /** The carrier's id of the purchase, known before the label is bought: see `CarrierAdapter`. */
    handle: string;
    trackingNumber: string | null;
    trackingUrl: string | null;
    /** The carrier's reason of a rejection, or of an outcome that is not known. */
    problem: string | null;
    /** How often its purchase or void was tried. */
    tries: number;
    createdAt: number;
    boughtAt: number | null;
    usedAt: number | null;
    tracking: Tracking;
    attention: readonly Note[];
    /** When the sweep or the job looks at it next; null if nothing is left to do. */
    dueAt: number | null;
  }>;

/** A label of which money was spent, or may have been, and which was not given back. */
export const isLive = ({ state }: Label): boolean =>
  state === "buying" || state === "bought" || state === "used";

/** The carrier knows the attempt by this text. */
export const labelReference = (shipmentId: ShipmentId, attempt: number): string => `${shipmentId}.${attempt}`;
