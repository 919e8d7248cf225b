/**
 * Units expected at a location on a day, and what may be promised from them.
 *
 * Whoever waits is served first, in the order of waiting; only what is expected beyond that can be promised
 * anew. What is overdue is not promised from: nobody knows any more when it comes.
 */
import { invariant } from "../../kernel/invariant";

export type InboundKind = "purchase_order" | "transfer";
export type InboundStatus = "expected" | "received" | "cancelled";

export type Inbound = Readonly<{
  /** The caller's own: a purchase order's line, a transfer. */
  id: string;
  sku: string;
  locationId: string;
  kind: InboundKind;
  /** Units in all, of which some may have come. */
  quantity: number;
  received: number;
  /** Local to the location. */
  expectedOn: string;
  status: InboundStatus;
}>;

export const unitsExpected = ({ status, quantity, received }: Inbound): number =>
  status === "expected" ? Math.max(0, quantity - received) : 0;

/** What may be promised from, the earliest first: not overdue, by the local day that `todayAt` tells. */
export const promisable = (
  inbound: readonly Inbound[],
  todayAt: (locationId: string) => string,
): readonly Inbound[] =>
  inbound
    .filter((each) => unitsExpected(each) > 0 && each.expectedOn >= todayAt(each.locationId))
    .toSorted((a, b) =>
      a.expectedOn === b.expectedOn ? compare(a.id, b.id) : compare(a.expectedOn, b.expectedOn),
    );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Units to come from one location on one day. */
export type UnitsDue = Readonly<{ locationId: string; expectedOn: string; quantity: number }>;

/**
 * From which inbound so many units are served, once those `ahead` in the queue have been; null when it is not
 * enough for all of them.
 * @param inbound as `promisable` sorts it.
 */
export function unitsDueAfter(
  ahead: number,
  quantity: number,
  inbound: readonly Inbound[],
): readonly UnitsDue[] | null {
  invariant(ahead >= 0 && quantity > 0, "units are owed to somebody");
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

/** From a day on, so many units in all; each step is a later day and more of them. */
export type PromisableStep = Readonly<{ on: string; quantity: number }>;

/**
 * Available to promise by date: available + inbound due by then − units owed already, where what is owed takes
 * nothing of what is free now, since it may not be served from there. `buffer` units are never told of.
 * @param inbound as `promisable` sorts it.
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
