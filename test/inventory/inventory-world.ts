/** Helpers for tests of the SkuInventory object: stock, allocation requests, alarms, and rows of orders. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { LineId, OrderId } from "../../src/kernel/ids";
import type { AllocationRequest } from "../../src/inventory/domain/allocation-request";
import type { SkuFacts } from "../../src/inventory/domain/sku-facts";
import type { OpenAllocation, StockAudit } from "../../src/inventory/domain/stock-reading";
import type { EffectRef, StockEvent } from "../../src/inventory/domain/stock-messages";
import { createInventoryClient } from "../../src/inventory/inventory-client";
import type { SkuInventory } from "../../src/worker";
import { plainFacts } from "../support/reference-defaults";

export const MINUTE = 60_000;
export const inventory = createInventoryClient(env.SKU_INVENTORY);

/** Creates the SKU with its own object, and receives the units at each location. */
export async function stocked(
  sku: string,
  onHand: Record<string, number>,
  facts: Partial<SkuFacts> = {},
): Promise<void> {
  const at = Date.now();
  await inventory.upsertSku(
    { sku, policy: "deny", unitCostMinor: 250, weightGrams: 300, ...plainFacts, ...facts },
    at,
  );
  for (const [locationId, quantity] of Object.entries(onHand)) {
    const ref = `opening-${locationId}`;
    await inventory.recordMovement(sku, { type: "receive", ref, locationId, quantity, at, by: "test" });
  }
}

export const allocationOf = (over: Partial<AllocationRequest> = {}): AllocationRequest => ({
  holder: "line_a",
  orderId: "ord_a",
  quantity: 1,
  locations: ["east", "west"],
  shortage: "refuse",
  fill: "partial",
  placedAt: 1_000,
  takesOver: [],
  expiresAt: Date.now() + 15 * MINUTE,
  now: Date.now(),
  ...over,
});

export const stubOf = (sku: string): DurableObjectStub<SkuInventory> =>
  env.SKU_INVENTORY.get(env.SKU_INVENTORY.idFromName(sku));

/** Runs the alarm now. False if none is set. */
export const runAlarm = (sku: string): Promise<boolean> => runDurableObjectAlarm(stubOf(sku));

/** Every holding, with what it has as one list. */
export async function auditOf(
  sku: string,
  effects: readonly EffectRef[] = [],
): Promise<StockAudit & Readonly<{ allocations: readonly OpenAllocation[] }>> {
  const holdings = { after: "", limit: 1_000_000, orChangedSince: Number.MAX_SAFE_INTEGER } as const;
  const audit = await inventory.audit(sku, { effects, asOf: Number.MAX_SAFE_INTEGER, holdings });
  if (!audit.ok) throw new Error(audit.rejection.code);
  return { ...audit.value, allocations: audit.value.holdings.flatMap(({ allocations }) => allocations) };
}

export type Rows = Readonly<{ read: number; written: number; alarms: number }>;

/** The rows that the work reads and writes in the object, and how often it sets the alarm. */
export const rowsOf = (sku: string, work: (object: SkuInventory) => void | Promise<void>): Promise<Rows> =>
  runInDurableObject(stubOf(sku), async (object: SkuInventory, { storage }) => {
    const exec: SqlStorage["exec"] = storage.sql.exec.bind(storage.sql);
    const setAlarm = storage.setAlarm.bind(storage);
    const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
    let alarms = 0;
    storage.sql.exec = <Row extends Record<string, SqlStorageValue>>(
      query: string,
      ...bindings: unknown[]
    ) => {
      const cursor = exec<Row>(query, ...bindings);
      cursors.push(cursor);
      return cursor;
    };
    storage.setAlarm = (...time) => {
      alarms += 1;
      return setAlarm(...time);
    };
    try {
      await work(object);
    } finally {
      storage.sql.exec = exec;
      storage.setAlarm = setAlarm;
    }
    const sum = (rows: (cursor: (typeof cursors)[number]) => number) =>
      cursors.reduce((total, cursor) => total + rows(cursor), 0);
    return { read: sum((cursor) => cursor.rowsRead), written: sum((cursor) => cursor.rowsWritten), alarms };
  });

/** The allocations and backorders of an object as text: `line_a east:2 pending`, `line_a backordered:1 pending`. */
export const openAllocations = async (sku: string): Promise<string[]> =>
  (await auditOf(sku)).allocations
    .map(
      ({ holder, locationId, quantity, status }) =>
        `${holder} ${locationId ?? "backordered"}:${quantity} ${status}`,
    )
    .toSorted();

/** Undelivered events for orders. */
export const undeliveredLineEvents = (sku: string): Promise<StockEvent[]> =>
  runInDurableObject(stubOf(sku), (_object: SkuInventory, state) =>
    [...state.storage.sql.exec<{ event: string }>("SELECT event FROM events ORDER BY seq")]
      .map(({ event }): StockEvent => JSON.parse(event))
      .filter(({ type }) => type !== "stock.moved"),
  );

/** Stores an order with one line of one unit, with as few values as the schema allows. */
export async function storeOrder(
  orderId: OrderId,
  sku: string,
  line: Readonly<{ id?: LineId; state?: "allocated" | "backordered" | "shipped" | "cancelled" }> = {},
): Promise<void> {
  const { id = "line_a", state = "allocated" } = line;
  const units = (of: typeof state) => (of === state ? 1 : 0);
  await env.ORDERS_00.batch([
    env.ORDERS_00.prepare(
      `INSERT INTO orders (id, version, channel_id, external_id, number, status, currency, tax_included, placed_at,
         created_at, storefront_updated_at, shipping, total_minor, payments, refunds, authorized_minor, captured_minor,
         refunded_minor, deposits_minor, receivable_minor,
         refund_payable_minor, holds)
       VALUES (?1, 1, 'web', ?1, ?1, 'open', 'USD', 0, 0, 0, 0, '{}', 0, '[]', '[]', 0, 0, 0, 0, 0, 0, '[]')`,
    ).bind(orderId),
    env.ORDERS_00.prepare(
      `INSERT INTO order_lines (order_id, id, position, external_id, sku, title, kind, storefront_kind,
         storefront_quantity, placed_at, unit_price_minor, gross_minor, discount_minor, tax_minor, ordered, unsourced, allocated, backordered,
         shipped, cancelled, returned)
       VALUES (?1, ?2, 0, '1', ?7, 'Mug', 'physical', 'physical', 1, 0, 0, 0, 0, 0, 1, 0, ?3, ?4, ?5, ?6, 0)`,
    ).bind(orderId, id, units("allocated"), units("backordered"), units("shipped"), units("cancelled"), sku),
  ]);
}
