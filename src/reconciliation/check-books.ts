/** Checks of the books: the entries of a day, the accounts, and the money of each order. Reads only. */
import type { ReconciliationContext } from "./context";
import { balancesOf, type Balance } from "../ledger/domain/accounts";
import {
  accountExceptions,
  closingExceptions,
  orderExceptions,
  refundOwedException,
  trialBalanceExceptions,
  unbalancedEntries,
} from "./domain/book-checks";
import { checkOf, type Check, type Exception, type Sum } from "./domain/report";
import { expectedAllocations, type ExpectedAllocation } from "../orders/domain/allocation-differences";
import { addDays, localDate } from "../kernel/calendar";
import { sumWhole } from "../kernel/whole-numbers";
import { everyDatabase } from "../platform/d1/databases";
import {
  balancesOn,
  closingBefore,
  entriesAfter,
  postingsOfSums,
  startOf,
  sumsStatement,
  type EntryKey,
} from "../ledger/journal";
import {
  LIVE,
  liveOrdersAfter,
  orderTotalsOf,
  orderTotalsStatements,
  type LiveOrderCursor,
} from "../orders/orders";

const ENTRIES_A_PAGE = 500;
const ORDERS_A_PAGE = 100;

export async function checkEntries(context: ReconciliationContext, on: string): Promise<Check> {
  const databases = everyDatabase(context.databases);
  const exceptions: Exception[] = [];
  let counted = 0;
  let debits: Balance[] = [];
  for (let after: EntryKey | undefined = startOf(on); after;) {
    const entries = await entriesAfter(databases, { after, to: on, limit: ENTRIES_A_PAGE });
    counted += entries.length;
    exceptions.push(...unbalancedEntries(entries));
    const postings = entries.flatMap((entry) => entry.postings.filter(({ amountMinor }) => amountMinor > 0));
    debits = balancesOf(postings, debits);
    after = entries.length === ENTRIES_A_PAGE ? keyOf(entries.at(-1)) : undefined;
  }
  const totals = Map.groupBy(debits, ({ currency }) => currency);
  const sums: Sum[] = [...totals].map(([currency, balances]) => ({
    name: "debits",
    amount: sumWhole(balances.map(({ balanceMinor }) => balanceMinor)),
    currency,
  }));
  return checkOf("entries", "Every journal entry of the day balances", { counted, exceptions, sums });
}

const keyOf = (entry: EntryKey | undefined): EntryKey | undefined =>
  entry && { postedOn: entry.postedOn, id: entry.id };

/** The balances at the end of the day: the last closing before it, and everything posted since. */
export async function closingOf(context: ReconciliationContext, on: string): Promise<Balance[]> {
  const { databases } = context;
  const closing = await closingBefore(databases.primary, addDays(on, -1));
  return balancesOn(everyDatabase(databases), closing, on);
}

/** Accounts whose stored closing of the day is not what its entries add up to; none for a day that is not closed. */
export async function changedClosings(context: ReconciliationContext, on: string): Promise<Exception[]> {
  const stored = await closingBefore(context.databases.primary, on);
  if (stored.closedOn !== on) return [];
  return closingExceptions(on, stored.balances, await closingOf(context, on));
}

export const checkTrialBalance = (balances: readonly Balance[], changed: readonly Exception[]): Check =>
  checkOf(
    "trial_balance",
    "The accounts add up to zero in each currency, and closed days stay as they were",
    {
      counted: balances.length,
      exceptions: [...trialBalanceExceptions(balances), ...changed],
      sums: balances.map(({ account, currency, balanceMinor }) => ({
        name: account,
        amount: balanceMinor,
        currency,
      })),
    },
  );

type OrdersChecked = Readonly<{
  checks: readonly Check[];
  /** What the open lines must hold in the SKUs' objects. */
  allocations: readonly ExpectedAllocation[];
}>;

/** Reads every open order once: checks its money, and returns what its open lines must hold of stock. */
export async function checkOrders(context: ReconciliationContext): Promise<OrdersChecked> {
  const money: Exception[] = [];
  const owed: Exception[] = [];
  const allocations: ExpectedAllocation[] = [];
  let counted = 0;
  let owing = 0;
  for (const db of context.databases.allOrders) {
    for (const live of LIVE) {
      for (let after: LiveOrderCursor | undefined = null; after !== undefined;) {
        const page = await liveOrdersAfter(db, live, { after, limit: ORDERS_A_PAGE });
        for (const { order, postings, lastPostedAt } of page) {
          money.push(...orderExceptions(order, postings));
          owed.push(...refundOwedException(order, lastPostedAt, context.now()));
          allocations.push(...expectedAllocations(order));
          owing += Number(order.balances.refundPayableMinor > 0);
        }
        counted += page.length;
        after = page.length === ORDERS_A_PAGE ? page.at(-1)?.order : undefined;
      }
    }
  }
  return {
    allocations,
    checks: [
      checkOf(
        "order_money",
        "Each order's deposits, receivables and refunds owed match its journal entries and units",
        {
          counted,
          exceptions: money,
        },
      ),
      await checkAccounts(context),
      checkOf("refunds_owed", "No refund is owed for longer than a week", {
        counted: owing,
        exceptions: owed,
      }),
    ],
  };
}

/** Reads journal and orders of a database in one batch, so that no order changes in between. */
async function checkAccounts(context: ReconciliationContext): Promise<Check> {
  const { databases, config } = context;
  const today = localDate(context.now(), config.booksTimeZone);
  const closing = await closingBefore(databases.primary, today);
  const sumsSince = (db: D1Database) => sumsStatement(db, closing.closedOn, "9999-12-31");
  const readings = await Promise.all([
    databases.primary.batch([sumsSince(databases.primary)]),
    ...databases.allOrders.map((db) => db.batch([sumsSince(db), ...orderTotalsStatements(db)])),
  ]);
  const posted = readings.flatMap(([sums]) => postingsOfSums(sums?.results ?? []));
  const balances = balancesOf(posted, closing.balances);
  const totals = readings.flatMap(([, ...orders]) => orders.flatMap(({ results }) => orderTotalsOf(results)));
  const kept = balances.filter(({ account }) =>
    ["liabilities:customer-deposits", "assets:receivable", "liabilities:refund-payable"].includes(account),
  );
  return checkOf(
    "accounts",
    "Customer deposits, receivables and refunds owed equal the sum over the open orders",
    {
      counted: kept.length,
      exceptions: accountExceptions(balances, totals),
      sums: kept.map(({ account, currency, balanceMinor }) => ({
        name: account,
        amount: balanceMinor,
        currency,
      })),
    },
  );
}
