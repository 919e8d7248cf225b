/** The queries of a reconciliation: by index, and page by page without a gap. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Order } from "../../src/orders/domain/order";
import {
  balancesOn,
  closingBefore,
  entriesAfter,
  firstPostingDay,
  startOf,
} from "../../src/ledger/storage/journal";
import { waitingMessages } from "../../src/platform/outbox/waiting-messages";
import {
  commitsPostedSince,
  lastChangedAt,
  LIVE,
  liveOrdersAfter,
  orderTotalsStatements,
  type LiveOrderCursor,
} from "../../src/orders/storage/live-orders";
import { reconciledDays, reportOn, reportsBefore } from "../../src/reconciliation/storage/reconciliations";
import { checkOverdue } from "../../src/reconciliation/check-overdue";
import { createContext } from "../../src/app-context";
import { anOrder, NOON } from "../support/an-order";
import { planOf } from "../support/query-plans";
import { storeOrder } from "../support/store-order";

/** Scans of JSON, of partial indexes with few rows, and of tables in the order of their key up to a limit. */
const isBounded = (step: string, sql: string): boolean =>
  /VIRTUAL TABLE|CONSTANT ROW|USING INDEX (?:orders_owing|dead_letters_open)/.test(step) ||
  (/^SCAN (?:outbox USING INDEX outbox_due|journal_entries|e)$/.test(step) && /LIMIT/.test(sql));

describe("the queries of a reconciliation", () => {
  it("use an index", async () => {
    const statements = new Set<string>();
    const spy = new Proxy(env.DB, {
      get(db, property) {
        if (property === "batch") return db.batch.bind(db);
        return (sql: string) => {
          statements.add(sql);
          return db.prepare(sql);
        };
      },
    });
    const both = { allOrders: [spy], primary: spy };
    await balancesOn([spy], await closingBefore(spy, "2026-01-01"), "2026-01-01");
    await entriesAfter([spy], { after: startOf("2026-01-01"), to: "2026-01-01", limit: 1 });
    await firstPostingDay([spy]);
    await commitsPostedSince(spy, { fromDay: "2026-01-01", since: 0, limit: 1 });
    await lastChangedAt(spy, "ord_x");
    for (const live of LIVE) {
      await liveOrdersAfter(spy, live, { after: { placedAt: 1, id: "ord_x" }, limit: 1 });
    }
    orderTotalsStatements(spy);
    await checkOverdue(
      createContext({ ...env, DB: spy }, { waitUntil: () => undefined }, "cron"),
      "2026-01-01",
    );
    await reconciledDays(spy, "2026-01-01");
    await reportOn(spy, "2026-01-01");
    await reportsBefore(spy, "2026-01-01", 1);
    await waitingMessages(both, 1);

    expect(statements.size).toBeGreaterThan(20);
    const plans = new Map<string, string[]>();
    for (const sql of statements) plans.set(sql, await planOf(env.DB, sql));
    const scans = [...plans].flatMap(([sql, plan]) =>
      plan
        .filter((step) => step.startsWith("SCAN") && !isBounded(step, sql))
        .map((step) => `${step}: ${sql}`),
    );
    expect(scans).toEqual([]);

    // An index by status would read every order that was ever cancelled.
    const owing = [...plans].filter(([sql]) => sql.includes("+status = 'cancelled'")).map(([, plan]) => plan);
    expect(owing).not.toEqual([]);
    expect(owing.filter((plan) => !plan.join("\n").includes("orders_owing"))).toEqual([]);
  });

  it("read every live order once, whatever the size of a page", async () => {
    const closed = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 };
    const stored: Partial<Order>[] = [
      { status: "open", placedAt: NOON + 2 },
      { status: "open" },
      { status: "open" },
      { status: "on_hold", holds: [{ code: "staff", detail: "", placedAt: NOON, placedBy: "staff" }] },
      { status: "cancelled", balances: { ...closed, refundPayableMinor: 100 } },
      { status: "cancelled", balances: closed },
      { status: "closed", balances: closed },
    ];
    for (const [i, over] of stored.entries()) {
      await storeOrder(anOrder({ id: `ord_${i}`, externalId: String(i), lines: [], ...over }));
    }
    for (const size of [1, 2, 100]) {
      const found: string[] = [];
      for (const live of LIVE) {
        for (let after: LiveOrderCursor | undefined = null; after !== undefined;) {
          const page = await liveOrdersAfter(env.DB, live, { after, limit: size });
          found.push(...page.map(({ order }) => order.id));
          after = page.at(-1)?.order;
        }
      }
      expect(found).toEqual(["ord_1", "ord_2", "ord_0", "ord_3", "ord_4"]);
    }
  });
});
