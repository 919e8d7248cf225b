/**
 * Sourcing a stored order again, before it is released. Units leave a location that sends nothing any more, or
 * nothing more today where another sends them in no more parcels; everything else stays planned as it is unless
 * another plan is worth it. What no location has is owed, and waits for stock.
 *
 * It settles: carried out, a plan is never changed again while nothing else changes.
 */
import { decideNewHold } from "../holds";
import type { LineId } from "../../../kernel/ids";
import { needsStock } from "../order-creation";
import type { OrderEvent, ReplanReason } from "../order-events";
import { isLive } from "../order-lifecycle";
import type { Fulfillment, Order } from "../order";
import type { AllocatedAt } from "../../../inventory/domain/stock";

/** A line's units to plan, and what it could be given at each location: what it holds there is part of that. */
export type LineToPlan = Readonly<{
  lineId: LineId;
  quantity: number;
  free: Readonly<Record<string, number>>;
}>;
export type UnitsAt = AllocatedAt & Readonly<{ lineId: LineId }>;

export type ReplanProblem = Readonly<{
  reason: ReplanReason;
  /** Locations that may send the order, best first. */
  eligible: readonly string[];
  /** Locations that send nothing any more: what is planned there must leave. */
  gone: (locationId: string) => boolean;
  /** Of the eligible, those that send nothing more today. */
  waiting: ReadonlySet<string>;
  /** Where nothing is sent today: until when what is planned there waits, if it stays. */
  putOff: ReadonlyMap<string, number>;
  /** Units of each line's SKU that nobody has allocated. */
  free: ReadonlyMap<LineId, Readonly<Record<string, number>>>;
  /** The best plan of the lines over the locations, best first. The same input always gives the same plan. */
  plan: (lines: readonly LineToPlan[], locations: readonly string[]) => readonly UnitsAt[];
  /** Whether the second plan is worth leaving the first for. */
  isWorthIt: (
    standing: readonly UnitsAt[],
    other: readonly UnitsAt[],
    lines: readonly LineToPlan[],
  ) => boolean;
  /** Whether it may still be changed for a better one: what must leave, must leave always. */
  mayImprove: boolean;
  now: number;
  by: string;
}>;

export function decideReplan(order: Order, given: ReplanProblem): OrderEvent[] {
  // What is on the move is planned when stock has answered; a customer fetches it where it was promised.
  if (order.fulfillments.some(({ pendingMoves }) => pendingMoves > 0)) return [];
  if (order.pickupLocationId !== null)
    return [...heldForPickup(order, given), ...postponed(order, given, [])];
  const refused = refusedAt(order);
  const eligible = given.eligible.filter((id) => !refused.has(id) && !given.gone(id));
  const mustLeave = (id: string) => given.gone(id) || refused.has(id);
  const standing = plannedUnits(order);
  const target = chooseTarget(order, { ...given, eligible }, standing, mustLeave);
  const requests = moves(order, standing, target, { ...given, eligible }, mustLeave);
  return [
    ...requests,
    ...postponed(order, given, requests),
    ...served(order, given, eligible),
    ...heldForLocation(order, given, eligible, requests),
  ];
}

/** Locations that have refused some of the order: they are not asked again. */
const refusedAt = (order: Order): ReadonlySet<string | null> =>
  new Set(order.fulfillments.filter(({ status }) => status === "rejected").map((part) => part.locationId));

const isPlanned = ({ status, locationId }: Fulfillment): boolean =>
  status === "planned" && locationId !== null;

function plannedUnits(order: Order): UnitsAt[] {
  return order.fulfillments.filter(isPlanned).flatMap((part) =>
    part.lines
      .map(({ lineId, quantity, shipped }) => ({
        lineId,
        locationId: part.locationId!,
        quantity: quantity - shipped,
      }))
      .filter(({ quantity }) => quantity > 0),
  );
}

const unitsOf = (units: readonly UnitsAt[], lineId: LineId, locationId?: string): number =>
  units
    .filter((at) => at.lineId === lineId && (locationId === undefined || at.locationId === locationId))
    .reduce((sum, { quantity }) => sum + quantity, 0);

const parcels = (units: readonly UnitsAt[]) => new Set(units.map(({ locationId }) => locationId)).size;

