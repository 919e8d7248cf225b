/**
 * An order's units, one by one: what became of each, kept beside the order by plain searching. Money is not
 * kept here: what each unit is worth follows from its place in its line.
 */

export type Unit = {
  line: string;
  state: UnitState;
  part: string | null;
  arrived: boolean;
  returned: boolean;
  restocked: boolean;
};
export type UnitState = "unsourced" | "backordered" | "allocated" | "shipped" | "cancelled";

export type Part = {
  id: string;
  where: string | null;
  status: "planned" | "released" | "shipped" | "delivered" | "cancelled" | "rejected";
};

export type UnitsOfOrder = { units: Unit[]; parts: Part[] };

const isOpen = ({ status }: Part): boolean => status === "planned" || status === "released";

export const unitsOf = ({ units }: UnitsOfOrder, line: string, state: UnitState, part?: string): Unit[] =>
  units.filter((unit) => unit.line === line && unit.state === state && (!part || unit.part === part));

/** Units that the part has yet to send. */
const waitingIn = ({ units }: UnitsOfOrder, { id }: Part): Unit[] =>
  units.filter((unit) => unit.part === id && unit.state === "allocated");

/** A part with nothing left to send ends: as what went out of it, where anything did. */
function endIfEmpty(order: UnitsOfOrder, part: Part, otherwise: "cancelled" | "rejected"): void {
  if (!isOpen(part) || waitingIn(order, part).length > 0) return;
  const went = sentFrom(order, part);
  part.status =
    went.length === 0 ? otherwise : went.every(({ arrived }) => arrived) ? "delivered" : "shipped";
}

const sentFrom = ({ units }: UnitsOfOrder, { id }: Part): Unit[] =>
  units.filter((unit) => unit.part === id && unit.state === "shipped");

export function deliverUnits(order: UnitsOfOrder, part: Part, line: string, quantity: number): void {
  const notArrived = sentFrom(order, part).filter((unit) => unit.line === line && !unit.arrived);
  for (const unit of notArrived.slice(0, quantity)) unit.arrived = true;
  if (part.status === "shipped" && sentFrom(order, part).every(({ arrived }) => arrived)) {
    part.status = "delivered";
  }
}

export function shipUnits(order: UnitsOfOrder, part: Part, line: string, quantity: number): void {
  for (const unit of unitsOf(order, line, "allocated", part.id).slice(0, quantity)) unit.state = "shipped";
  endIfEmpty(order, part, "cancelled");
}

export function rejectPart(order: UnitsOfOrder, part: Part): void {
  for (const unit of waitingIn(order, part)) Object.assign(unit, { state: "backordered", part: null });
  endIfEmpty(order, part, "rejected");
}

/** Answers how many the line still waited for. */
export function fillUnits(order: UnitsOfOrder, line: string, part: Part, quantity: number): number {
  const filled = unitsOf(order, line, "backordered").slice(0, quantity);
  for (const unit of filled) Object.assign(unit, { state: "allocated", part: part.id });
  return filled.length;
}

export function cutUnits(order: UnitsOfOrder, line: string, where: string, quantity: number): void {
  let left = quantity;
  for (const part of leastAdvanced(order).filter((each) => each.where === where)) {
    const cut = unitsOf(order, line, "allocated", part.id).slice(0, left);
    for (const unit of cut) Object.assign(unit, { state: "backordered", part: null });
    left -= cut.length;
    endIfEmpty(order, part, "cancelled");
  }
}

/** What nobody could source goes first, then what is owed, then what is furthest from leaving. */
export function cancelUnits(order: UnitsOfOrder, line: string, quantity: number): void {
  const allocated = leastAdvanced(order).flatMap((part) => unitsOf(order, line, "allocated", part.id));
  const inTurn = [...unitsOf(order, line, "unsourced"), ...unitsOf(order, line, "backordered"), ...allocated];
  for (const unit of inTurn.slice(0, quantity)) unit.state = "cancelled";
  for (const part of order.parts) endIfEmpty(order, part, "cancelled");
}

export function returnUnits(order: UnitsOfOrder, line: string, quantity: number, restocked: boolean): void {
  const sent = unitsOf(order, line, "shipped").filter((unit) => !unit.returned);
  for (const unit of sent.slice(0, quantity)) Object.assign(unit, { returned: true, restocked });
}

const leastAdvanced = ({ parts }: UnitsOfOrder): Part[] =>
  parts
    .filter(isOpen)
    .toSorted((a, b) => (a.status === b.status ? (a.id < b.id ? -1 : 1) : a.status === "planned" ? -1 : 1));
