/**
 * What a customer is promised of a line: by when the last of it leaves, and within which days it arrives. Where
 * no date can be told, the promise says why instead of guessing.
 */

/**
 * Why there is no date. Of all of it: nobody knows the SKU, or where it may be sent from; nothing that is expected is enough for those who
 * wait; what is expected could not be asked; the location does not work within two years. Of arriving alone: no
 * service of any carrier goes there.
 */
export type NoDate = "not_sourced" | "nothing_expected" | "supply_unknown" | "location_closed" | "no_service";

/** Days are local to the location that sends the last of it, days of arrival to the destination. */
export type LinePromise = Readonly<{
  /** Handed to the carrier by then; of an order that is fetched, ready by then. */
  shipByOn: string | null;
  deliverFromOn: string | null;
  deliverByOn: string | null;
  locationId: string | null;
  /** The last inbound it relies on, where units are awaited. */
  inboundOn: string | null;
  noDate: NoDate | null;
}>;

/** Why a promise moved. */
export type MoveReason =
  | "stock_arrived"
  | "stock_missing"
  | "location_rejected"
  | "sourced_again"
  | "postponed"
  | "order_changed"
  | "address_changed"
  | "on_hold"
  | "released"
  | "not_sent_in_time"
  | "sent_late"
  | "inbound_changed";

/** What it is measured by: the day of arrival where one was promised, or else the day it leaves. */
export type PromisedDay = Readonly<{ on: string; of: "delivery" | "shipment" }>;

/** How it ended, once the last of the line has arrived or left. */
export type PromiseOutcome = Readonly<{
  settledOn: string;
  daysLate: number;
  locationId: string | null;
  carrier: string | null;
}>;

/** A line's promise as it stands, with its past: the first day that was promised is the one to be kept. */
export type StandingPromise = LinePromise &
  Readonly<{
    first: PromisedDay | null;
    /** How often a date that had been promised was taken back or changed. */
    moves: number;
    outcome: PromiseOutcome | null;
  }>;

export const noDate = (why: NoDate): LinePromise => ({
  shipByOn: null,
  deliverFromOn: null,
  deliverByOn: null,
  locationId: null,
  inboundOn: null,
  noDate: why,
});

export const isSamePromise = (one: LinePromise, other: LinePromise): boolean =>
  one.shipByOn === other.shipByOn &&
  one.deliverFromOn === other.deliverFromOn &&
  one.deliverByOn === other.deliverByOn &&
  one.locationId === other.locationId &&
  one.inboundOn === other.inboundOn &&
  one.noDate === other.noDate;

/** The promise as it stands after it was made, or moved from what stood before. */
export function standing(
  before: StandingPromise | null,
  now: LinePromise,
  why: MoveReason | null,
): StandingPromise {
  const promised = before?.shipByOn != null;
  const dated = !isSameDays(before, now);
  // What the customer asked for otherwise is promised anew.
  const first = why === "address_changed" ? null : (before?.first ?? null);
  return {
    ...now,
    first: first ?? promisedDay(now),
    moves: (before?.moves ?? 0) + (promised && dated ? 1 : 0),
    outcome: before?.outcome ?? null,
  };
}

export function promisedDay({ shipByOn, deliverByOn }: LinePromise): PromisedDay | null {
  if (deliverByOn !== null) return { on: deliverByOn, of: "delivery" };
  return shipByOn === null ? null : { on: shipByOn, of: "shipment" };
}

const isSameDays = (one: LinePromise | null, other: LinePromise): boolean =>
  one !== null &&
  one.shipByOn === other.shipByOn &&
  one.deliverFromOn === other.deliverFromOn &&
  one.deliverByOn === other.deliverByOn;

/** What stands, as it would be told: without its past. */
export const told = ({ first: _f, moves: _m, outcome: _o, ...promise }: StandingPromise): LinePromise =>
  promise;
