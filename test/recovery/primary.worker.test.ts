/** What a recovery names after the restore of the primary database, and of days that had been closed. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { callerWith, unique, type Call } from "../support/api";
import { jobContext, runJob } from "../support/jobs";
import { copyDatabase, restoreDatabase } from "../support/restored-database";
import { openRetailer, type Retailer } from "../support/retailer";

const MINUTE = 60_000;
let call: Call;
let retailer: Retailer;
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

type Found = Readonly<{ kind: string; subject: string; detail: string }>;
const findings = async (): Promise<readonly Found[]> =>
  (await call("GET", "/v1/recovery-findings?limit=200")).body.items;
const named = async (kind: string) => (await findings()).filter((each) => each.kind === kind);
const recover = async (since: number, databases: readonly string[]) => {
  const { status, progress } = await runJob(jobContext(), { name: "recover" }, { since, databases });
  expect(status).toBe("done");
  return progress;
};
const succeed = async (answer: ReturnType<Call>) => expect((await answer).status).toBeLessThan(300);
const entries = () => env.DB.prepare("SELECT count(*) AS n FROM journal_entries").first<number>("n");

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.parse("2035-03-01T15:00:00Z"));
  call = await callerWith("admin");
  retailer = await openRetailer(call, { stock: [[10]] });
});
afterAll(() => void vi.useRealTimers());

describe("after a restore of the primary database", () => {
  it("stock and its entries are brought forward, and what cannot be known is named", async () => {
    const [sku] = retailer.skus;
    const [locationId] = retailer.locationIds;
    const inbound = { sku, locationId, quantity: 5, expectedOn: "2035-03-09" };
    await succeed(call("PUT", "/v1/inbound/po-1", inbound));
    const since = Date.now();
    const copy = await copyDatabase("DB", env.DB);
    pass(MINUTE);
    const receipt = { locationId, quantity: 5, ref: unique("po"), inboundId: "po-1" };
    await succeed(call("POST", `/v1/skus/${sku}/receipts`, receipt));
    await succeed(
      call("PUT", `/v1/skus/${sku}`, {
        title: "Thing",
        weightGrams: 200,
        unitCostMinor: 900,
        policy: "backorder",
      }),
    );
    // Alarms go by the real clock.
    await runDurableObjectAlarm(env.SKU_INVENTORY.getByName(sku!));
    await vi.waitUntil(async () => (await entries())! >= 2, { timeout: 20_000, interval: 100 });
    const before = await entries();
    await restoreDatabase("DB", env.DB, copy);
    expect(await entries()).toBeLessThan(before!);
    pass(MINUTE);

    await recover(since, ["DB"]);
    const after = await entries();
    expect(after, "the entries of stock movements").toBeGreaterThanOrEqual(before!);
    const { body } = await call("GET", `/v1/skus/${sku}/stock`);
    expect(body.levels).toMatchObject([{ onHand: 15 }]);
    expect(await named("primary_restored")).toHaveLength(1);
    const [differs] = await named("sku_differs");
    expect(differs).toMatchObject({ subject: sku });
    expect(differs!.detail).toMatch(/policy is deny in the catalog, backorder in the object/);
    const [uncounted] = await named("receipt_uncounted");
    expect(uncounted!.detail).toMatch(/5 of .* were received .* where po-1 is expected/);

    const ids = await findings();
    await recover(since, ["DB"]);
    expect(await findings(), "again").toEqual(ids);
    expect(await entries()).toBe(after);
  });
});

describe("after a restore of an orders database", () => {
  it("days that had been closed since then are opened, and named", async () => {
    const since = Date.now();
    const copy = await copyDatabase("ORDERS_00", env.ORDERS_00);
    const on = new Date(since).toISOString().slice(0, 10);
    pass(1_440 * MINUTE);
    await env.DB.prepare(
      "INSERT INTO account_balances (closed_on, account, currency, balance_minor) VALUES (?1, 'assets:inventory', 'USD', 0)",
    )
      .bind(on)
      .run();
    await restoreDatabase("ORDERS_00", env.ORDERS_00, copy);
    await recover(since, ["ORDERS_00"]);
    const [reopened] = await named("days_reopened");
    expect(reopened!.detail).toContain(on);
    const left = await env.DB.prepare("SELECT count(*) AS n FROM account_balances WHERE closed_on >= ?1")
      .bind(on)
      .first<number>("n");
    expect(left).toBe(0);
  });
});
