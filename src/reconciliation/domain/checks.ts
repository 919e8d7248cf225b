/**
 * What each night proves: that the entries balance, that every order's money is where the books say, and
 * that stock, orders and money agree. Pure comparison: what it compares was read by somebody else.
 *
 * A check names what it counted and added up, and every difference it found. What is still under way, such
 * as an effect on its way to a SKU's object, is named and allowed for, never hidden.
 */
import { imbalanceOf, type Account, type Balance, type Posting } from "../../ledger/domain/accounts";
import { isBalanced, type JournalEntry } from "../../ledger/domain/journal-entry";
import type { CurrencyCode } from "../../kernel/money";
import { payable } from "../../orders/domain/amounts";
import type { Order } from "../../orders/domain/order";
import { amountsOfUnits } from "../../orders/domain/order-line";
import { openShipping, openWorth, shippingCharge } from "../../orders/domain/payments/order-money";

/** Something that is not as it should be. Amounts are minor units; `expected` and `actual` are null where only words help. */
export type Exception = Readonly<{
  subject: string;
  expected: number | null;
  actual: number | null;
  detail: string;
}>;

/** A sum the check made: minor units of a currency, or a count where the currency is null. */
export type Sum = Readonly<{ name: string; amount: number; currency: CurrencyCode | null }>;

export type Check = Readonly<{
  name: string;
  title: string;
  counted: number;
  sums: readonly Sum[];
  ok: boolean;
  /** How many there are; `exceptions` lists the first of them. */
  exceptionCount: number;
  exceptions: readonly Exception[];
  pending: readonly string[];
  repaired: readonly string[];
}>;

export type Report = Readonly<{
  on: string;
  /** The day was not over: its numbers are those of `checkedAt`. */
  provisional: boolean;
  checkedAt: number;
  clean: boolean;
  checks: readonly Check[];
}>;

const MAX_LISTED = 100;

type Found = Readonly<{
  counted: number;
  exceptions: readonly Exception[];
  sums?: readonly Sum[];
  pending?: readonly string[];
  repaired?: readonly string[];
}>;

export const checkOf = (name: string, title: string, found: Found): Check => ({
  name,
  title,
  counted: found.counted,
  sums: found.sums ?? [],
  ok: found.exceptions.length === 0,
  exceptionCount: found.exceptions.length,
  exceptions: found.exceptions.slice(0, MAX_LISTED),
  pending: (found.pending ?? []).slice(0, MAX_LISTED),
  repaired: (found.repaired ?? []).slice(0, MAX_LISTED),
});

export const unbalancedEntries = (entries: readonly JournalEntry[]): Exception[] =>
  entries
    .filter(({ postings }) => !isBalanced(postings))
    .map(({ id, description }) => ({
      subject: id,
      expected: 0,
      actual: null,
      detail: `${description}: debits and credits differ`,
    }));

/** Closing balances add up to nothing in each currency, and are the last closing and the day's entries. */
export function trialBalanceExceptions(closing: readonly Balance[]): Exception[] {
  return Object.entries(imbalanceOf(closing)).map(([currency, sum]) => ({
    subject: currency,
    expected: 0,
    actual: sum,
    detail: "the trial balance does not add up to zero",
  }));
}

/** The accounts that are kept order by order, as `balances` holds them: never under zero. */
const OF_ORDERS = [
  ["depositsMinor", "liabilities:customer-deposits", -1],
  ["receivableMinor", "assets:receivable", 1],
  ["refundPayableMinor", "liabilities:refund-payable", -1],
] as const;

const heldIn = (account: Account, sign: 1 | -1, postings: readonly Posting[]): number =>
  postings.reduce((sum, each) => (each.account === account ? sum + sign * each.amountMinor : sum), 0);

/** One order's money, three ways: what its entries posted, what it says itself, what its units are worth. */
export function orderExceptions(order: Order, postings: readonly Posting[]): Exception[] {
  const exceptions: Exception[] = OF_ORDERS.flatMap(([balance, account, sign]) => {
    const expected = heldIn(account, sign, postings);
    const actual = order.balances[balance];
    if (expected === actual) return [];
    return [{ subject: order.id, expected, actual, detail: `${account}: the journal and the order differ` }];
  });
  const { leastMinor, maxMinor } = expectedDeposits(order);
  const actual = order.balances.depositsMinor;
  if (actual < leastMinor || actual > maxMinor) {
    const detail = "customer deposits are not what is paid and not yet sent";
    exceptions.push({
      subject: order.id,
      expected: actual < leastMinor ? leastMinor : maxMinor,
      actual,
      detail,
    });
  }
  return exceptions;
}

