/** Compares money: journal entries, balances, and the money of each order. Pure: callers pass in the data. */
import { imbalanceOf, type Account, type Balance, type Posting } from "../../ledger/domain/accounts";
import { isBalanced, type JournalEntry } from "../../ledger/domain/journal-entry";
import type { CurrencyCode } from "../../kernel/money";
import { payable } from "../../orders/domain/amounts";
import type { Order } from "../../orders/domain/order";
import { amountsOfUnits } from "../../orders/domain/order-line";
import { openShipping, openWorth, shippingCharge } from "../../orders/domain/payments/order-money";
import type { Exception } from "./report";

export const unbalancedEntries = (entries: readonly JournalEntry[]): Exception[] =>
  entries
    .filter(({ postings }) => !isBalanced(postings))
    .map(({ id, description }) => ({
      subject: id,
      expected: 0,
      actual: null,
      detail: `${description}: debits and credits differ`,
    }));

/** Currencies in which the closing balances do not add up to zero. */
export function trialBalanceExceptions(closing: readonly Balance[]): Exception[] {
  return Object.entries(imbalanceOf(closing)).map(([currency, sum]) => ({
    subject: currency,
    expected: 0,
    actual: sum,
    detail: "the trial balance does not add up to zero",
  }));
}

/** Accounts that orders hold a balance of, with the sign that makes the balance positive. */
const ORDER_ACCOUNTS = [
  ["depositsMinor", "liabilities:customer-deposits", -1],
  ["receivableMinor", "assets:receivable", 1],
  ["refundPayableMinor", "liabilities:refund-payable", -1],
] as const;

const balanceOf = (account: Account, sign: 1 | -1, postings: readonly Posting[]): number =>
  postings.reduce((sum, each) => (each.account === account ? sum + sign * each.amountMinor : sum), 0);

/** Compares the money of an order in its journal entries, in its own balances, and as the worth of its units. */
export function orderExceptions(order: Order, postings: readonly Posting[]): Exception[] {
  const exceptions: Exception[] = ORDER_ACCOUNTS.flatMap(([balance, account, sign]) => {
    const expected = balanceOf(account, sign, postings);
    const actual = order.balances[balance];
    if (expected === actual) return [];
    return [{ subject: order.id, expected, actual, detail: `${account}: the journal and the order differ` }];
  });
  const { leastMinor, maxMinor } = expectedDeposits(order);
  const actual = order.balances.depositsMinor;
  if (actual < leastMinor || actual > maxMinor) {
    const detail = "customer deposits are not what is paid and not yet shipped";
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
 * The range in which the order's customer deposits must lie, from its units and payments alone: the worth of the open
 * units, as far as it is paid.
 * - Without refunds the range is a single amount. A payment beyond the worth is a deposit too, unless it is owed back.
 * - Money owed back may pay for units that a later edit added, but only once they ship. Until then the deposits may be
 *   less than the units are worth.
 * - A refund does not say which payment it returns. It leaves a range if the order was overpaid, was not paid in full,
 *   or had returns of units that may never have been paid for.
 */
export function expectedDeposits(order: Order): Readonly<{ leastMinor: number; maxMinor: number }> {
  const open = Math.max(0, openWorth(order));
  if (order.refunds.length > 0) {
    const overpaid = order.capturedMinor - faceWorth(order);
    const returned = unitsWorth(order, "returned");
    return { leastMinor: overpaid >= 0 ? open : 0, maxMinor: open + Math.max(0, overpaid) + returned };
  }
  const unearned = Math.max(
    0,
    order.capturedMinor - unitsWorth(order, "shipped") - order.shippingEarnedMinor,
  );
  const { refundPayableMinor } = order.balances;
  const notOwedBack = unearned - refundPayableMinor;
  const maxMinor = Math.max(Math.min(unearned, open), notOwedBack);
  const mayBeOwed = wasFinished(order) ? unearned : cancelledWorth(order);
  const leastMinor = refundPayableMinor <= mayBeOwed ? Math.max(0, notOwedBack) : maxMinor;
  return { leastMinor, maxMinor };
}

/** With its last unit an order earns or gives back the rest of its shipping, and owes back any overpayment. */
const wasFinished = (order: Order): boolean => openShipping(order) === 0;

const cancelledWorth = (order: Order): number =>
  order.lines.reduce(
    (sum, line) =>
      sum + payable(amountsOfUnits(line, line.ordered - line.cancelled, line.ordered), order.taxIncluded),
    order.shippingCancelledMinor,
  );

/** The worth of all units that were ever on the order, including those cancelled since, and of its shipping. */
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

/** Accounts whose balance is not the sum over the open orders, such as one left over from a closed order. */
export function accountExceptions(balances: readonly Balance[], totals: readonly OrderTotals[]): Exception[] {
  const currencies = new Set([...balances, ...totals].map(({ currency }) => currency));
  return [...currencies].toSorted().flatMap((currency) =>
    ORDER_ACCOUNTS.flatMap(([balance, account, sign]) => {
      const expected = totals
        .filter((each) => each.currency === currency)
        .reduce((sum, each) => sum + each[balance], 0);
      const found = balances.find((each) => each.account === account && each.currency === currency);
      const actual = sign * (found?.balanceMinor ?? 0) + 0;
      if (expected === actual) return [];
      const detail = `${account} is not the sum over the open orders`;
      return [{ subject: `${account} ${currency}`, expected, actual, detail }];
    }),
  );
}

const DAY = 24 * 60 * 60_000;
const REFUND_DUE_DAYS = 7;

/** @param owedSince when the last part of the refund became owed. */
export function refundOwedException(order: Order, owedSince: number, now: number): Exception[] {
  const actual = order.balances.refundPayableMinor;
  if (actual === 0 || now - owedSince <= REFUND_DUE_DAYS * DAY) return [];
  const detail = `refund owed to ${order.number} for more than ${REFUND_DUE_DAYS} days`;
  return [{ subject: order.id, expected: 0, actual, detail }];
}
