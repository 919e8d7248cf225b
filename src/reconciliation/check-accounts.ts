/** The phases that compare accounts: of orders with the sum over the orders, and of stock with the SKUs' objects. Reads only. */
import { balancesOf } from "../ledger/domain/accounts";
import {
  closingBefore,
  endOf,
  postedIds,
  postingsOfSums,
  sumsOfPage,
  sumsStatement,
  type EntryKey,
} from "../ledger/journal";
import { addDays, localDate } from "../kernel/calendar";
import { sumWhole, type Whole } from "../kernel/whole-numbers";
import { orderTotalsOf, orderTotalsStatements } from "../orders/orders";
import { everyDatabase } from "../platform/d1/databases";
import type { ReconciliationContext } from "./context";
import { accountExceptions } from "./domain/book-checks";
import { checkOf, type Check } from "./domain/report";
import { checkInventory, isExplained, NO_STOCK, type UnpostedMovement } from "./domain/stock-sums";
import { withCheck, withoutExceptions, type Night, type Phase } from "./night";

/** Journal and orders of a database are read in one batch, so that no order changes in between. */
export const checkAccounts: Phase<never> = async (context, night) => ({
  night: withCheck(night, await accountsCheck(context)),
  at: null,
});

async function accountsCheck(context: ReconciliationContext): Promise<Check> {
  const { databases, config } = context;
  const today = localDate(context.now(), config.booksTimeZone);
  const closing = await closingBefore(databases.primary, today);
  const sumsSince = (db: D1Database) => sumsStatement(db, closing.closedOn, LATEST_DAY);
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

const LATEST_DAY = "9999-12-31";
const ENTRIES_A_PAGE = 10_000;
/** Everything is read once more before a difference is reported. */
const MAX_READINGS = 2;

/** `database`: its index in the list of all databases. `from`: where the page of each database begins. */
export type AccountPlace = Readonly<{ database: number; from: EntryKey; after: EntryKey; sum: Whole }>;

/**
 * Adds up the inventory account page by page, as of the moment of the audits, and compares. If the account is not the
 * value of stock, the phase of stock must run again: then `night.stock` is empty.
 */
export const checkInventoryAccount: Phase<AccountPlace> = async (context, night, at) => {
  if (at === null) return { night, at: await firstPage(context) };
  const db = everyDatabase(context.databases)[at.database];
  if (db !== undefined) {
    const page = await sumsOfPage(db, {
      after: at.after,
      to: LATEST_DAY,
      asOf: night.asOf,
      limit: ENTRIES_A_PAGE,
    });
    const sum = sumWhole([at.sum, ...page.sums.filter(isInventory).map(({ amountMinor }) => amountMinor)]);
    const isLast = page.next === null;
    const next = { database: at.database + Number(isLast), after: page.next ?? at.from };
    return { night, at: { ...at, ...next, sum } };
  }
  const stock = { ...night.stock, unposted: await withoutEntry(context, night.stock.unposted) };
  if (!isExplained(stock, at.sum) && (night.readings < MAX_READINGS || !night.auditsAll)) {
    return { night: readAgain(context, night), at: null };
  }
  const check = checkInventory(stock, at.sum, context.config.booksCurrency);
  return { night: withCheck({ ...night, stock }, check), at: null };
};

const isInventory = ({ account }: Readonly<{ account: string }>): boolean => account === "assets:inventory";

async function firstPage({ databases }: ReconciliationContext): Promise<AccountPlace> {
  const { closedOn, balances } = await closingBefore(databases.primary, LATEST_DAY);
  const balance = balances.find(isInventory)?.balanceMinor ?? 0;
  const from = endOf(closedOn);
  return { database: 0, from, after: from, sum: balance };
}

/** Every object is read as of now. */
const readAgain = (context: ReconciliationContext, night: Night): Night => ({
  ...withoutExceptions(night, ["movements", "allocations"]),
  auditsAll: true,
  readings: night.readings + 1,
  asOf: context.now(),
  stock: NO_STOCK,
});

/** Those of the movements that have no entry yet. */
async function withoutEntry(
  { databases, config, now }: ReconciliationContext,
  moved: readonly UnpostedMovement[],
): Promise<UnpostedMovement[]> {
  if (moved.length === 0) return [];
  const days = moved.map(({ at }) => localDate(at, config.booksTimeZone)).toSorted();
  // An entry is posted on the day of its movement, or on the first open day.
  const to = addDays(localDate(now(), config.booksTimeZone), 1);
  const ids = moved.map(({ id }) => id);
  const posted = await postedIds(databases.primary, ids, { from: days[0]!, to });
  return moved.filter(({ id }) => !posted.has(id));
}
