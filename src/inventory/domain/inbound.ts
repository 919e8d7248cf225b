/**
 * Inbound: units expected at a location on a day, and what may be promised from them.
 *
 * Backorders are served first, in the order of the queue; only units beyond these may be promised to new orders.
 * Nothing is promised from overdue inbound: its new day is not known.
 */
import { invariant } from "../../kernel/invariant";

export type InboundKind = "purchase_order" | "transfer";
export type InboundStatus = "expected" | "received" | "cancelled";

export type Inbound = Readonly<{
  /** Chosen by the caller: a purchase order's line, a transfer. */
  id: string;
  sku: string;
  locationId: string;
  kind: InboundKind;
  /** All units, those that were received included. */
  quantity: number;
  received: number;
  /** A day in the location's time zone. */
  expectedOn: string;
  status: InboundStatus;
}>;

export const unitsExpected = ({ status, quantity, received }: Inbound): number =>
  status === "expected" ? Math.max(0, quantity - received) : 0;

/**
 * Inbound with units to come that is not overdue, the earliest day first; ties break on the id.
 * @param todayAt the local day at a location.
 */
export const promisable = <Expected extends Inbound>(
  inbound: readonly Expected[],
  todayAt: (locationId: string) => string,
): readonly Expected[] =>
  inbound
    .filter((each) => unitsExpected(each) > 0 && each.expectedOn >= todayAt(each.locationId))
    .toSorted((a, b) =>
      a.expectedOn === b.expectedOn ? compare(a.id, b.id) : compare(a.expectedOn, b.expectedOn),
    );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Units that arrive at one location on one day. */
export type UnitsDue = Readonly<{ locationId: string; expectedOn: string; quantity: number }>;

/**
 * The inbound units that serve `quantity`, after `ahead` units of the queue were served; null if there are too few.
 * @param inbound as `promisable` sorts it.
 */
export function unitsDueAfter(
  ahead: number,
  quantity: number,
  inbound: readonly Inbound[],
): readonly UnitsDue[] | null {
  invariant(ahead >= 0 && quantity > 0, "a backorder has at least one unit");
  let before = ahead;
  let left = quantity;
  const due: UnitsDue[] = [];
  for (const each of inbound) {
    const expected = unitsExpected(each);
    const passed = Math.min(before, expected);
    before -= passed;
    const taken = Math.min(left, expected - passed);
    if (taken > 0) due.push({ locationId: each.locationId, expectedOn: each.expectedOn, quantity: taken });
    left -= taken;
    if (left === 0) return due;
  }
  return null;
}

/** From the day `on`, so many units in all. Each next step is a later day with more units. */
export type PromisableStep = Readonly<{ on: string; quantity: number }>;

/**
 * Available to promise by a day: available + max(0, inbound due by then − owed) − buffer, at least zero. Owed units are
 * subtracted from inbound only: what is available now may be at locations that are not allowed to fill the backorders.
 * @param owed backordered units.
 * @param buffer units that are never promised.
 * @param inbound in the order that `promisable` returns.
 */
export function availableToPromise(
  { available, owed, buffer }: Readonly<{ available: number; owed: number; buffer: number }>,
  today: string,
  inbound: readonly Inbound[],
): readonly PromisableStep[] {
  let total = Math.max(0, available - buffer);
  let due = 0;
  const steps: PromisableStep[] = [{ on: today, quantity: total }];
  for (const each of inbound) {
    due += unitsExpected(each);
    const then = Math.max(0, available + Math.max(0, due - owed) - buffer);
    if (then === total) continue;
    total = then;
    const last = steps.at(-1)!;
    if (last.on === each.expectedOn) steps.pop();
    steps.push({ on: each.expectedOn, quantity: total });
  }
  return steps;
}
