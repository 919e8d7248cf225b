/**
 * Reconciliation with real stock, orders and books: clean if they agree, with an exception for each difference if not.
 * The tests share one retailer at a date of their own, and depend on the ones before.
 */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addDays } from "../../src/kernel/calendar";
import { journalEntries, rowOfEntry } from "../../src/ledger/storage/journal";
import { insertRows } from "../../src/platform/d1/rows";
import { aLine, anOrder } from "../support/an-order";
import { callerWith, fetchWorker, unique } from "../support/api";
import { anOrderOf } from "../support/retailer";
import { storeOrder } from "../support/store-order";
import { canonicalPayload } from "../support/storefront-traffic";
import {
  admin,
  check,
  closings,
  finalDays,
  goTo,
  inventoryEntry,
  nightlyCron,
  openReconciledRetailer,
  post,
  receiptsArePosted,
  retailer,
  run,
  SOON,
  textOf,
  TODAY,
} from "./reconciled-retailer";

const HOUR = 3_600_000;

beforeAll(openReconciledRetailer);

afterAll(() => void vi.useRealTimers());

describe("a reconciliation on demand", () => {
  it("is clean where stock, orders and books agree, and provisional until the day is over", async () => {
    const report = await run(TODAY);
    expect(report.checks.flatMap(({ exceptions }) => exceptions)).toEqual([]);
    expect(report).toMatchObject({ on: TODAY, clean: true, provisional: true });
    const inventory = report.checks.find(({ name }) => name === "inventory");
    expect(inventory).toMatchObject({
      counted: 2,
      sums: [{ amount: 9_100 }, { amount: 9_100 }, { amount: 0 }],
    });
  });

  it("rejects a day in the future", async () => {
    const { status } = await admin("POST", `/v1/reconciliations/${addDays(TODAY, 1)}/run`);
    expect(status).toBe(422);
  });

  it("requires the scope admin, and its report reports:read", async () => {
    const reader = await callerWith("reports:read");
    expect((await reader("POST", `/v1/reconciliations/${TODAY}/run`)).status).toBe(403);
    expect((await reader("GET", `/v1/reconciliations/${TODAY}`)).status).toBe(200);
    expect((await reader("GET", "/v1/reconciliations/2001-01-01")).status).toBe(404);
  });

  it("has a page", async () => {
    const response = await fetchWorker(`/reconciliations/${TODAY}`);
    expect(response.headers.get("content-type")).toMatch("text/html");
    const page = await response.text();
    expect(page).toContain("Stock, orders and money agree.");
    expect(page).toContain("91.00 USD");
    expect(page).not.toContain("<script");
    expect((await fetchWorker("/reconciliations/2001-01-01")).status).toBe(404);

    const negotiated = await admin("GET", `/v1/reconciliations/${TODAY}`, undefined, { accept: "*/*" });
    expect(negotiated.headers.get("content-type")).toMatch("application/json");
  });
});