/** What is planned should be there; as it is, where nothing is better. */
function chooseTarget(
  order: Order,
  given: ReplanProblem,
  standing: readonly UnitsAt[],
  mustLeave: (id: string) => boolean,
): readonly UnitsAt[] {
  const { eligible, waiting, plan, mayImprove } = given;
  const lines = linesToPlan(order, given, standing, mustLeave);
  const held = new Set(standing.map(({ locationId }) => locationId));
  const staying = [...held].filter((id) => !eligible.includes(id) && !mustLeave(id));
  if (standing.every(({ locationId }) => !mustLeave(locationId))) {
    return mayImprove ? improved(standing, lines, staying, given) : standing;
  }
  const today = eligible.filter((id) => !waiting.has(id));
  const must = plan(lines, [...today, ...eligible.filter((id) => waiting.has(id)), ...staying]);
  if (mayImprove) return improved(must, linesOf(lines, must), staying, given);
  // The last word on what stays: only what must leave goes, as far as there is room.
  return [
    ...standing.filter(({ locationId }) => !mustLeave(locationId)),
    ...onlyLeaving(must, standing, mustLeave),
  ];
}

/** The plan itself, or the one that is worth leaving it for. */
function improved(
  standing: readonly UnitsAt[],
  lines: readonly LineToPlan[],
  staying: readonly string[],
  { eligible, waiting, plan, isWorthIt }: ReplanProblem,
): readonly UnitsAt[] {
  if (standing.length === 0) return standing;
  const held = new Set(standing.map(({ locationId }) => locationId));
  const today = eligible.filter((id) => !waiting.has(id));
  const waits = standing.some(({ locationId }) => waiting.has(locationId));
  const sooner = waits ? plan(lines, today) : [];
  if (waits && sendsAll(lines, sooner) && parcels(sooner) <= parcels(standing)) return sooner;
  const usable = eligible.filter((id) => !waiting.has(id) || held.has(id));
  const other = plan(lines, [...usable, ...staying.filter((id) => held.has(id))]);
  return sendsAll(lines, other) && isWorthIt(standing, other, lines) ? other : standing;
}

/** The lines as far as a plan sends them. */
const linesOf = (lines: readonly LineToPlan[], units: readonly UnitsAt[]): LineToPlan[] =>
  lines
    .map((line) => ({ ...line, quantity: unitsOf(units, line.lineId) }))
    .filter(({ quantity }) => quantity > 0);

const sendsAll = (lines: readonly LineToPlan[], units: readonly UnitsAt[]): boolean =>
  lines.every(({ lineId, quantity }) => unitsOf(units, lineId) >= quantity);

function onlyLeaving(
  target: readonly UnitsAt[],
  standing: readonly UnitsAt[],
  mustLeave: (id: string) => boolean,
): UnitsAt[] {
  const left = new Map<LineId, number>();
  for (const { lineId, locationId, quantity } of standing) {
    if (mustLeave(locationId)) left.set(lineId, (left.get(lineId) ?? 0) + quantity);
  }
  return target.flatMap((at) => {
    const room = at.quantity - unitsOf(standing, at.lineId, at.locationId);
    const quantity = Math.min(Math.max(0, room), left.get(at.lineId) ?? 0);
    left.set(at.lineId, (left.get(at.lineId) ?? 0) - quantity);
    return quantity > 0 ? [{ ...at, quantity }] : [];
  });
}

/** Only planned units: what is owed is given by its own stock, the longest wait first. */
function linesToPlan(
  order: Order,
  { free }: ReplanProblem,
  standing: readonly UnitsAt[],
  mustLeave: (id: string) => boolean,
): LineToPlan[] {
  return order.lines.flatMap(({ id: lineId }) => {
    const quantity = unitsOf(standing, lineId);
    if (quantity === 0) return [];
    const own: Record<string, number> = { ...free.get(lineId) };
    for (const at of standing) {
      if (at.lineId === lineId && !mustLeave(at.locationId)) {
        own[at.locationId] = (own[at.locationId] ?? 0) + at.quantity;
      }
    }
    return [{ lineId, quantity, free: own }];
  });
}

