/**
 * What a customer is promised for an order's line: by when the last unit leaves, and between which days it arrives. A
 * promise without a date has a reason instead.
 */

/**
 * Why there is no date.
 *
 * - `not_sourced`: the SKU is not known, or no location may ship it.
 * - `nothing_expected`: the inbound does not suffice for those who wait.
 * - `supply_unknown`: the inbound could not be read.
 * - `location_closed`: the location does not work within two years.
 * - `no_service`: no carrier's service goes there; only the day of arrival is missing.
 */
export type NoDate = "not_sourced" | "nothing_expected" | "supply_unknown" | "location_closed" | "no_service";

/** Days of leaving are local to the location that ships the last unit, days of arrival to the destination. */
export type LinePromise = Readonly<{
  /** The last day of the handover to the carrier; the day from which a pickup can be collected. */
  shipByOn: string | null;
  deliverFromOn: string | null;
  deliverByOn: string | null;
  locationId: string | null;
  /** The day of the last inbound that it relies on; null if it relies on none. */
  inboundOn: string | null;
  noDate: NoDate | null;
}>;

/** Why a promise changed. */
export type MoveReason =
  | "stock_arrived"
  | "stock_missing"
  | "location_rejected"
  | "replanned"
  | "postponed"
  | "order_changed"
  | "address_changed"
  | "on_hold"
  | "released"
  | "not_shipped_in_time"
  | "shipped_late"
  | "inbound_changed";

/**
 * The day that a promise is measured by: the day of arrival, or the day of leaving if none of arrival was promised.
 */
export type PromisedDay = Readonly<{ on: string; of: "delivery" | "shipment" }>;

/** How a promise ended, once the last unit of the line has arrived or left. */
export type PromiseOutcome = Readonly<{
  settledOn: string;
  daysLate: number;
  locationId: string | null;
  carrier: string | null;
}>;

/** A line's promise with its history. The first promised day is the one that counts. */
export type PromiseRecord = LinePromise &
  Readonly<{
    first: PromisedDay | null;
    /** How often a promised date was changed or withdrawn. */
    moves: number;
    outcome: PromiseOutcome | null;
  }>;

export const promiseWithoutDate = (reason: NoDate): LinePromise => ({
  shipByOn: null,
  deliverFromOn: null,
  deliverByOn: null,
  locationId: null,
  inboundOn: null,
  noDate: reason,
});

/** Whether nothing has changed that a customer or staff see. */
export const isSamePromise = (one: LinePromise, other: LinePromise): boolean =>
  isSameDays(one, other) &&
  one.locationId === other.locationId &&
  one.inboundOn === other.inboundOn &&
  one.noDate === other.noDate;

/**
 * The record after a promise is made or changed.
 * @param reason null if it is the first promise.
 */
export function recordPromise(
  before: PromiseRecord | null,
  promise: LinePromise,
  reason: MoveReason | null,
): PromiseRecord {
  const hadDate = before?.shipByOn != null;
  const isMoved = before === null || !isSameDays(before, promise);
  // A customer who changes the address gets a new promise.
  const first = reason === "address_changed" ? null : (before?.first ?? null);
  return {
    ...promise,
    first: first ?? promisedDay(promise),
    moves: (before?.moves ?? 0) + (hadDate && isMoved ? 1 : 0),
    outcome: before?.outcome ?? null,
  };
}

function promisedDay({ shipByOn, deliverByOn }: LinePromise): PromisedDay | null {
  if (deliverByOn !== null) return { on: deliverByOn, of: "delivery" };
  return shipByOn === null ? null : { on: shipByOn, of: "shipment" };
}

const isSameDays = (one: LinePromise, other: LinePromise): boolean =>
  one.shipByOn === other.shipByOn &&
  one.deliverFromOn === other.deliverFromOn &&
  one.deliverByOn === other.deliverByOn;

/** The promise without its history. */
export const currentPromise = ({
  first: _f,
  moves: _m,
  outcome: _o,
  ...promise
}: PromiseRecord): LinePromise => promise;
