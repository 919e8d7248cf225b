/** Orders of mugs and hats, replanned over three locations, for tests. */
import type { LineId } from "../../../../src/kernel/ids";
import type { Order } from "../../../../src/orders/domain/order";
import type { OrderEvent } from "../../../../src/orders/domain/order-events";
import {
  unitsOf,
  type LineToPlan,
  type ReplanProblem,
  type UnitsAt,
} from "../../../../src/orders/domain/replanning/problem";
import { aLine, anOrder, NOON } from "../../../support/an-order";
import { fulfillment } from "../mug-orders";
import { lineId } from "../sales";

export const LOCATIONS = ["east", "west", "far"] as const;
export const TITLES = ["Mug", "Hat"] as const;

/** Units by title and location: `{ Mug: { east: 2 } }`. */
export type FreeUnits = Readonly<Record<string, Readonly<Record<string, number>>>>;
/** Units by location and title: `{ east: { Mug: 2 } }`. */
export type PlannedUnits = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Plans each line from the first locations that have it. The same input always gives the same plan. */
const nearestFirst = (lines: readonly LineToPlan[], locations: readonly string[]): UnitsAt[] =>
  lines.flatMap(({ lineId: line, quantity, free }) => {
    let left = quantity;
    return locations.flatMap((locationId) => {
      const units = Math.min(left, free[locationId] ?? 0);
      left -= units;
      return units > 0 ? [{ lineId: line, locationId, quantity: units }] : [];
    });
  });

const parcels = (units: readonly UnitsAt[]) => new Set(units.map(({ locationId }) => locationId)).size;

/** Every location is eligible and ships today, and a plan with fewer parcels is better. */
export const problemWith = (free: FreeUnits, over: Partial<ReplanProblem> = {}): ReplanProblem => ({
  reason: "closed",
  eligible: LOCATIONS,
  isInactive: () => false,
  notToday: new Set(),
  postponeUntil: new Map(),
  acceptsLine: () => true,
  free: new Map(Object.entries(free).map(([title, at]) => [lineId(title), at])),
  plan: nearestFirst,
  isWorthIt: (current, other) => parcels(other) < parcels(current),
  mayImprove: true,
  now: NOON,
  by: "test",
  ...over,
});

/** Locations that ship nothing any more. */
export const inactive = (...locations: readonly string[]): Pick<ReplanProblem, "isInactive"> => ({
  isInactive: (id) => locations.includes(id),
});

/** `orderOf({ east: { Mug: 2 } }, { Mug: 1 })`: two mugs planned in the east, and one backordered. */
export function orderOf(planned: PlannedUnits, backorders: Readonly<Record<string, number>> = {}): Order {
  const units = Object.entries(planned).flatMap(([locationId, byTitle]) =>
    Object.entries(byTitle).map(([title, quantity]) => ({ lineId: lineId(title), locationId, quantity })),
  );
  const lines = TITLES.flatMap((title) => {
    const id = lineId(title);
    const backordered = backorders[title] ?? 0;
    const ordered = unitsOf(units, id) + backordered;
    return ordered === 0 ? [] : [aLine(title, { id, ordered, backordered })];
  });
  const fulfillments = Object.keys(planned).map((locationId) =>
    fulfillment(locationId, 0, {
      locationId,
      lines: units
        .filter((at) => at.locationId === locationId)
        .map(({ lineId: id, quantity }) => ({ lineId: id, quantity, shipped: 0 })),
    }),
  );
  return anOrder({ lines, fulfillments });
}

export const titleOf = (line: LineId): string => TITLES.find((title) => lineId(title) === line)!;

/** `["Mug 2 east to west", "east postponed: closed"]` */
export const replanText = (events: readonly OrderEvent[]): string[] =>
  events.map((event) => {
    if (event.type === "move.requested") {
      const { lineId: line, quantity, from, to } = event;
      return `${titleOf(line)} ${quantity} ${from.locationId} to ${to ?? "backorder"}`;
    }
    if (event.type === "fulfillment.postponed") {
      return `${event.fulfillmentId.slice("ful_".length)} postponed: ${event.reason}`;
    }
    return event.type === "order.held" ? `held: ${event.hold.code}` : event.type;
  });
