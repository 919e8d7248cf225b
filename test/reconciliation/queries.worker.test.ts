/** The queries of a reconciliation: by index, and page by page without a gap. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Order } from "../../src/orders/domain/order";
import {
  balancesOn,
  closingBefore,
  entriesAfter,
  firstPostingDay,
  ordersPostedSince,
  startOf,
  sumsOfPage,
} from "../../src/ledger/storage/journal";
import { waitingMessages } from "../../src/platform/outbox/waiting-messages";
import {
  lastChangedAt,
  LIVE,
  liveOrdersAfter,
  orderTotalsStatements,
  ordersWithEntries,
  type LiveOrderCursor,
} from "../../src/orders/storage/live-orders";
import { storedVersions } from "../../src/inventory/storage/stock-levels";
import { auditedStockOf } from "../../src/reconciliation/storage/audited-stock";
import {
  deleteExpected,
  expectedLinesAfter,
  expectedLinesOf,
  expectedSkus,
} from "../../src/reconciliation/storage/expected-allocations";
import {
  lastCompared,
  reconciledDays,
  reportOn,
  reportsBefore,
} from "../../src/reconciliation/storage/reconciliations";
import { checkOverdue } from "../../src/reconciliation/check-overdue";
import { createContext } from "../../src/app-context";
import { anOrder, NOON } from "../support/an-order";
import { planOf } from "../support/query-plans";
import { storeOrder } from "../support/store-order";
import { wrappedDatabases } from "../support/databases";
import { databasesOf } from "../../src/platform/d1/databases";

/** Scans of JSON, of partial indexes with few rows, and of tables in the order of their key up to a limit. */
const isBounded = (step: string, sql: string): boolean =>
  /VIRTUAL TABLE|CONSTANT ROW|SCAN order_buckets|USING INDEX (?:orders_owing|dead_letters_open|recovery_findings_open)|SCAN location$/.test(
    step,
  ) ||
  (/^SCAN (?:outbox|journal_entries|e|reconciliations|expected_allocations|\(subquery-\d+\))(?!\w)/.test(
    step,
  ) &&
    /LIMIT/.test(sql));

describe("the queries of a reconciliation", () => {
  it("use an index", async () => {
    const statements = new Map<string, D1Database>();
    const spying = wrappedDatabases(
      (database) =>
        new Proxy(database, {
          get(db, property) {
            if (property === "batch") return db.batch.bind(db);
            return (sql: string) => {
              statements.set(sql, db);
              return db.prepare(sql);
            };
          },
        }),
    );
    const { primary, allOrders } = databasesOf(spying);
    const spy = allOrders[0]!;
    await balancesOn([primary, spy], await closingBefore(primary, "2026-01-01"), "2026-01-01");
    await entriesAfter([primary, spy], { after: startOf("2026-01-01"), to: "2026-01-01", limit: 1 });
    await firstPostingDay([primary, spy]);
    await sumsOfPage(spy, { after: startOf("2026-01-01"), to: "2026-01-01", asOf: 1, limit: 1 });
    await ordersPostedSince(spy, { after: startOf("2026-01-01"), since: 0, limit: 1 });
    await ordersWithEntries(spy, ["ord_x"]);
    await lastChangedAt(spy, "ord_x");
    for (const live of LIVE) {
      await liveOrdersAfter(spy, live, { after: { placedAt: 1, id: "ord_x" }, limit: 1 });
    }
    orderTotalsStatements(spy);
    await checkOverdue(
      createContext({ ...env, ...spying }, { waitUntil: () => undefined }, "cron"),
      "2026-01-01",
    );
    await reconciledDays(primary, "2026-01-01");
    await reportOn(primary, "2026-01-01");
    await reportsBefore(primary, "2026-01-01", 1);
    await lastCompared(primary);
    const wanted = { type: "stock.effect.v1", afterSku: "", upToSku: "Z", limit: 1 } as const;
    await waitingMessages({ primary, allOrders }, wanted);
    await storedVersions(primary, "", "Z");
    await auditedStockOf(primary, "", "Z");
    await expectedSkus(primary, "", "Z");
    await expectedLinesOf(primary, ["MUG"], 1);
    await expectedLinesAfter(primary, { sku: "MUG", after: "", limit: 1 });
    await deleteExpected(primary, 1);

    expect(statements.size).toBeGreaterThan(20);
    const plans = new Map<string, string[]>();
    for (const [sql, database] of statements) plans.set(sql, await planOf(database, sql));
    const scans = [...plans].flatMap(([sql, plan]) =>
      plan
        .filter((step) => step.startsWith("SCAN") && !isBounded(step, sql))
        .map((step) => `${step}: ${sql}`),
    );
    expect(scans).toEqual([]);

    // Not the orders that were ever cancelled, but those that owe a refund.
    const owing = [...plans].filter(([sql]) => sql.includes("status = 'cancelled'")).map(([, plan]) => plan);
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
          const page = await liveOrdersAfter(env.ORDERS_00, live, { after, limit: size });
          found.push(...page.map(({ order }) => order.id));
          after = page.at(-1)?.order;
        }
      }
      expect(found).toEqual(["ord_1", "ord_2", "ord_0", "ord_3", "ord_4"]);
    }
  });
});