describe("the checks", () => {
  it("find an inventory account that is not the value of stock", async () => {
    await post(inventoryEntry(TODAY, 500));
    expect(await check("inventory")).toMatchObject({
      ok: false,
      exceptions: [{ subject: "assets:inventory", expected: 9_100, actual: 9_600 }],
    });
    await post(inventoryEntry(TODAY, -500));
    expect(await check("inventory")).toMatchObject({ ok: true });
  });

  it("allow for an effect that is posted and not applied to stock yet, and name it", async () => {
    const [sku] = retailer.skus;
    const effect = {
      type: "ship",
      ref: unique("ord_x/2"),
      orderId: "ord_x",
      lineId: "line_x",
      locationId: retailer.locationIds[0],
      quantity: 1,
      unitCostMinor: 700,
      at: Date.now(),
    };
    const messages = JSON.stringify([null, { type: "stock.effect.v1", sku, effect }]);
    const row = [Date.now() + HOUR, effect.ref, messages] as const;
    await env.ORDERS_00.prepare(
      "INSERT INTO outbox (created_at, due_at, id, messages) VALUES (?1, ?1, ?2, ?3)",
    )
      .bind(...row)
      .run();
    await post(inventoryEntry(TODAY, -700));
    expect(await check("inventory")).toMatchObject({
      ok: true,
      pending: [`ship of 1 × ${sku} (${effect.ref})`],
    });
    await env.ORDERS_00.prepare("DELETE FROM outbox WHERE id = ?").bind(effect.ref).run();
    expect(await check("inventory")).toMatchObject({ ok: false });
    await post(inventoryEntry(TODAY, 700));
  });

  /** Keeps the SKU's events in its object, until the returned function is called. */
  const holdEvents = async (sku: string) => {
    const object = env.SKU_INVENTORY.getByName(sku);
    const later = Date.now() + 24 * HOUR;
    await runInDurableObject(object, (_object, { storage }) => {
      storage.sql.exec(
        `CREATE TRIGGER hold AFTER INSERT ON events
         BEGIN UPDATE events SET due_at = ${later} WHERE seq = NEW.seq; END`,
      );
    });
    return async () => {
      await runInDurableObject(object, async (_object, { storage }) => {
        storage.sql.exec("DROP TRIGGER hold");
        storage.sql.exec("UPDATE events SET due_at = 0");
        await storage.setAlarm(Date.now());
      });
      await runDurableObjectAlarm(object);
    };
  };

  const eventsOf = (sku: string): Promise<string> =>
    runInDurableObject(env.SKU_INVENTORY.getByName(sku), (_object, { storage }) =>
      JSON.stringify([...storage.sql.exec("SELECT event FROM events")]),
    );

  it("have a receipt whose entry is under way as pending, for a quarter of an hour", async () => {
    const sku = retailer.skus[0]!;
    const locationId = retailer.locationIds[0]!;
    const letGo = await holdEvents(sku);
    const receipt = { locationId, quantity: 2, ref: "asn-7" };
    expect((await admin("POST", `/v1/skus/${sku}/receipts`, receipt)).status).toBe(200);
    const found = await check("inventory");
    expect(found).toMatchObject({
      ok: true,
      pending: [expect.stringMatching(new RegExp(`^receive of 2 × ${sku} \\(.*asn-7\\) is not posted yet$`))],
      sums: [{ amount: 9_100 }, { amount: 10_500 }, { amount: -1_400 }],
    });
    vi.setSystemTime(Date.now() + 16 * 60_000);
    expect(await check("inventory")).toMatchObject({
      ok: false,
      exceptions: [{ expected: 10_500, actual: 9_100, detail: expect.stringContaining("not delivered yet") }],
    });
    goTo(TODAY);
    await letGo();
    await receiptsArePosted();
    await removeUnits(sku, 2);
  });

  it("have a backordered line as pending whose units arrived a moment ago", async () => {
    const sku = retailer.skus[1]!;
    const locationId = retailer.locationIds[0]!;
    const order = canonicalPayload(anOrderOf({ ...retailer, skus: [sku] }, [5]));
    const placed = await admin("POST", "/v1/orders", { channelId: retailer.channelId, ...order });
    expect(placed.body["lines"]).toMatchObject([{ backordered: 2 }]);
    const letGo = await holdEvents(sku);
    await admin("POST", `/v1/skus/${sku}/receipts`, { locationId, quantity: 2 });
    await vi.waitUntil(async () => (await eventsOf(sku)).includes("backorder.filled"), SOON);
    vi.setSystemTime(Date.now() + 14 * 60_000);
    const line = `${sku} ${placed.body["lines"][0].id}`;
    expect(await check("allocations")).toMatchObject({ ok: true, pending: [line] });
    vi.setSystemTime(Date.now() + 2 * 60_000);
    expect(await check("allocations")).toMatchObject({
      ok: false,
      exceptions: [
        { subject: line, expected: 2, actual: 0 },
        { subject: line, expected: 3, actual: 5 },
      ],
    });
    goTo(TODAY);
    await letGo();
    await vi.waitUntil(async () => {
      const { body } = await admin("GET", `/v1/orders/${placed.body["id"]}`);
      return body["lines"][0].backordered === 0;
    }, SOON);
    await receiptsArePosted();
    const cancelled = await admin("POST", `/v1/orders/${placed.body["id"]}/cancellations`, {
      reason: "Test over",
    });
    expect(cancelled.status).toBe(200);
    await removeUnits(sku, 2);
  });

  const removeUnits = async (sku: string, units: number) => {
    const damaged = { locationId: retailer.locationIds[0]!, quantity: -units, reason: "damaged" };
    await vi.waitUntil(
      async () => (await admin("POST", `/v1/skus/${sku}/adjustments`, damaged)).status === 200,
      SOON,
    );
    await receiptsArePosted();
  };

  /** An order of the SKU planned at the location, for which stock has no allocation. */
  const orderWithoutAllocations = (sku: string, locationId: string, ordered: number) => {
    const line = aLine("Mug", { id: `line_${crypto.randomUUID()}`, sku, ordered });
    const planned = {
      status: "planned",
      releaseAt: Date.now() + HOUR,
      releasedAt: null,
      shipByOn: null,
      lateAt: null,
      reason: null,
      stopReason: null,
      serviceId: null,
      pendingMoves: 0,
    } as const;
    const lines = [{ lineId: line.id, quantity: ordered, shipped: 0 }];
    return storeOrder(
      anOrder({
        channelId: retailer.channelId,
        externalId: unique("1"),
        placedAt: Date.now() - HOUR,
        lines: [line],
        fulfillments: [{ id: "ful_1", locationId, ...planned, lines }],
      }),
    );
  };

  it("find an order without its allocations, which are allocated again, once", async () => {
    const [sku] = retailer.skus;
    const [locationId] = retailer.locationIds;
    const order = await orderWithoutAllocations(sku!, locationId!, 2);
    expect(await check("allocations")).toMatchObject({
      ok: true,
      repaired: [`${sku} ${order.lines[0]!.id}`],
    });
    expect(await check("allocations")).toMatchObject({ ok: true, repaired: [], pending: [] });
    const { body } = await admin("GET", `/v1/skus/${sku}/stock`);
    expect(body["levels"]).toContainEqual(expect.objectContaining({ locationId, onHand: 5, allocated: 2 }));

    // The order was stored without its journal entry, so its money differs too.
    expect(await check("order_money")).toMatchObject({
      exceptions: [
        {
          subject: order.id,
          expected: order.capturedMinor,
          actual: 0,
          detail: "assets:psp-clearing: the journal and the order differ",
        },
        {
          subject: order.id,
          expected: -order.balances.depositsMinor,
          actual: 0,
          detail: "liabilities:customer-deposits: the journal and the order differ",
        },
      ],
    });
    expect(await check("accounts")).toMatchObject({
      exceptions: [{ subject: "liabilities:customer-deposits GBP", actual: 0 }],
    });
  });

  it("find an order planned with more units than on hand, which is backordered for the rest", async () => {
    const sku = retailer.skus[1]!;
    const order = await orderWithoutAllocations(sku, retailer.locationIds[0]!, 20);
    expect(await check("allocations")).toMatchObject({
      ok: true,
      repaired: [`${sku} ${order.lines[0]!.id}`],
    });
    expect(await check("allocations")).toMatchObject({ ok: true, repaired: [], pending: [] });
    const { body } = await admin("GET", `/v1/orders/${order.id}`);
    expect(body["fulfillments"]).toMatchObject([{ lines: [{ quantity: 3 }] }]);
    expect(body["lines"]).toMatchObject([{ backordered: 17, allocated: 3 }]);
  });

  it("find work past its deadline", async () => {
    const late = [Date.now() - 16 * 60_000, "late", `[null,{"type":"notification.send.v1"}]`] as const;
    await env.ORDERS_00.prepare(
      "INSERT INTO outbox (created_at, due_at, id, messages) VALUES (?1, ?1, ?2, ?3)",
    )
      .bind(...late)
      .run();
    expect(await check("overdue")).toMatchObject({
      ok: false,
      exceptions: [{ subject: "late/1", detail: expect.stringContaining("not sent to its queue") }],
    });
    await env.ORDERS_00.prepare("DELETE FROM outbox WHERE id = 'late'").run();
    expect(await check("overdue")).toMatchObject({ ok: true });
  });
});

