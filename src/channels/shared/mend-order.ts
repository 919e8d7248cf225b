/**
 * Mends shapes of an order that no storefront documents and all of them send: a part of a unit, a line that is there
 * twice. What is not certain is a reason to hold the order.
 */
import { followingKey } from "../../kernel/ids";
import type { HoldCode, HoldReason } from "../../orders/domain/holds/hold";
import type { NewOrder, NewOrderLine } from "../../orders/domain/new-order";
import { computedTotal, withProblems } from "../../orders/domain/new-order-checks";
import { fulfilledUnits } from "../../orders/domain/reported-units";

/** `linesPath`: where the lines are in the payload. */
export function mendOrder(order: NewOrder, linesPath: string): NewOrder {
  const distinct = distinctLines(order, linesPath);
  const whole = wholeUnits({ ...order, lines: distinct.lines }, linesPath);
  const reasons = [...distinct.reasons, ...whole.reasons];
  const isMended = reasons.length > 0 || distinct.lines.length < order.lines.length;
  const mended = isMended ? withProblems(whole.order, [...givenProblems(order), ...reasons]) : order;
  return { ...mended, problems: mended.problems.filter((problem) => isNeeded(problem.code, mended)) };
}

/** Problems that follow from the lines: `withProblems` finds them again. */
const DERIVED: readonly HoldCode[] = ["totals_mismatch", "sku_missing", "address_missing"];

const givenProblems = ({ problems }: NewOrder) => problems.filter(({ code }) => !DERIVED.includes(code));

/** Goods that were handed over or withdrawn need neither an address nor a SKU. */
function isNeeded(code: HoldCode, order: NewOrder): boolean {
  if (code !== "address_missing" && code !== "sku_missing") return true;
  const open = order.lines.filter((line) => line.kind === "physical" && unitsToSend(order, line) > 0);
  return code === "address_missing" ? open.length > 0 : open.some(({ sku }) => sku === null);
}

const unitsToSend = (
  { fulfilled }: Pick<NewOrder, "fulfilled">,
  { externalId, quantity, removed }: NewOrderLine,
): number => quantity - removed - fulfilledUnits(fulfilled, externalId);

type Lines = Readonly<{ lines: readonly NewOrderLine[]; reasons: readonly HoldReason[] }>;

/**
 * A line twice is one line, if the total shows how many units it has: those of one copy, or of all copies together. If
 * it does not, the copies stay lines of their own, and the order is held.
 */
function distinctLines(order: NewOrder, linesPath: string): Lines {
  const { lines } = order;
  const groups = [...Map.groupBy(lines, ({ externalId }) => externalId).values()];
  if (groups.length === lines.length) return { lines, reasons: [] };
  const addsUp = (merged: readonly NewOrderLine[] | null) =>
    merged !== null && computedTotal({ ...order, lines: merged }) === order.totalMinor;
  const once = groups.every(areEqual) ? groups.map(([first]) => first!) : null;
  const together = groups.every(areAlike) ? groups.map(merged) : null;
  if (addsUp(once) !== addsUp(together)) return { lines: (addsUp(once) ? once : together)!, reasons: [] };
  const twice = lines.flatMap(({ externalId }, i) =>
    lines.findIndex((line) => line.externalId === externalId) === i ? [] : [`${linesPath}.${i}.id`],
  );
  return {
    lines: withOwnIds(groups),
    reasons: [{ code: "amount_inexact", detail: `there twice: ${twice.join(", ")}` }],
  };
}

/** The copies `3`, `3` are `3`, `3#2`; or `3#3`, if the storefront has a line `3#2` itself. */
function withOwnIds(groups: readonly (readonly NewOrderLine[])[]): readonly NewOrderLine[] {
  const taken = new Set(groups.map(([first]) => first!.externalId));
  return groups.flatMap((group) =>
    group.map((line, i) => {
      if (i === 0) return line;
      let copy = i + 1;
      while (taken.has(followingKey(line.externalId, String(copy)))) copy += 1;
      const externalId = followingKey(line.externalId, String(copy));
      taken.add(externalId);
      return { ...line, externalId };
    }),
  );
}

const areEqual = (group: readonly NewOrderLine[]): boolean =>
  group.every((line) => JSON.stringify(line) === JSON.stringify(group[0]));

/** Copies that differ only in their units and amounts. */
const areAlike = (group: readonly NewOrderLine[]): boolean =>
  group.every(
    ({ sku, kind, unitPriceMinor }) =>
      sku === group[0]!.sku && kind === group[0]!.kind && unitPriceMinor === group[0]!.unitPriceMinor,
  );

const merged = (group: readonly NewOrderLine[]): NewOrderLine =>
  group.reduce((sum, line) => ({
    ...sum,
    quantity: sum.quantity + line.quantity,
    removed: sum.removed + line.removed,
    grossMinor: sum.grossMinor + line.grossMinor,
    discountMinor: sum.discountMinor + line.discountMinor,
    taxMinor: sum.taxMinor + line.taxMinor,
  }));

/** A part of a unit is taken as the whole unit, and the order is held: staff know what the customer gets. */
function wholeUnits(
  order: NewOrder,
  linesPath: string,
): Readonly<{ order: NewOrder; reasons: readonly HoldReason[] }> {
  const parts = order.lines.flatMap(({ quantity }, i) =>
    Number.isInteger(quantity) ? [] : [`${linesPath}.${i}.quantity is ${quantity}`],
  );
  const ceil = <Line extends Readonly<{ quantity: number }>>(line: Line): Line => ({
    ...line,
    quantity: Math.ceil(line.quantity),
  });
  const whole = {
    ...order,
    lines: order.lines.map((line) => ({ ...ceil(line), removed: Math.ceil(line.removed) })),
    refunds: order.refunds.map((refund) => ({ ...refund, lines: refund.lines.map(ceil) })),
    fulfilled: order.fulfilled.map((each) => ({ ...each, lines: each.lines.map(ceil) })),
  };
  const reasons: HoldReason[] =
    parts.length > 0 ? [{ code: "amount_inexact", detail: `only whole units: ${parts.join(", ")}` }] : [];
  return { order: whole, reasons };
}
