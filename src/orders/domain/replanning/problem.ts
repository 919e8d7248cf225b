/** What replanning a stored order needs to know: where it may ship from, free stock, and what a plan is worth. */
import type { LineId } from "../../../kernel/ids";
import type { AllocatedAt } from "../../../inventory/domain/allocation-request";
import type { ReplanReason } from "../events/unit-events";

/** A line's units to plan, and what it could be given at each location, including the units that it has there. */
export type LineToPlan = Readonly<{
  lineId: LineId;
  quantity: number;
  free: Readonly<Record<string, number>>;
}>;

export type UnitsAt = AllocatedAt & Readonly<{ lineId: LineId }>;

export type ReplanProblem = Readonly<{
  reason: ReplanReason;
  /** Locations that may ship the order, best first. */
  eligible: readonly string[];
  /** Whether the location ships nothing any more: units planned there must leave. */
  isInactive: (locationId: string) => boolean;
  /** Of the eligible locations, those that ship nothing more today: closed, or at their capacity. */
  notToday: ReadonlySet<string>;
  /** For locations that ship nothing today: until when a fulfillment that stays there is postponed. */
  postponeUntil: ReadonlyMap<string, number>;
  /** Whether the location accepts the line's goods. */
  acceptsLine: (lineId: LineId, locationId: string) => boolean;
  /** Units of each line's SKU that are not allocated. */
  free: ReadonlyMap<LineId, Readonly<Record<string, number>>>;
  /** The best plan of the lines over the locations, best first. The same input always gives the same plan. */
  plan: (lines: readonly LineToPlan[], locations: readonly string[]) => readonly UnitsAt[];
  /** Whether the other plan is enough better than the current one. */
  isWorthIt: (
    current: readonly UnitsAt[],
    other: readonly UnitsAt[],
    lines: readonly LineToPlan[],
  ) => boolean;
  /** Whether the plan may still change for a better one. Units that must leave always leave. */
  mayImprove: boolean;
  now: number;
  by: string;
}>;

/** Units of the line, at the location or at all. */
export const unitsOf = (units: readonly UnitsAt[], lineId: LineId, locationId?: string): number =>
  units
    .filter((at) => at.lineId === lineId && (locationId === undefined || at.locationId === locationId))
    .reduce((sum, { quantity }) => sum + quantity, 0);
