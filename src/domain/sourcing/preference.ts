/**
 * Choosing the locations an order ships from: as few parcels as can be, then the nearest locations.
 *
 * Nearness first asks for no border, then for our own stock before a vendor's, then for the shorter way.
 * How much of a line ships is not traded for fewer parcels: whatever the locations have between them is
 * sent, and only the rest waits.
 */
import { coordinatesOf, distanceKm, sameCustomsArea, type Place } from "../geography";
import { invariant } from "../invariant";
import type { Channel, Location } from "../reference";

/** Where the order goes. An `Address` is one. */
export type Destination = Place & Readonly<{ postalCode: string | null }>;

/** A line to be sent. `free`: what may be claimed for it at each location, its own claims included. */
export type SourcingLine = Readonly<{
  lineId: string;
  quantity: number;
  free: Readonly<Record<string, number>>;
}>;

export type SourcedUnits = Readonly<{ lineId: string; locationId: string; quantity: number }>;

export type SourcingPlan = Readonly<{
  /** Line by line as given, nearest location first. */
  allocations: readonly SourcedUnits[];
  /** Locations used. */
  parcels: number;
  /** `exact`: no plan that sends as much has fewer parcels, nor as few from nearer. `greedy`: near that. */
  method: "exact" | "greedy";
}>;

/**
 * The ids of the locations that may serve the channel, best first: in the destination's customs area, own
 * before a vendor's, by distance to the kilometre, by priority, by id. Where the destination is not known,
 * the first and the third do not decide.
 */
