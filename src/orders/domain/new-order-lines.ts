/** Lines of a new order that storefronts report in another form: a discount of the whole order, or a fee. */
import { apportion } from "../../kernel/money";
import type { Amounts } from "./amounts";
import type { NewOrderLine } from "./new-order";

/**
 * The lines with a discount of the whole order, in proportion to what each still costs. No line gets a negative
 * price: what exceeds the price of all lines is dropped.
 */
export function discountLines(lines: readonly NewOrderLine[], amountMinor: number): NewOrderLine[] {
  const weights = lines.map((line) => Math.max(0, line.grossMinor - line.discountMinor));
  const maximum = weights.reduce((sum, weight) => sum + weight, 0);
  if (maximum === 0) return [...lines];
  const shares = apportion(Math.min(amountMinor, maximum), weights);
  return lines.map((line, i) => ({ ...line, discountMinor: line.discountMinor + shares[i]! }));
}

/** A charge other than for goods: a tip, duty, a surcharge. */
export const feeLine = (
  externalId: string,
  title: string,
  { grossMinor, discountMinor, taxMinor }: Amounts,
): NewOrderLine => ({
  externalId,
  sku: null,
  title,
  kind: "fee",
  quantity: 1,
  removed: 0,
  unitPriceMinor: grossMinor,
  grossMinor,
  discountMinor,
  taxMinor,
});
