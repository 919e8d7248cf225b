/** Prices, discounts, taxes and shipping as the storefront has them now. */
import { unitShare } from "../../../kernel/money";
import type { Amounts } from "../amounts";
import type { NewOrder, NewOrderLine } from "../new-order";
import type { EventOf, OrderEvent } from "../order-events";
import { linesOf, type Order } from "../order";
import { amountsOfUnits, type OrderLine } from "../order-line";

type Priced = EventOf<"order.repriced">["lines"][number];

const FIGURES = ["grossMinor", "discountMinor", "taxMinor"] as const;

/** The event that gives the order the storefront's amounts; none if it has them. */
export function decideRepricing(order: Order, incoming: NewOrder): OrderEvent[] {
  const lines = incoming.lines.flatMap((line) => pricedLines(order, line));
  const { shipping, roundingMinor, totalMinor, taxIncluded } = incoming;
  const isSame =
    lines.length === 0 &&
    FIGURES.every((figure) => order.shipping[figure] === shipping[figure]) &&
    order.roundingMinor === roundingMinor &&
    order.totalMinor === totalMinor &&
    order.taxIncluded === taxIncluded;
  if (isSame) return [];
  return [{ type: "order.repriced", lines, shipping, roundingMinor, totalMinor, taxIncluded }];
}

/**
 * Our lines of one line of the storefront, with its amounts, if theirs are others. Units here that are shipped or open
 * are the first units of the line there: each has the share of its amounts that its position has.
 */
function pricedLines(order: Order, there: NewOrderLine): Priced[] {
  let from = 0;
  return linesOf(order, there.externalId).flatMap((line): Priced[] => {
    const kept = line.ordered - line.cancelled;
    const to = Math.min(there.quantity, from + kept);
    const wanted = shareOf(there, there.quantity, from, to);
    from = to;
    const isSame =
      FIGURES.every((figure) => amountsOfUnits(line, 0, kept)[figure] === wanted[figure]) &&
      line.title === there.title;
    if (isSame) return [];
    const amounts = kept === 0 ? line : wholeLine(wanted, kept, line);
    return [
      {
        id: line.id,
        title: there.title,
        unitPriceMinor: there.unitPriceMinor,
        grossMinor: amounts.grossMinor,
        discountMinor: amounts.discountMinor,
        taxMinor: amounts.taxMinor,
      },
    ];
  });
}

const shareOf = (amounts: Amounts, units: number, from: number, to: number): Amounts => ({
  grossMinor: unitShare(amounts.grossMinor, units, from, to),
  discountMinor: unitShare(amounts.discountMinor, units, from, to),
  taxMinor: unitShare(amounts.taxMinor, units, from, to),
});

/** The amounts of all units of the line, of which the first `kept` units have exactly those that are given. */
const wholeLine = (given: Amounts, kept: number, { ordered }: OrderLine): Amounts => ({
  grossMinor: amountWithShare(given.grossMinor, kept, ordered),
  discountMinor: amountWithShare(given.discountMinor, kept, ordered),
  taxMinor: amountWithShare(given.taxMinor, kept, ordered),
});

/**
 * An amount of `units` units whose first `kept` units have the share. There is one: a share grows by at most 1 when the
 * amount grows by 1.
 */
function amountWithShare(share: number, kept: number, units: number): number {
  let amount = Math.floor((share * units) / kept);
  while (unitShare(amount, units, 0, kept) < share) amount += 1;
  while (unitShare(amount, units, 0, kept) > share) amount -= 1;
  return amount;
}