/** From where there are too many to where there are too few; from where they must leave also to nowhere. */
function moves(
  order: Order,
  standing: readonly UnitsAt[],
  target: readonly UnitsAt[],
  { eligible: locations, reason }: ReplanProblem,
  mustLeave: (id: string) => boolean,
): OrderEvent[] {
  const events: OrderEvent[] = [];
  for (const { id: lineId } of order.lines) {
    const wanted = target
      .filter((at) => at.lineId === lineId)
      .map((at) => ({ ...at, quantity: at.quantity - unitsOf(standing, lineId, at.locationId) }))
      .filter(({ quantity }) => quantity > 0);
    for (const at of standing.filter((units) => units.lineId === lineId)) {
      let left = at.quantity - unitsOf(target, lineId, at.locationId);
      const request = (to: string | null, quantity: number) => {
        const part = order.fulfillments.find((each) => isPlanned(each) && each.locationId === at.locationId)!;
        const from = { fulfillmentId: part.id, locationId: at.locationId };
        const keep = releasedUnits(order, lineId, at.locationId);
        events.push({ type: "move.requested", lineId, quantity, from, to, keep, locations, reason });
        left -= quantity;
      };
      for (const place of wanted) {
        const quantity = Math.min(left, place.quantity);
        if (quantity <= 0) continue;
        place.quantity -= quantity;
        request(place.locationId, quantity);
      }
      if (left > 0 && mustLeave(at.locationId)) request(null, left);
    }
  }
  return events;
}

const releasedUnits = (order: Order, lineId: LineId, locationId: string): number =>
  order.fulfillments
    .filter((part) => isLive(part) && part.status !== "planned" && part.locationId === locationId)
    .flatMap(({ lines }) => lines)
    .filter((line) => line.lineId === lineId)
    .reduce((sum, line) => sum + line.quantity - line.shipped, 0);

/** What stays where nothing is sent today is released when something is again. */
function postponed(order: Order, { putOff }: ReplanProblem, requests: readonly OrderEvent[]): OrderEvent[] {
  const moving = new Set(
    requests.map((request) => (request.type === "move.requested" ? request.from.fulfillmentId : null)),
  );
  return order.fulfillments.flatMap((part): OrderEvent[] => {
    const releaseAt = putOff.get(part.locationId ?? "") ?? 0;
    if (!isPlanned(part) || moving.has(part.id) || part.releaseAt >= releaseAt) return [];
    return [{ type: "fulfillment.postponed", fulfillmentId: part.id, releaseAt, reason: "closed" }];
  });
}

function heldForPickup(order: Order, { gone, now, by }: ReplanProblem): OrderEvent[] {
  const where = order.pickupLocationId!;
  if (!gone(where)) return [];
  const detail = `Its customer is to fetch it at ${where}, which is closed.`;
  return decideNewHold(order, { code: "no_location", detail }, { now, by });
}

/** Stock that nobody has allocated while a line waits for it is where the line was not known to be served from. */
function served(
  order: Order,
  { free, mayImprove }: ReplanProblem,
  locations: readonly string[],
): OrderEvent[] {
  if (!mayImprove) return [];
  return order.lines.flatMap(({ id: lineId, backordered }): OrderEvent[] => {
    const has = free.get(lineId) ?? {};
    if (backordered === 0 || !locations.some((id) => (has[id] ?? 0) > 0)) return [];
    return [{ type: "backorder.served", lineId, locations }];
  });
}

/** Nobody would ever send what no location may: that is for staff to see. */
function heldForLocation(
  order: Order,
  { now, by }: ReplanProblem,
  eligible: readonly string[],
  requests: readonly OrderEvent[],
): OrderEvent[] {
  if (eligible.length > 0) return [];
  const owed = order.lines.filter(({ backordered }) => backordered > 0);
  const leaving = order.lines.filter(({ id }) =>
    requests.some(
      (request) => request.type === "move.requested" && request.to === null && request.lineId === id,
    ),
  );
  const lines = [...new Set([...owed, ...leaving])].filter(needsStock);
  if (lines.length === 0) return [];
  const detail = `No location may send it: ${lines.map(({ sku, title }) => sku ?? title).join(", ")}.`;
  return decideNewHold(order, { code: "no_location", detail }, { now, by });
}