export function locationPreference(
  locations: readonly Location[],
  { locationIds }: Channel,
  destination: Destination | null,
): string[] {
  const to = destination && coordinatesOf(destination);
  const abroad = (location: Location) =>
    destination?.countryCode && !sameCustomsArea(location.address.countryCode, destination.countryCode)
      ? 1
      : 0;
  return locations
    .filter(({ id, active }) => active && (locationIds.length === 0 || locationIds.includes(id)))
    .map((location) => ({
      id: location.id,
      rank: [
        abroad(location),
        location.kind === "vendor" ? 1 : 0,
        to ? Math.round(distanceKm(location, to)) : 0,
        location.priority,
      ],
    }))
    .toSorted((a, b) => compareRanks(a.rank, b.rank) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const first = a.findIndex((value, i) => value !== b[i]);
  return first === -1 ? 0 : a[first]! - b[first]!;
}

/** What the search works on: `units[location][line]`, locations in order of preference. */
type Problem = Readonly<{ need: readonly number[]; units: readonly (readonly number[])[] }>;

/** Searched exhaustively up to here; an order of more is rare, and gets the greedy cover. */
const MOST_CANDIDATES = 20;
const MOST_CHOSEN = 4;

/**
 * A plan for the lines over the locations of `preference`, best first; others are not used. The same input
 * always gives the same plan. Units that no location has stay out of it.
 */
export function sourceOrder(lines: readonly SourcingLine[], preference: readonly string[]): SourcingPlan {
  invariant(new Set(preference).size === preference.length, "a location is preferred once");
  const has = (line: SourcingLine, id: string) => Math.min(line.quantity, Math.max(0, line.free[id] ?? 0));
  const units = preference.map((id) => lines.map((line) => has(line, id)));
  const need = lines.map((line, i) => Math.min(line.quantity, sum(units.map((row) => row[i]!))));
  const problem = { need, units };

  const needed = indispensable(problem);
  const rest = without(problem, needed);
  const exact = smallestCover(rest);
  const chosen = [...needed, ...(exact ?? greedyCover(rest))].toSorted((a, b) => a - b);
  const allocations = lines.flatMap((line, i) =>
    splitLine(chosen, units, i, need[i]!).map(([location, quantity]) => ({
      lineId: line.lineId,
      locationId: preference[location]!,
      quantity,
    })),
  );
  return { allocations, parcels: locationsOf(allocations), method: exact ? "exact" : "greedy" };
}

/** Whether the plan is worth moving claims for: fewer parcels, and no line sent in a smaller part than now. */
export function fewerParcels(current: readonly SourcedUnits[], plan: SourcingPlan): boolean {
  const sent = (units: readonly SourcedUnits[], lineId: string) =>
    sum(units.filter((unit) => unit.lineId === lineId).map(({ quantity }) => quantity));
  const held = current.filter(({ quantity }) => quantity > 0);
  return (
    plan.parcels < locationsOf(held) &&
    held.every(({ lineId }) => sent(plan.allocations, lineId) >= sent(held, lineId))
  );
}

/** Locations without which some line could not be sent as far as it can be: every plan has them. */
function indispensable({ need, units }: Problem): number[] {
  const total = need.map((_, line) => sum(units.map((row) => row[line]!)));
  return indexes(units).filter((location) =>
    need.some((wanted, line) => total[line]! - units[location]![line]! < wanted),
  );
}

/** What is left to decide once the locations are taken. */
function without({ need, units }: Problem, taken: readonly number[]): Problem {
  const left = need.map((wanted, line) => Math.max(0, wanted - sum(taken.map((at) => units[at]![line]!))));
  return {
    need: left,
    units: units.map((row, at) => row.map((has, i) => (taken.includes(at) ? 0 : Math.min(has, left[i]!)))),
  };
}

/**
 * The smallest set of locations that covers the need; of several, the one whose ranks add up to least. Null
 * when it takes more than `MOST_CHOSEN`, or there are too many candidates to try them all.
 *
 * A location that another beats in every line and in rank is taken only together with that other: exchanging
 * the two would be no worse. So what more than three beat is in no set worth trying.
 */
function smallestCover({ need, units }: Problem): readonly number[] | null {
  const useful = indexes(units).filter((location) => units[location]!.some((has) => has > 0));
  const beatenBy = new Map(
    useful.map((location) => [
      location,
      useful.filter(
        (other) => other < location && units[location]!.every((has, line) => has <= units[other]![line]!),
      ),
    ]),
  );
  const candidates = useful.filter((location) => beatenBy.get(location)!.length < MOST_CHOSEN);
  if (candidates.length > MOST_CANDIDATES) return null;

  const covers: (readonly number[])[] = [];
  const choose = (size: number, from: number, chosen: readonly number[], left: readonly number[]): void => {
    if (left.every((wanted) => wanted <= 0)) {
      covers.push(chosen);
      return;
    }
    if (chosen.length === size) return;
    for (let i = from; i < candidates.length; i++) {
      const location = candidates[i]!;
      if (!beatenBy.get(location)!.every((other) => chosen.includes(other))) continue;
      const row = units[location]!;
      choose(
        size,
        i + 1,
        [...chosen, location],
        left.map((wanted, line) => wanted - row[line]!),
      );
    }
  };
  for (let size = 0; size <= MOST_CHOSEN && covers.length === 0; size++) choose(size, 0, [], need);
  return covers.toSorted((a, b) => sum(a) - sum(b))[0] ?? null;
}

/** Takes the location that finishes most lines, then has most units, until all is covered; then drops what became superfluous. */
function greedyCover(problem: Problem): number[] {
  const chosen: number[] = [];
  for (let rest = problem; rest.need.some((wanted) => wanted > 0); rest = without(problem, chosen)) {
    const { need, units } = rest;
    const finished = (at: number) => units[at]!.filter((has, line) => has > 0 && has === need[line]!).length;
    const [best] = indexes(units).toSorted(
      (a, b) => finished(b) - finished(a) || sum(units[b]!) - sum(units[a]!) || a - b,
    );
    chosen.push(best!);
  }
  for (const location of chosen.toSorted((a, b) => b - a)) {
    const others = chosen.filter((other) => other !== location);
    if (without(problem, others).need.every((wanted) => wanted === 0))
      chosen.splice(chosen.indexOf(location), 1);
  }
  return chosen;
}

/**
 * The line from the fewest of the chosen locations, largest part first. No part is larger than the line, so
 * of those that have it whole the nearest sends it alone.
 */
function splitLine(
  chosen: readonly number[],
  units: readonly (readonly number[])[],
  line: number,
  need: number,
): [location: number, quantity: number][] {
  const parts: [number, number][] = [];
  let left = need;
  for (const location of chosen.toSorted((a, b) => units[b]![line]! - units[a]![line]! || a - b)) {
    const quantity = Math.min(left, units[location]![line]!);
    if (quantity > 0) parts.push([location, quantity]);
    left -= quantity;
  }
  invariant(left === 0, "the chosen locations cover every line");
  return parts.toSorted(([a], [b]) => a - b);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const indexes = (rows: readonly unknown[]) => rows.map((_, i) => i);
const locationsOf = (units: readonly SourcedUnits[]) =>
  new Set(units.map(({ locationId }) => locationId)).size;
