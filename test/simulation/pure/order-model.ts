/**
 * A simple model of an order: the state of every single unit, found by searching. It has no money, because the amount of
 * a unit follows from its position in its line.
 */

export type Unit = {
  line: string;
  state: UnitState;
  fulfillment: string | null;
  delivered: boolean;
  returned: boolean;
  restocked: boolean;
};
export type UnitState = "unsourced" | "backordered" | "allocated" | "shipped" | "cancelled";

export type ModelFulfillment = {
  id: string;
  where: string | null;
  status: "planned" | "released" | "shipped" | "delivered" | "cancelled" | "rejected";
};

export type OrderUnits = { units: Unit[]; fulfillments: ModelFulfillment[] };

const isOpen = ({ status }: ModelFulfillment): boolean => status === "planned" || status === "released";

export const unitsOf = (
  { units }: OrderUnits,
  line: string,
  state: UnitState,
  fulfillment?: string,
): Unit[] =>
  units.filter(
    (unit) =>
      unit.line === line && unit.state === state && (!fulfillment || unit.fulfillment === fulfillment),
  );

/** Units that the fulfillment has not shipped yet. */
const unshippedOf = ({ units }: OrderUnits, { id }: ModelFulfillment): Unit[] =>
  units.filter((unit) => unit.fulfillment === id && unit.state === "allocated");

/** Ends a fulfillment that has nothing left to ship: shipped or delivered if units left it, else as given. */
function endIfEmpty(
  order: OrderUnits,
  fulfillment: ModelFulfillment,
  otherwise: "cancelled" | "rejected",
): void {
  if (!isOpen(fulfillment) || unshippedOf(order, fulfillment).length > 0) return;
  const shipped = shippedOf(order, fulfillment);
  fulfillment.status =
    shipped.length === 0 ? otherwise : shipped.every(({ delivered }) => delivered) ? "delivered" : "shipped";
}

const shippedOf = ({ units }: OrderUnits, { id }: ModelFulfillment): Unit[] =>
  units.filter((unit) => unit.fulfillment === id && unit.state === "shipped");

export function deliverUnits(
  order: OrderUnits,
  fulfillment: ModelFulfillment,
  line: string,
  quantity: number,
): void {
  const undelivered = shippedOf(order, fulfillment).filter((unit) => unit.line === line && !unit.delivered);
  for (const unit of undelivered.slice(0, quantity)) unit.delivered = true;
  if (fulfillment.status === "shipped" && shippedOf(order, fulfillment).every(({ delivered }) => delivered)) {
    fulfillment.status = "delivered";
  }
}

export function shipUnits(
  order: OrderUnits,
  fulfillment: ModelFulfillment,
  line: string,
  quantity: number,
): void {
  for (const unit of unitsOf(order, line, "allocated", fulfillment.id).slice(0, quantity))
    unit.state = "shipped";
  endIfEmpty(order, fulfillment, "cancelled");
}

export function rejectUnits(order: OrderUnits, fulfillment: ModelFulfillment): void {
  for (const unit of unshippedOf(order, fulfillment))
    Object.assign(unit, { state: "backordered", fulfillment: null });
  endIfEmpty(order, fulfillment, "rejected");
}

/** Returns how many of the units the line was waiting for. */
export function fillUnits(
  order: OrderUnits,
  line: string,
  fulfillment: ModelFulfillment,
  quantity: number,
): number {
  const filled = unitsOf(order, line, "backordered").slice(0, quantity);
  for (const unit of filled) Object.assign(unit, { state: "allocated", fulfillment: fulfillment.id });
  return filled.length;
}

export function cutUnits(order: OrderUnits, line: string, where: string, quantity: number): void {
  let left = quantity;
  for (const fulfillment of leastAdvanced(order).filter((each) => each.where === where)) {
    const cut = unitsOf(order, line, "allocated", fulfillment.id).slice(0, left);
    for (const unit of cut) Object.assign(unit, { state: "backordered", fulfillment: null });
    left -= cut.length;
    endIfEmpty(order, fulfillment, "cancelled");
  }
}

/** Unsourced units are cancelled first, then backordered ones, then those of the least advanced fulfillment. */
export function cancelUnits(order: OrderUnits, line: string, quantity: number): void {
  const allocated = leastAdvanced(order).flatMap((fulfillment) =>
    unitsOf(order, line, "allocated", fulfillment.id),
  );
  const candidates = [
    ...unitsOf(order, line, "unsourced"),
    ...unitsOf(order, line, "backordered"),
    ...allocated,
  ];
  for (const unit of candidates.slice(0, quantity)) unit.state = "cancelled";
  for (const fulfillment of order.fulfillments) endIfEmpty(order, fulfillment, "cancelled");
}

export function returnUnits(order: OrderUnits, line: string, quantity: number, restocked: boolean): void {
  const shipped = unitsOf(order, line, "shipped").filter((unit) => !unit.returned);
  for (const unit of shipped.slice(0, quantity)) Object.assign(unit, { returned: true, restocked });
}

const leastAdvanced = ({ fulfillments }: OrderUnits): ModelFulfillment[] =>
  fulfillments
    .filter(isOpen)
    .toSorted((a, b) => (a.status === b.status ? (a.id < b.id ? -1 : 1) : a.status === "planned" ? -1 : 1));
