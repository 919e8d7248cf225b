/** Amounts of money of a line or of the shipping charge, in minor units of the order's currency. */

/**
 * Amounts of a whole line, as the storefront showed them. If `taxIncluded`, gross and discount include the tax;
 * otherwise the tax is added on top.
 */
export type Amounts = Readonly<{ grossMinor: number; discountMinor: number; taxMinor: number }>;

/** What the customer pays: gross less discount, tax included. */
export const payable = ({ grossMinor, discountMinor, taxMinor }: Amounts, taxIncluded: boolean): number =>
  grossMinor - discountMinor + (taxIncluded ? 0 : taxMinor);

/** List price without tax: what revenue is booked at, before discounts. */
export const listPrice = ({ grossMinor, taxMinor }: Amounts, taxIncluded: boolean): number =>
  taxIncluded ? grossMinor - taxMinor : grossMinor;

export const NO_AMOUNTS: Amounts = { grossMinor: 0, discountMinor: 0, taxMinor: 0 };

export const sumAmounts = (amounts: readonly Amounts[]): Amounts =>
  amounts.reduce(
    (sum, each) => ({
      grossMinor: sum.grossMinor + each.grossMinor,
      discountMinor: sum.discountMinor + each.discountMinor,
      taxMinor: sum.taxMinor + each.taxMinor,
    }),
    NO_AMOUNTS,
  );
