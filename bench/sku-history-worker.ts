/**
 * One SKU's object that sells through years in minutes: its own code, with a clock that the benchmark sets, alarms that
 * it runs, and orders that are always stored. `databaseSize` and rows are SQLite's own counts.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { STOCK_ONLY } from "../src/inventory/domain/stock-reading";
import type { Env } from "../src/env";
import type { HoldingLine } from "../src/inventory/sku-inventory";
import { lineIdOf, orderIdOf } from "../src/kernel/ids";
import { SkuInventory } from "../src/worker";
import type { Sales, SkuSize } from "./sku-history.ts";

const SKU = "HOT-1";
const LOCATIONS = ["reno-nv", "york-pa", "memphis-tn", "store-012", "store-107"];
const HOUR = 3_600_000;
/** An order leaves a day after it was placed. */
const ORDERS_UNTIL_SHIPPED_MS = 24 * HOUR;
const UNITS_A_RECEIPT = 10_000;

const silentQueue = { send: async () => undefined, sendBatch: async () => undefined } as unknown as Queue;

let clock = Date.UTC(2030, 0, 1);
Date.now = () => clock;

/** Its alarm runs only when the benchmark runs it. */
function withoutAlarms(state: DurableObjectState): DurableObjectState {
  Object.defineProperty(state.storage, "setAlarm", { value: async () => undefined });
  return state;
}

class SellingInventory extends SkuInventory {
  constructor(ctx: DurableObjectState, env: Env) {
    super(withoutAlarms(ctx), { ...env, STOCK_QUEUE: silentQueue });
  }

  protected override async linesWithUnits(_sku: string, lines: readonly HoldingLine[]) {
    return new Set(lines.map(({ lineId }) => lineId));
  }

  /** Sells one unit to each of the orders, `everyMs` apart, with an alarm every hour. */
  async sell({ from, to, everyMs }: Sales): Promise<void> {
    if (from === 0) this.#create();
    let alarmAt = clock + HOUR;
    for (let n = from; n < to; n += 1) {
      clock += everyMs;
      if (n % UNITS_A_RECEIPT === UNITS_A_RECEIPT / 2) this.#receive(n, UNITS_A_RECEIPT);
      await this.#allocate(n);
      const shipped = n - Math.round(ORDERS_UNTIL_SHIPPED_MS / everyMs);
      if (shipped >= 0) this.#ship(shipped);
      if (clock < alarmAt) continue;
      await this.#runAlarm();
      alarmAt = clock + HOUR;
    }
  }

  /** Sizes, and the rows that one more allocation reads and writes. */
  async size(n: number): Promise<SkuSize> {
    const { sql } = this.ctx.storage;
    const exec = sql.exec.bind(sql);
    const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
    Object.defineProperty(sql, "exec", {
      configurable: true,
      value: (query: string, ...values: unknown[]) => {
        const cursor = exec(query, ...values);
        cursors.push(cursor);
        return cursor;
      },
    });
    await this.#allocate(n);
    Object.defineProperty(sql, "exec", { configurable: true, value: exec });
    const countOf = (table: string) => exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n;
    return {
      orders: n,
      rowsRead: cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
      rowsWritten: cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0),
      megabytes: sql.databaseSize / 1_000_000,
      holdings: countOf("holdings"),
      movements: countOf("movements"),
      folded: exec<{ n: number }>("SELECT sum(movements) AS n FROM folded").one().n ?? 0,
      isExact: this.#isExact(),
    };
  }

  /** Checkpoint and later movements add up to what is on hand. */
  #isExact(): boolean {
    const audit = this.audit(SKU, STOCK_ONLY);
    if (!audit.ok) return false;
    const { reading, movedByLocation, movedValueMinor } = audit.value;
    return (
      movedValueMinor === reading.valueMinor &&
      reading.levels.every(({ locationId, onHand }) => (movedByLocation[locationId] ?? 0) === onHand)
    );
  }

  #create(): void {
    const facts = { policy: "deny", unitCostMinor: 700, weightGrams: 200, volumeMm3: null } as const;
    this.upsertSku({ sku: SKU, ...facts, hazardous: false, oversize: false }, clock);
    this.#receive(0, 2 * UNITS_A_RECEIPT);
  }

  #receive(n: number, quantity: number): void {
    const what = { type: "receive", ref: `ref/asn-${n}`, by: "bench" } as const;
    this.recordMovement(SKU, { ...what, locationId: LOCATIONS[0]!, quantity, at: clock });
  }

  async #allocate(n: number): Promise<void> {
    const orderId = orderIdOf("web", String(n));
    const allocated = await this.allocate(SKU, {
      holder: lineIdOf(orderId, "1", 1),
      orderId,
      quantity: 1,
      quantityOf: "first_allocated",
      locations: LOCATIONS,
      shortage: "refuse",
      fill: "partial",
      placedAt: clock,
      takesOver: [],
      expiresAt: clock + HOUR / 4,
      now: clock,
    });
    if (!allocated.ok) throw new Error(`order ${n} was not allocated`);
  }

  #ship(n: number): void {
    const orderId = orderIdOf("web", String(n));
    const line = { ref: `${orderId}/3/0`, orderId, lineId: lineIdOf(orderId, "1", 1) };
    const units = { locationId: LOCATIONS[0]!, quantity: 1, unitCostMinor: 700 };
    this.applyEffect(SKU, { type: "ship", ...line, ...units, at: clock });
  }

  /** With the steps of folding that follow it. */
  async #runAlarm(): Promise<void> {
    const isFolding = () =>
      this.ctx.storage.sql.exec("SELECT 1 FROM checkpoint WHERE stage IS NOT NULL").toArray().length > 0;
    do {
      await this.alarm();
      const ids = this.ctx.storage.sql.exec<{ id: string }>("SELECT id FROM events").toArray();
      this.forgetEvents(ids.map(({ id }) => id));
    } while (isFolding());
  }
}

export { SellingInventory as SkuInventory };

export default class extends WorkerEntrypoint<Env> {
  override async fetch(request: Request): Promise<Response> {
    const { sales } = await request.json<{ sales: Sales }>();
    const objects = this.env.SKU_INVENTORY as unknown as DurableObjectNamespace<SellingInventory>;
    const object = objects.getByName(SKU);
    await object.sell(sales);
    return Response.json(await object.size(sales.to));
  }
}
