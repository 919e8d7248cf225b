/**
 * The interface of a carrier, or of a service that sells the labels of several. One folder of `carriers/` has one adapter.
 *
 * How a label is bought once: `rates` opens the purchase, costs nothing, and returns the carrier's handle of it. The handle
 * is stored. `buy` buys under the handle, and a second `buy` under the same handle never buys a second label. If an answer
 * is lost, `find` says what the carrier has under the handle.
 */
import type { CarrierResult, Found } from "./domain/carrier-result";
import type { BoughtLabel, Label, LabelRequest, Rate } from "./domain/label";
import type { TrackingUpdate } from "./domain/tracking";

export type Fetch = typeof globalThis.fetch;

export type Offers = Readonly<{ handle: string; rates: readonly Rate[] }>;

export type Purchase = Readonly<{
  handle: string;
  rate: Rate;
  request: LabelRequest;
  /** How often the purchase was tried before. */
  tries: number;
}>;

export const LABEL_FORMATS = ["pdf", "zpl"] as const;
export type LabelFormat = (typeof LABEL_FORMATS)[number];

export type CarrierCallback = Readonly<{ headers: Headers; body: Uint8Array }>;

/** What a callback reports of the parcel with the tracking number. */
export type TrackedParcel = Readonly<{ trackingNumber: string; update: TrackingUpdate }>;

/** `ignored`: signed, and about something else. */
export type ParsedCallback = Readonly<
  | { outcome: "tracked"; parcel: TrackedParcel }
  | { outcome: "ignored" }
  | { outcome: "invalid_signature" }
  | { outcome: "unreadable"; detail: string }
>;

export type Manifest = Readonly<{ id: string; url: string | null }>;

export type CarrierAdapter = Readonly<{
  /** The name in requests, paths and rows: it must not change. */
  name: string;
  rates: (request: LabelRequest) => Promise<CarrierResult<Offers>>;
  buy: (purchase: Purchase) => Promise<CarrierResult<BoughtLabel>>;
  find: (purchase: Purchase) => Promise<CarrierResult<Found>>;
  /** Takes the label back. A second void of it is `ok`. */
  void: (label: Label) => Promise<CarrierResult<null>>;
  /** The bytes to print. */
  document: (label: Label, format: LabelFormat) => Promise<CarrierResult<Uint8Array>>;
  track: (label: Label, now: number) => Promise<CarrierResult<TrackingUpdate>>;
  /** Null if it sends no callbacks. */
  parseWebhook: ((callback: CarrierCallback) => ParsedCallback) | null;
  /** Reports the day's parcels to the carrier in one document. */
  manifest: (labels: readonly Label[]) => Promise<CarrierResult<Manifest>>;
  /** How long after the last question a parcel without news is asked for again. */
  pollEveryMs: number;
}>;
