/**
 * The chart of accounts. Names are hledger's: the first part says the kind, and reports add up by the
 * colons. An account that is not in this list cannot be posted to.
 */
import type { CurrencyCode } from "../../kernel/money";

export const ACCOUNTS = [
  /** Taken by the payment provider and not yet paid out to us. */
  "assets:psp-clearing",
  /** Sent and not yet paid for. */
  "assets:receivable",
  /** On hand, at standard cost, in the books' currency. */
  "assets:inventory",
  /** Paid for and not yet sent, gross of tax and shipping: a contract liability (ASC 606-10-45-2). */
  "liabilities:customer-deposits",
  /** Owed back to customers: cancelled or returned, and not yet paid out. */
  "liabilities:refund-payable",
  "liabilities:sales-tax",
  /** Gift cards sold and not yet spent. */
  "liabilities:gift-cards",
  /** Received from suppliers, whose invoices are matched elsewhere. */
  "liabilities:goods-received-not-invoiced",
  /** Sent to customers by drop-ship vendors, whose invoices are matched elsewhere. */
  "liabilities:vendor-payable",
  "revenue:products",
  "revenue:shipping",
  /** Contra revenue. */
  "revenue:discounts",
  /** Contra revenue: goods that came back, at list price. */
  "revenue:sales-returns",
  /** Contra revenue: money given back though no goods came back. */
  "revenue:allowances",
  "revenue:restocking-fees",
  "expenses:cogs",
  /** Damage, loss and what counts find missing; what they find too much comes off it. */
  "expenses:shrinkage",
  /** Stock on hand that changed its standard cost. */
  "expenses:inventory-revaluation",
] as const;

export type Account = (typeof ACCOUNTS)[number];

/** One line of a journal entry. Debits are positive, credits negative. */
export type Posting = Readonly<{ account: Account; amountMinor: number; currency: CurrencyCode }>;

export type Balance = Readonly<{ account: Account; currency: CurrencyCode; balanceMinor: number }>;

/** Sums postings by account and currency, in the chart's order, without the zeros. */
export function balancesOf(postings: Iterable<Posting>, opening: readonly Balance[] = []): Balance[] {
  const sums = new Map<string, Balance>();
  const add = (account: Account, currency: CurrencyCode, amountMinor: number) => {
    const key = `${account} ${currency}`;
    const balanceMinor = (sums.get(key)?.balanceMinor ?? 0) + amountMinor;
    sums.set(key, { account, currency, balanceMinor });
  };
  for (const { account, currency, balanceMinor } of opening) add(account, currency, balanceMinor);
  for (const { account, currency, amountMinor } of postings) add(account, currency, amountMinor);
  return [...sums.values()]
    .filter((balance) => balance.balanceMinor !== 0)
    .toSorted((a, b) => inChartOrder(a, b) || (a.currency < b.currency ? -1 : 1));
}

/** What each currency's balances add up to: zero everywhere, or the books are wrong. Zeros are left out. */
export function imbalanceOf(balances: readonly Balance[]): Readonly<Record<CurrencyCode, number>> {
  const sums: Record<CurrencyCode, number> = {};
  for (const { currency, balanceMinor } of balances) sums[currency] = (sums[currency] ?? 0) + balanceMinor;
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

const inChartOrder = (a: Balance, b: Balance) => ACCOUNTS.indexOf(a.account) - ACCOUNTS.indexOf(b.account);
