/**
 * The phase that closes and reports each day: its balances, its entries, and what is past its deadline. Entries are added up
 * page by page.
 *
 * Nothing is posted to a closed day, but entries may still have been posted while its balances were added up: they are
 * added up again until they stay the same.
 */
import { balancesOf, type Balance } from "../ledger/domain/accounts";
import {
  closingBefore,
  endOf,
  entriesAfter,
  putClosing,
  startOf,
  sumsOfPage,
  type Closing,
  type EntryKey,
} from "../ledger/journal";
import { addDays } from "../kernel/calendar";
import { exactJson, sumWhole } from "../kernel/whole-numbers";
import { everyDatabase } from "../platform/d1/databases";
import { checkOverdue } from "./check-overdue";
import type { ReconciliationContext } from "./context";
import { lastDayOver } from "./days";
import { closingExceptions, trialBalanceExceptions, unbalancedEntries } from "./domain/book-checks";
import {
  checkOf,
  checkOfFindings,
  type Check,
  type Exception,
  type Found,
  type Report,
  type Sum,
} from "./domain/report";
import { findingsOf, withPart, without, type Night, type Phase } from "./night";
import { putReport, reportOn } from "./storage/reconciliations";

const ENTRIES_A_SUM = 10_000;
const ENTRIES_A_PAGE = 500;

/** A walk over the entries of all databases, one after the other. */
type Walk = Readonly<{ database: number; after: EntryKey }>;

/** `on`: the day that is closed or reported. */
export type DayPlace = Readonly<{ on: string; changed: readonly Exception[] }> &
  Readonly<
    | { part: "day_before"; walk: Walk; balances: readonly Balance[] }
    /** `stored`: what is stored of the day, to be compared with its entries. */
    | { part: "closing"; walk: Walk; balances: readonly Balance[]; stored: readonly Balance[] | null }
    | { part: "entries"; walk: Walk; closing: readonly Balance[] }
  >;

type Part<Name extends DayPlace["part"]> = Extract<DayPlace, { part: Name }>;
type Next = ReturnType<Phase<DayPlace>>;

export const closeDays: Phase<DayPlace> = async (context, night, at) => {
  if (at === null) {
    const [on] = night.days;
    return { night, at: on === undefined ? null : await beginDay(context, on) };
  }
  switch (at.part) {
    case "day_before":
      return checkDayBefore(context, night, at);
    case "closing":
      return closeDay(context, night, at);
    case "entries":
      return checkEntries(context, night, at);
  }
};

/** The closing of the day before is checked first, if it has one of its own. */
async function beginDay(context: ReconciliationContext, on: string): Promise<DayPlace> {
  const { primary } = context.databases;
  const before = addDays(on, -1);
  const { closedOn } = await closingBefore(primary, before);
  if (closedOn !== before) return beginClosing(context, on, []);
  const base = await closingBefore(primary, addDays(before, -1));
  return { part: "day_before", on, changed: [], ...walkSince(base) };
}

async function beginClosing(
  { databases }: ReconciliationContext,
  on: string,
  changed: readonly Exception[],
): Promise<Part<"closing">> {
  const { primary } = databases;
  const [base, own, report] = await Promise.all([
    closingBefore(primary, addDays(on, -1)),
    closingBefore(primary, on),
    reportOn(primary, on),
  ]);
  // A closing without a final report is one that an interrupted run has stored: it may still change.
  const isFinal = own.closedOn === on && report !== null && !report.provisional;
  return { part: "closing", on, changed, stored: isFinal ? own.balances : null, ...walkSince(base) };
}

const walkSince = ({ closedOn, balances }: Closing) => ({
  walk: { database: 0, after: endOf(closedOn) },
  balances,
});

type Added = Readonly<{ balances: readonly Balance[]; walk: Walk | null }>;

/** Adds a page of the entries up to the day. `walk` is null after the last page. */
async function addPage(
  { databases }: ReconciliationContext,
  { walk, balances }: Readonly<{ walk: Walk; balances: readonly Balance[] }>,
  { from, to }: Readonly<{ from: EntryKey; to: string }>,
): Promise<Added> {
  const all = everyDatabase(databases);
  const page = await sumsOfPage(all[walk.database]!, {
    after: walk.after,
    to,
    asOf: Number.MAX_SAFE_INTEGER,
    limit: ENTRIES_A_SUM,
  });
  const next = {
    database: walk.database + Number(page.next === null),
    after: page.next ?? from,
  };
  return {
    balances: balancesOf(page.sums, balances),
    walk: next.database < all.length ? next : null,
  };
}

async function checkDayBefore(context: ReconciliationContext, night: Night, at: Part<"day_before">): Next {
  const before = addDays(at.on, -1);
  const { primary } = context.databases;
  const base = await closingBefore(primary, addDays(before, -1));
  const { balances, walk } = await addPage(context, at, { from: endOf(base.closedOn), to: before });
  if (walk !== null) return { night, at: { ...at, walk, balances } };
  const stored = await closingBefore(primary, before);
  const changed = closingExceptions(before, stored.balances, balances);
  return { night, at: await beginClosing(context, at.on, changed) };
}

