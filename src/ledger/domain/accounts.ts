/**
 * The chart of accounts, named as in hledger: the first part is the kind of account, and reports add up by the parts
 * between colons. Only accounts of this list can be posted to.
 */
import type { CurrencyCode } from "../../kernel/money";
import { sumWhole, type Whole } from "../../kernel/whole-numbers";

export const ACCOUNTS = [
  /** Captured by the payment provider and not yet paid out. */
  "assets:psp-clearing",
  /** Shipped and not yet paid for. */
  "assets:receivable",
  /** Units on hand at standard cost, in the books' currency. */
  "assets:inventory",
  /** Paid for and not yet shipped, with tax and shipping: a contract liability (ASC 606-10-45-2). */
  "liabilities:customer-deposits",
  /** Owed to customers for cancelled or returned units, and not yet paid out. */
  "liabilities:refund-payable",
  "liabilities:sales-tax",
  /** Gift cards sold and not yet spent. */
  "liabilities:gift-cards",
  /** Received from suppliers, whose invoices are matched elsewhere. */
  "liabilities:goods-received-not-invoiced",
  /** Shipped to customers by drop-ship vendors, whose invoices are matched elsewhere. */
  "liabilities:vendor-payable",
  "revenue:products",
  "revenue:shipping",
  /** Contra revenue. */
  "revenue:discounts",
  /** Contra revenue: returned goods at list price. */
  "revenue:sales-returns",
  /** Contra revenue: refunds without returned goods. */
  "revenue:allowances",
  "revenue:restocking-fees",
  /** What a storefront's rounding adds to the sum of its figures, or takes off. */
  "revenue:rounding",
  "expenses:cogs",
  /** Damage, loss and units that a count finds missing; units that a count finds in excess reduce it. */
  "expenses:shrinkage",
  /** Changes of the standard cost of units on hand. */
  "expenses:inventory-revaluation",
] as const;

export type Account = (typeof ACCOUNTS)[number];

/** One line of a journal entry. Debits are positive, credits negative. */
export type Posting = Readonly<{ account: Account; amountMinor: number; currency: CurrencyCode }>;

/** A sum of postings: exact, also beyond 2^53. */
export type Balance = Readonly<{ account: Account; currency: CurrencyCode; balanceMinor: Whole }>;

/** A posting, or the sum of several. */
export type PostedSum = Readonly<{ account: Account; currency: CurrencyCode; amountMinor: Whole }>;

/** Adds up postings by account and currency, in the order of the chart. Balances of zero are left out. */
export function balancesOf(postings: Iterable<PostedSum>, opening: readonly Balance[] = []): Balance[] {
  const sums = new Map<string, Balance>();
  const add = (account: Account, currency: CurrencyCode, amountMinor: Whole) => {
    const key = `${account} ${currency}`;
    const balanceMinor = sumWhole([sums.get(key)?.balanceMinor ?? 0, amountMinor]);
    sums.set(key, { account, currency, balanceMinor });
  };
  for (const { account, currency, balanceMinor } of opening) add(account, currency, balanceMinor);
  for (const { account, currency, amountMinor } of postings) add(account, currency, amountMinor);
  return [...sums.values()]
    .filter((balance) => balance.balanceMinor !== 0)
    .toSorted((a, b) => inChartOrder(a, b) || (a.currency < b.currency ? -1 : 1));
}

/** The sum of the balances in each currency that is not zero. In correct books there is none. */
export function imbalanceOf(balances: readonly Balance[]): Readonly<Record<CurrencyCode, Whole>> {
  const byCurrency = Map.groupBy(balances, ({ currency }) => currency);
  const sums = [...byCurrency].map(
    ([currency, ofCurrency]) =>
      [currency, sumWhole(ofCurrency.map(({ balanceMinor }) => balanceMinor))] as const,
  );
  return Object.fromEntries(sums.filter(([, sum]) => sum !== 0));
}

const inChartOrder = (a: Balance, b: Balance) => ACCOUNTS.indexOf(a.account) - ACCOUNTS.indexOf(b.account);
