/**
 * Chooses how the amounts of a BigCommerce order are meant. The documents do not state what a line's tax and discount
 * contain, so every reading is tried. The right one meets the order's total and its tax.
 */
import { payable, type Amounts } from "../../orders/domain/amounts";
import { computedTotal } from "../../orders/domain/new-order-checks";
import type { NewOrderLine } from "../../orders/domain/new-order";

export type OrderParts = Readonly<{
  lines: NewOrderLine[];
  shipping: Amounts;
  taxIncluded: boolean;
  totalMinor: number;
  roundingMinor: number;
}>;

/** What the order itself reports, in minor units; null if it does not. */
export type Reported = Readonly<{ taxMinor: number | null; discountMinor: number }>;

export type Choice = Readonly<{
  parts: OrderParts;
  /** Why the order must be held, although a reading adds up; null if it need not. */
  problem: string | null;
}>;

/** `readings`: at least one, in order of preference. None that adds up: the first, whose total then holds the order. */
export function chooseReading(readings: readonly OrderParts[], reported: Reported): Choice {
  const adding = readings.filter((reading) => computedTotal(reading) === reading.totalMinor);
  const exact = adding.filter(({ roundingMinor }) => roundingMinor === 0);
  const meetingTotal = exact.length > 0 ? exact : adding;
  if (meetingTotal.length === 0) return { parts: readings[0]!, problem: null };
  const meetingTax = meetingTotal.filter(
    (reading) => reported.taxMinor === null || taxOf(reading) === reported.taxMinor,
  );
  if (meetingTax.length === 0) {
    return {
      parts: meetingTotal[0]!,
      problem: "the amounts that add up to the total have another tax than the order",
    };
  }
  const meetingDiscount = meetingTax.filter((reading) => discountOf(reading) === reported.discountMinor);
  const candidates = meetingDiscount.length > 0 ? meetingDiscount : meetingTax;
  const parts = candidates[0]!;
  const isAmbiguous = candidates.some((candidate) => !isSameWorth(candidate, parts));
  return { parts, problem: isAmbiguous ? "the amounts can be read in several ways that add up" : null };
}

const chargesOf = ({ lines, shipping }: OrderParts): readonly Amounts[] => [...lines, shipping];

const taxOf = (parts: OrderParts): number =>
  chargesOf(parts).reduce((sum, { taxMinor }) => sum + taxMinor, 0);

const discountOf = (parts: OrderParts): number =>
  chargesOf(parts).reduce((sum, { discountMinor }) => sum + discountMinor, 0);

/** Whether both have the same price and tax for each line, but for rounding: then it does not matter which is meant. */
function isSameWorth(a: OrderParts, b: OrderParts): boolean {
  const [ofA, ofB] = [a, b].map((parts) =>
    chargesOf(parts).map((charge) => [payable(charge, parts.taxIncluded), charge.taxMinor] as const),
  );
  return (
    a.totalMinor === b.totalMinor &&
    ofA!.every(([price, tax], i) => Math.abs(price - ofB![i]![0]) <= 1 && Math.abs(tax - ofB![i]![1]) <= 1)
  );
}