async function closeDay(context: ReconciliationContext, night: Night, at: Part<"closing">): Next {
  const { on } = at;
  const { primary } = context.databases;
  const base = await closingBefore(primary, addDays(on, -1));
  const { balances, walk } = await addPage(context, at, { from: endOf(base.closedOn), to: on });
  if (walk !== null) return { night, at: { ...at, walk, balances } };
  const entries = (closing: readonly Balance[], changed: readonly Exception[]): Part<"entries"> => ({
    part: "entries",
    on,
    changed: [...at.changed, ...changed],
    closing,
    walk: { database: 0, after: startOf(on) },
  });
  const begun = without(night, "entries");
  if (on > lastDayOver(context)) return { night: begun, at: entries(balances, []) };
  const isSame = at.stored !== null && exactJson(at.stored) === exactJson(balances);
  if (isSame) return { night: begun, at: entries(balances, []) };
  const report = await reportOn(primary, on);
  if (at.stored !== null && report !== null && !report.provisional) {
    return { night: begun, at: entries(at.stored, closingExceptions(on, at.stored, balances)) };
  }
  await putClosing(primary, on, balances);
  return { night, at: { ...at, stored: balances, ...walkSince(base) } };
}

async function checkEntries(context: ReconciliationContext, night: Night, at: Part<"entries">): Next {
  const { on, walk } = at;
  const all = everyDatabase(context.databases);
  const db = all[walk.database]!;
  const page = await entriesAfter([db], { after: walk.after, to: on, limit: ENTRIES_A_PAGE });
  const debits = page.flatMap(({ postings }) => postings.filter(({ amountMinor }) => amountMinor > 0));
  const checked = withPart(night, "entries", {
    counted: page.length,
    exceptions: unbalancedEntries(page),
    sums: debitsOf(balancesOf(debits)),
  });
  const last = page.length === ENTRIES_A_PAGE ? page.at(-1)! : null;
  if (last !== null) {
    const after = { postedOn: last.postedOn, id: last.id };
    return { night: checked, at: { ...at, walk: { ...walk, after } } };
  }
  const database = walk.database + 1;
  if (database < all.length) {
    return { night: checked, at: { ...at, walk: { database, after: startOf(on) } } };
  }
  await report(context, checked, at);
  const days = night.days.slice(1);
  const [next] = days;
  return {
    night: { ...checked, days },
    at: next === undefined ? null : await beginDay(context, next),
  };
}

const debitsOf = (balances: readonly Balance[]): Sum[] =>
  [...Map.groupBy(balances, ({ currency }) => currency)].map(([currency, ofCurrency]) => ({
    name: "debits",
    amount: sumWhole(ofCurrency.map(({ balanceMinor }) => balanceMinor)),
    currency,
  }));

async function report(context: ReconciliationContext, night: Night, at: Part<"entries">): Promise<void> {
  const { on } = at;
  const checks = [
    checkOfFindings("entries", "Every journal entry of the day balances", findingsOf(night, "entries")),
    checkTrialBalance(at),
    ...checksOfState(night),
    await checkOverdue(context, on),
  ];
  const day: Report = {
    on,
    provisional: on > lastDayOver(context),
    checkedAt: context.now(),
    compared: night.compare,
    clean: checks.every(({ ok }) => ok),
    checks,
  };
  const { startedAt, lastAll } = night;
  const allComparedAt = night.compare === "all" ? startedAt : lastAll;
  await putReport(context.databases.primary, day, { startedAt, allComparedAt });
}

const checkTrialBalance = ({ closing, changed }: Part<"entries">): Check =>
  checkOf(
    "trial_balance",
    "The accounts add up to zero in each currency, and closed days stay as they were",
    {
      counted: closing.length,
      exceptions: [...trialBalanceExceptions(closing), ...changed],
      sums: closing.map(({ account, currency, balanceMinor }) => ({
        name: account,
        amount: balanceMinor,
        currency,
      })),
    },
  );

/** The checks of orders, stock and storefronts as they are now, which all days of the run share. */
function checksOfState(night: Night): Check[] {
  const finished = new Map(night.checks.map((check) => [check.name, check]));
  const { skus, units } = night.stock;
  const audited: Found = {
    counted: skus,
    exceptions: [],
    sums: [{ name: "units on hand", amount: units, currency: null }],
  };
  const stock = withPart(withPart(night, "movements", audited), "stock_levels", { ...audited, sums: [] });
  const partial = [
    [
      "order_money",
      "Each order's deposits, receivables and refunds owed match its journal entries and units",
    ],
    ["refunds_owed", "No refund is owed for longer than a week"],
    ["allocations", "Allocated units match the open order lines"],
    ["movements", "Units on hand equal the sum of movements and cover the allocated units"],
    ["stock_levels", "Stock levels in the database match the SKUs' objects"],
  ] as const;
  for (const [name, title] of partial) {
    finished.set(name, checkOfFindings(name, title, findingsOf(stock, name)));
  }
  return SEQUENCE.flatMap((name) => finished.get(name) ?? []);
}

const SEQUENCE = [
  "order_money",
  "accounts",
  "refunds_owed",
  "inventory",
  "allocations",
  "movements",
  "stock_levels",
  "channel_stock",
  "directory",
] as const;