describe("the nightly close", () => {
  it("reconciles each missing day from the first entry on, once however often the cron fires", async () => {
    goTo(addDays(TODAY, 3));
    await Promise.all([nightlyCron(), nightlyCron()]);
    await nightlyCron();
    const days = [2, 1, 0].map((n) => addDays(TODAY, n));
    expect(await finalDays()).toEqual(days);
    const runs = env.DB.prepare(
      "SELECT count(*) AS n FROM job_runs WHERE job = 'reconciliation' AND parameters = '{}'",
    );
    expect(await runs.first("n")).toBe(1);
    expect(await closings("assets:inventory")).toEqual(days.toReversed().map((on) => `${on} 9100`));
  });

  it("closes the next day in the next night", async () => {
    const on = addDays(TODAY, 3);
    goTo(addDays(TODAY, 4));
    await nightlyCron();
    expect(await finalDays()).toContain(on);
  });

  it("keeps a day closed: the entry of a movement that arrives later is posted on the first open day, once", async () => {
    const entry = inventoryEntry(addDays(TODAY, 1), 50);
    await post(entry);
    await post(entry);
    goTo(addDays(TODAY, 5));
    await nightlyCron();
    await post(entry);
    const { results } = await env.DB.prepare("SELECT posted_on, at FROM journal_entries WHERE id = ?")
      .bind(entry.id)
      .all();
    expect(results).toEqual([{ posted_on: addDays(TODAY, 4), at: entry.at }]);
    expect((await closings("assets:inventory")).slice(-2)).toEqual([
      `${addDays(TODAY, 3)} 9100`,
      `${addDays(TODAY, 4)} 9150`,
    ]);
  });

  it("leaves the closings of later days as they are, and runs an earlier closed day no more", async () => {
    const before = await closings("assets:inventory");
    const { status, body } = await admin("POST", `/v1/reconciliations/${addDays(TODAY, 1)}/run`);
    expect([status, body["code"]]).toEqual([409, "day_closed"]);
    expect(await closings("assets:inventory")).toEqual(before);
    expect((await run(addDays(TODAY, 4))).provisional).toBe(false);
    expect(await closings("assets:inventory")).toEqual(before);
  });

  it("names an account of a closed day whose entries were changed later, and keeps the day's closing", async () => {
    const last = addDays(TODAY, 4);
    await insertRows(env.DB, journalEntries, [rowOfEntry(inventoryEntry(last, 300))]).run();
    const { checks } = await run(last);
    expect(checks.find(({ name }) => name === "trial_balance")).toMatchObject({
      ok: false,
      exceptions: [
        { subject: "assets:inventory USD", expected: 9_150, actual: 9_450 },
        { subject: "expenses:shrinkage USD", expected: 2_750, actual: 2_450 },
      ],
    });
    expect((await closings("assets:inventory")).at(-1)).toBe(`${last} 9150`);
  });

  it("adds up exactly what a number of JavaScript cannot hold", async () => {
    const on = addDays(TODAY, 5);
    const parts = [9_007_199_254_740_991, 9_007_199_254_740_991, 1];
    for (const amountMinor of parts) {
      await insertRows(env.DB, journalEntries, [
        {
          ...rowOfEntry(inventoryEntry(on, 0)),
          postings: { JPY: { "assets:receivable": amountMinor, "revenue:products": -amountMinor } },
        },
      ]).run();
    }
    goTo(addDays(TODAY, 6));
    await nightlyCron();
    expect((await closings("assets:receivable")).at(-1)).toBe(`${on} 18014398509481983`);
    const balances = await textOf(`/v1/trial-balance?on=${on}`);
    expect(balances).toContain(`"currency":"JPY","balanceMinor":18014398509481983}`);
    expect(balances).toContain(`"currency":"JPY","balanceMinor":-18014398509481983}`);
    const report = await textOf(`/v1/reconciliations/${on}`);
    expect(report).toContain(`{"name":"debits","amount":18014398509481983,"currency":"JPY"}`);
    const page = await (await fetchWorker(`/reconciliations/${on}`)).text();
    expect(page).toContain("18014398509481983 JPY");
  });
});
