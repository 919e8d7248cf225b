/** Compares money: journal entries, balances, and the money of each order. Pure: callers pass in the data. */
import { balancesOf, imbalanceOf, type Balance, type Posting } from "../../ledger/domain/accounts";
import { isBalanced, type JournalEntry } from "../../ledger/domain/journal-entry";
import type { CurrencyCode } from "../../kernel/money";
import { negated, sumWhole, type Whole } from "../../kernel/whole-numbers";
import type { Order } from "../../orders/domain/order";
import { settlementOf } from "../../orders/domain/payments/settlement";
import { orderAccounts } from "../../orders/domain/postings";
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

/** Accounts whose balance at the end of the closed day is not the stored one: entries were changed after the closing. */
export function closingExceptions(
  on: string,
  stored: readonly Balance[],
  entries: readonly Balance[],
): Exception[] {
  const keyOf = ({ account, currency }: Balance) => `${account} ${currency}`;
  const [expected, actual] = [stored, entries].map(
    (balances) => new Map(balances.map((each) => [keyOf(each), each.balanceMinor])),
  );
  return [...new Set([...expected!.keys(), ...actual!.keys()])].flatMap((key) => {
    const [before, now] = [expected!.get(key) ?? 0, actual!.get(key) ?? 0];
    if (before === now) return [];
    const detail = `the entries up to ${on} no longer add up to its closing`;
    return [{ subject: key, expected: before, actual: now, detail }];
  });
}

/** Accounts that orders hold a balance of, with the sign that makes the balance positive. */
const ORDER_ACCOUNTS = [
  ["depositsMinor", "liabilities:customer-deposits", -1],
  ["receivableMinor", "assets:receivable", 1],
  ["refundPayableMinor", "liabilities:refund-payable", -1],
] as const;

/**
 * Compares an order with its journal: every account that follows from the order's units, payments and refunds has
 * exactly that balance in the journal, and the stored balances are those that follow from them.
 */
export function orderExceptions(order: Order, posted: readonly Posting[]): Exception[] {
  const stored = ORDER_ACCOUNTS.flatMap(([balance, account]) =>
    exceptionOf(order, `${account}: the stored balance does not follow from the order`, {
      expected: settlementOf(order).balances[balance],
      actual: order.balances[balance],
    }),
  );
  const inJournal = balancesOf(posted.filter(({ currency }) => currency === order.currency));
  const journal = Object.entries(orderAccounts(order)).flatMap(([account, expected]) =>
    exceptionOf(order, `${account}: the journal and the order differ`, {
      expected,
      actual: inJournal.find((each) => each.account === account)?.balanceMinor ?? 0,
    }),
  );
  return [...stored, ...journal];
}

const exceptionOf = (
  { id: subject }: Order,
  detail: string,
  { expected, actual }: Readonly<{ expected: number; actual: Whole }>,
): Exception[] => (expected === actual ? [] : [{ subject, expected: expected + 0, actual, detail }]);

export type OrderTotals = Readonly<{
  currency: CurrencyCode;
  depositsMinor: Whole;
  receivableMinor: Whole;
  refundPayableMinor: Whole;
}>;

/** Accounts whose balance is not the sum over the open orders, such as one left over from a closed order. */
export function accountExceptions(balances: readonly Balance[], totals: readonly OrderTotals[]): Exception[] {
  const currencies = new Set([...balances, ...totals].map(({ currency }) => currency));
  return [...currencies].toSorted().flatMap((currency) =>
    ORDER_ACCOUNTS.flatMap(([balance, account, sign]) => {
      const ofCurrency = totals.filter((each) => each.currency === currency);
      const expected = sumWhole(ofCurrency.map((each) => each[balance]));
      const found = balances.find((each) => each.account === account && each.currency === currency);
      const balanceMinor = found?.balanceMinor ?? 0;
      const actual = sign === 1 ? balanceMinor : negated(balanceMinor);
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