/**
 * What must be on deposit, from the order's units and payments alone: the worth of what is open, as far as
 * it is paid. Without refunds that is exact; what was paid beyond it is a deposit too, unless it is owed back.
 * What is owed back may pay for units that an edit added since, but not before they are sent: until then less
 * is on deposit than they are worth. A refund does not say which money it was, so that it leaves a range where
 * the order was overpaid, not paid in full, or had units come back that may never have been paid.
 */
export function expectedDeposits(order: Order): Readonly<{ leastMinor: number; maxMinor: number }> {
  const open = Math.max(0, openWorth(order));
  const overpaid = order.capturedMinor - faceWorth(order);
  if (order.refunds.length > 0) {
    const back = unitsWorth(order, "returned");
    return { leastMinor: overpaid >= 0 ? open : 0, maxMinor: open + Math.max(0, overpaid) + back };
  }
  const unearned = Math.max(
    0,
    order.capturedMinor - unitsWorth(order, "shipped") - order.shippingEarnedMinor,
  );
  const { refundPayableMinor } = order.balances;
  const notOwedBack = unearned - refundPayableMinor;
  const maxMinor = Math.max(Math.min(unearned, open), notOwedBack);
  const mayBeOwed = wasFinished(order) ? unearned : cancelledWorth(order) + Math.max(0, overpaid);
  const leastMinor = refundPayableMinor <= mayBeOwed ? Math.max(0, notOwedBack) : maxMinor;
  return { leastMinor, maxMinor };
}

/** With its last unit an order earns or gives back the rest of its shipping, and owes back what was paid too much. */
const wasFinished = (order: Order): boolean => openShipping(order) === 0;

const cancelledWorth = (order: Order): number =>
  order.lines.reduce(
    (sum, line) =>
      sum + payable(amountsOfUnits(line, line.ordered - line.cancelled, line.ordered), order.taxIncluded),
    order.shippingCancelledMinor,
  );

/** The whole order as it was placed, with what was cancelled since. */
const faceWorth = (order: Order): number =>
  order.lines.reduce((sum, line) => sum + payable(line, order.taxIncluded), shippingCharge(order));

const unitsWorth = (order: Order, which: "shipped" | "returned"): number =>
  order.lines.reduce(
    (sum, line) => sum + payable(amountsOfUnits(line, 0, line[which]), order.taxIncluded),
    0,
  );

export type OrderTotals = Readonly<{
  currency: CurrencyCode;
  depositsMinor: number;
  receivableMinor: number;
  refundPayableMinor: number;
}>;

/** The accounts as a whole are what all orders hold together: nothing is left over from closed ones. */
export function accountExceptions(balances: readonly Balance[], totals: readonly OrderTotals[]): Exception[] {
  const currencies = new Set([...balances, ...totals].map(({ currency }) => currency));
  return [...currencies].toSorted().flatMap((currency) =>
    OF_ORDERS.flatMap(([balance, account, sign]) => {
      const expected = totals
        .filter((each) => each.currency === currency)
        .reduce((sum, each) => sum + each[balance], 0);
      const found = balances.find((each) => each.account === account && each.currency === currency);
      const actual = sign * (found?.balanceMinor ?? 0) + 0;
      if (expected === actual) return [];
      const detail = `${account} is not what the open orders add up to`;
      return [{ subject: `${account} ${currency}`, expected, actual, detail }];
    }),
  );
}

const DAY = 24 * 60 * 60_000;
/** Owed longer than this, a refund was forgotten. */
const REFUND_DUE_DAYS = 7;

/** `owedSince`: when the last of it became owed. */
export function refundOwedException(order: Order, owedSince: number, now: number): Exception[] {
  const actual = order.balances.refundPayableMinor;
  if (actual === 0 || now - owedSince <= REFUND_DUE_DAYS * DAY) return [];
  const detail = `refund owed to ${order.number} for more than ${REFUND_DUE_DAYS} days`;
  return [{ subject: order.id, expected: 0, actual, detail }];
}
