/** A retailer at a date of its own, whose stock, orders and books are reconciled. */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { addDays } from "../../src/kernel/calendar";
import type { JournalEntry } from "../../src/ledger/domain/journal-entry";
import type { Check, Report } from "../../src/reconciliation/domain/report";
import worker from "../../src/worker";
import { insertEntryOnce } from "../../src/ledger/storage/journal";
import { finishJobs, finishRun, jobContext } from "../support/jobs";
import { callerWith, fetchWorker, makeKey, unique, type Call } from "../support/api";
import { openRetailer, type Retailer } from "../support/retailer";

export const TODAY = "2023-03-10";

export const nightlyCron = async () => {
  const execution = createExecutionContext();
  const controller = createScheduledController({ cron: "10 1 * * *", scheduledTime: new Date() });
  await worker.scheduled(controller, env, execution);
  await waitOnExecutionContext(execution);
  await finishJobs();
};

export const goTo = (on: string) => vi.setSystemTime(Date.parse(`${on}T01:10:00Z`));

export let admin: Call;
export let retailer: Retailer;

export const run = async (on: string): Promise<Report> => {
  const { status, body } = await admin("POST", `/v1/reconciliations/${on}/run`);
  expect(status).toBe(202);
  await finishRun(jobContext(), body["id"]);
  const report = await admin("GET", `/v1/reconciliations/${on}`);
  return report.body as Report;
};

export const check = async (name: string): Promise<Check> => {
  const { checks } = await run(TODAY);
  return checks.find((each) => each.name === name)!;
};

export const inventoryEntry = (postedOn: string, amountMinor: number): JournalEntry => ({
  postedOn,
  id: unique("by-hand"),
  orderId: null,
  at: Date.parse(`${postedOn}T00:30:00Z`),
  description: "By hand",
  postings: [
    { account: "assets:inventory", amountMinor, currency: "USD" },
    { account: "expenses:shrinkage", amountMinor: -amountMinor, currency: "USD" },
  ],
});

export const post = (entry: JournalEntry) => insertEntryOnce(env.DB, entry, addDays(TODAY, 5));

export const SOON = { timeout: 20_000, interval: 200 };

/** Waits until receipts are posted: they reach the books by the object's alarm and a queue. */
export const receiptsArePosted = () =>
  vi.waitUntil(async () => {
    const { ok, pending } = await check("inventory");
    return ok && pending.length === 0;
  }, SOON);

export const finalDays = async () => {
  const { body } = await admin("GET", "/v1/reconciliations?limit=200");
  const items = body["items"] as { on: string; provisional: boolean }[];
  return items.filter(({ provisional }) => !provisional).map(({ on }) => on);
};
/** The answer as it is sent: JavaScript reads large numbers inexactly. */
export const textOf = async (path: string) => {
  const { token } = await makeKey("admin");
  return (await fetchWorker(path, { headers: { authorization: `Bearer ${token}` } })).text();
};
export const closings = async (account: string) => {
  const { results } = await env.DB.prepare(
    "SELECT closed_on, balance_minor FROM account_balances WHERE account = ? ORDER BY closed_on",
  )
    .bind(account)
    .all<{ closed_on: string; balance_minor: number }>();
  return results.map((row) => `${row.closed_on} ${row.balance_minor}`);
};

/** Opens it, and waits until its receipts are posted. */
export async function openReconciledRetailer(): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"] });
  goTo(TODAY);
  admin = await callerWith("admin");
  retailer = await openRetailer(admin, {
    stock: [
      [5, 5],
      [3, 0],
    ],
  });
  await receiptsArePosted();
}
