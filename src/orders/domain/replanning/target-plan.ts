/** Where the planned units of an order should be: as they are, unless they must leave or another plan is better. */
import type { LineId } from "../../../kernel/ids";
import { unitsOf, type LineToPlan, type ReplanProblem, type UnitsAt } from "./problem";

type MustLeave = (locationId: string) => boolean;

/**
 * @param current what is planned now.
 * @param given its `eligible` locations without those that units must leave.
 */
export function targetPlan(
  current: readonly UnitsAt[],
  lineIds: readonly LineId[],
  given: ReplanProblem,
  mustLeave: MustLeave,
): readonly UnitsAt[] {
  const { eligible, notToday, plan, mayImprove } = given;
  const lines = linesToPlan(lineIds, given, current, mustLeave);
  const staying = [...locationsOf(current)].filter((id) => !eligible.includes(id) && !mustLeave(id));
  if (current.every(({ locationId }) => !mustLeave(locationId))) {
    return mayImprove ? improved(current, lines, staying, given) : current;
  }
  const today = eligible.filter((id) => !notToday.has(id));
  const later = eligible.filter((id) => notToday.has(id));
  const forced = plan(lines, [...today, ...later, ...staying]);
  if (mayImprove) return improved(forced, linesIn(forced, lines), staying, given);
  // The plan is not improved any more: only units that must leave move, as far as there is room.
  return [
    ...current.filter(({ locationId }) => !mustLeave(locationId)),
    ...onlyLeaving(forced, current, mustLeave),
  ];
}

/** The plan itself, or one that is enough better. */
function improved(
  current: readonly UnitsAt[],
  lines: readonly LineToPlan[],
  staying: readonly string[],
  { eligible, notToday, plan, isWorthIt }: ReplanProblem,
): readonly UnitsAt[] {
  if (current.length === 0) return current;
  const used = locationsOf(current);
  if (current.some(({ locationId }) => notToday.has(locationId))) {
    const today = plan(
      lines,
      eligible.filter((id) => !notToday.has(id)),
    );
    if (shipsAll(lines, today) && locationsOf(today).size <= used.size) return today;
  }
  const usable = eligible.filter((id) => !notToday.has(id) || used.has(id));
  const other = plan(lines, [...usable, ...staying.filter((id) => used.has(id))]);
  return shipsAll(lines, other) && isWorthIt(current, other, lines) ? other : current;
}

const locationsOf = (units: readonly UnitsAt[]): ReadonlySet<string> =>
  new Set(units.map(({ locationId }) => locationId));

/** The lines with the quantities that the plan ships. */
const linesIn = (plan: readonly UnitsAt[], lines: readonly LineToPlan[]): LineToPlan[] =>
  lines
    .map((line) => ({ ...line, quantity: unitsOf(plan, line.lineId) }))
    .filter(({ quantity }) => quantity > 0);

const shipsAll = (lines: readonly LineToPlan[], plan: readonly UnitsAt[]): boolean =>
  lines.every(({ lineId, quantity }) => unitsOf(plan, lineId) >= quantity);

/** What the plan adds to the current one, up to the units of each line that must leave. */
function onlyLeaving(plan: readonly UnitsAt[], current: readonly UnitsAt[], mustLeave: MustLeave): UnitsAt[] {
  const leaving = new Map<LineId, number>();
  for (const { lineId, locationId, quantity } of current) {
    if (mustLeave(locationId)) leaving.set(lineId, (leaving.get(lineId) ?? 0) + quantity);
  }
  return plan.flatMap((at) => {
    const added = Math.max(0, at.quantity - unitsOf(current, at.lineId, at.locationId));
    const left = leaving.get(at.lineId) ?? 0;
    const quantity = Math.min(added, left);
    leaving.set(at.lineId, left - quantity);
    return quantity > 0 ? [{ ...at, quantity }] : [];
  });
}

/** Only planned units: a SKU's stock fills backorders itself, the longest wait first. */
function linesToPlan(
  lineIds: readonly LineId[],
  { free }: ReplanProblem,
  current: readonly UnitsAt[],
  mustLeave: MustLeave,
): LineToPlan[] {
  return lineIds.flatMap((lineId) => {
    const quantity = unitsOf(current, lineId);
    if (quantity === 0) return [];
    const usable: Record<string, number> = { ...free.get(lineId) };
    for (const at of current) {
      if (at.lineId !== lineId || mustLeave(at.locationId)) continue;
      usable[at.locationId] = (usable[at.locationId] ?? 0) + at.quantity;
    }
    return [{ lineId, quantity, free: usable }];
  });
}
