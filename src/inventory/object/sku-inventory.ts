/**
 * The stock of one SKU, decided in one place.
 *
 * Every method loads what its decision needs, asks a pure rule of the domain, and writes the outcome, its
 * events and its next alarm in one transaction. Nothing is awaited between reading stock and changing it, and
 * every method may be repeated.
 */
import { DurableObject } from "cloudflare:workers";
import { logLine } from "../../kernel/log-line";
import { invariant } from "../../kernel/invariant";
import type { LineId, OrderId } from "../../kernel/ids";
import { accept, reject, type Result } from "../../kernel/result";
import { releaseHolding, stockOfLine, type Stock } from "../domain/sku-stock";
import type {
  Holder,
  AllocationResult,
  AllocationRejection,
  AllocationRequest,
  EffectApplied,
  MoveRejection,
  MoveRequest,
  SkuFacts,
  StockAudit,
  StockEffect,
  StockOfLine,
  StockOperation,
  StockOperationRejection,
  StockPrices,
  StockReading,
} from "../domain/stock";
import { allocateStock, releaseIfNotRenewed, moveAllocations } from "../domain/allocations";
import { applyEffect, isAmiss } from "../domain/stock-effects";
import { settleDue, type Asked } from "../domain/allocation-expiry";
import { upsertSku, isSameOperation, keepSafetyStock, applyOperation } from "../domain/stock-operations";
import { appliedUnder, recordApplied } from "./applied";
import { forgetEvents, sendDueEvents } from "./event-outbox";
import { nextSnapshotAt, publishSnapshot } from "./publish-snapshot";
import {
  arrivedSince,
  countUndelivered,
  dueHoldings,
  readAudit,
  readStock,
  whatIsDue,
  type Due,
} from "./queries";
import { saveSettled } from "./settle";
import { currentPrices, keepStockPrices } from "./stock-prices";
import { createTables, loadStock, saveStock } from "./tables";

type Unknown = Readonly<{ code: "unknown_sku"; sku: string }>;

/** Of one alarm: more waits for the next, so that calls are not kept waiting. */
const DUE_AT_ONCE = 200;
const ROUNDS = 20;
/** An alarm that sets itself for now would be its own next one, without end. */
const PAUSE_MS = 1_000;
const PAUSE_AFTER_FAILURE_MS = 30_000;

export type InventoryEnv = Readonly<{ DB: D1Database; STOCK_QUEUE: Queue }>;

/** A line of an order that holds units. */
export type HoldingLine = Readonly<{ orderId: OrderId; lineId: Holder }>;

export abstract class SkuInventoryObject extends DurableObject<InventoryEnv> {
  readonly #sql: SqlStorage;
  #armedFor: number | null = null;
  /** Lost with the object's memory: then the next word is only sooner. */
  #publishedAt = 0;
  /** While the alarm runs, the next is no sooner than this. */
  #notBefore = 0;

  /**
   * Of these lines, those that units of the SKU are, or were, there for. Asked before their allocations are released.
   * @throws if nobody can tell: then all of them keep their units.
   */
  protected abstract linesWithUnits(sku: string, lines: readonly HoldingLine[]): Promise<ReadonlySet<Holder>>;

  constructor(ctx: DurableObjectState, env: InventoryEnv) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    void ctx.blockConcurrencyWhile(async () => {
      createTables(this.#sql);
      this.#armedFor = await ctx.storage.getAlarm();
    });
  }

  allocate(sku: string, request: AllocationRequest): Result<AllocationResult, AllocationRejection> {
    return this.#transact(() => {
      const stock = loadStock(this.#sql, [request.holder, ...request.takesOver]);
      if (stock === null) return unknown(sku);
      const decided = allocateStock(stock, request);
      if (!decided.ok) return decided;
      const { stock: after, value } = decided.value;
      // Where nothing was held before, nothing is freed that anyone waits for.
      if (stock.holdings.size > 0) this.#save(stock, after, request.now);
      else saveStock(this.#sql, stock, after, Date.now());
      return accept({ ...value, ...currentPrices(this.#sql, request.now) });
    });
  }

  move(sku: string, request: MoveRequest): Result<AllocationResult, MoveRejection | Unknown> {
    return this.#transact(() => {
      const stock = loadStock(this.#sql, [request.holder]);
      if (stock === null) return unknown(sku);
      const decided = moveAllocations(stock, request);
      if (!decided.ok) return decided;
      this.#save(stock, decided.value.stock, request.now);
      return accept(decided.value.value);
    });
  }

  releasePending(holder: Holder, now: number): void {
    this.#transact(() => {
      const stock = loadStock(this.#sql, [holder]);
      if (stock?.holdings.has(holder)) this.#save(stock, releaseHolding(stock, holder, "voided"), now);
    });
  }

  releaseIfNotRenewed(holder: Holder, expiresAt: number, now: number): void {
    this.#transact(() => {
      const stock = loadStock(this.#sql, [holder]);
      if (stock !== null) this.#save(stock, releaseIfNotRenewed(stock, holder, expiresAt), now);
    });
  }

  applyEffect(sku: string, effect: StockEffect): Result<EffectApplied, Unknown> {
    return this.#transact<Result<EffectApplied, Unknown>>(() => {
      const stock = loadStock(this.#sql, [effect.lineId]);
      if (stock === null) return unknown(sku);
      const applied = appliedUnder(this.#sql, effect.ref);
      if (applied !== null) {
        invariant(
          applied !== "derived" && applied.kind === "effect",
          "an effect's reference is nobody else's",
        );
        // Whether it had, nobody knows any more: looking once too often is harmless.
        return accept({ needsRepair: true });
      }
      const needsRepair = isAmiss(stock, effect) || countUndelivered(this.#sql, sku, effect.lineId) > 0;
      recordApplied(this.#sql, { kind: "effect", content: effect });
      const arrived = effect.type === "reject" ? arrivedSince(this.#sql, effect.locationId, effect.at) : 0;
      this.#save(stock, applyEffect(stock, effect, arrived), effect.at);
      return accept({ needsRepair });
    });
  }

  recordMovement(sku: string, operation: StockOperation): Result<StockReading, StockOperationRejection> {
    return this.#transact(() => {
      const { ref, at } = operation;
      const stock = loadStock(this.#sql, []);
      if (stock === null) return unknown(sku);
      const applied = appliedUnder(this.#sql, ref);
      if (applied === null) {
        const decided = applyOperation(stock, operation);
        if (!decided.ok) return decided;
        recordApplied(this.#sql, { kind: "operation", content: operation });
        this.#save(stock, decided.value, at);
      } else if (!isRepeat(applied, operation)) {
        return reject({ code: "ref_reused", ref });
      }
      return accept(readStock(this.#sql, this.#stock()));
    });
  }

  upsertSku(facts: SkuFacts, now: number): void {
    this.#transact(() => {
      const stock = loadStock(this.#sql, []);
      this.#save(stock, upsertSku(stock, facts, now), now);
    });
  }

  setSafetyStock(sku: string, locationId: string, quantity: number): Result<null, Unknown> {
    return this.#transact(() => {
      const stock = loadStock(this.#sql, []);
      if (stock === null) return unknown(sku);
      this.#save(stock, keepSafetyStock(stock, locationId, quantity), Date.now());
      return accept(null);
    });
  }

  setStockPrices(sku: string, prices: StockPrices): Result<null, Unknown> {
    return this.#transact(() => {
      if (loadStock(this.#sql, []) === null) return unknown(sku);
      keepStockPrices(this.#sql, prices);
      return accept(null);
    });
  }

  readStock(sku: string): Result<StockReading, Unknown> {
    const stock = loadStock(this.#sql, []);
    if (stock === null) return unknown(sku);
    const { stockPrices } = currentPrices(this.#sql, Date.now());
    return accept({ ...readStock(this.#sql, stock), ...(stockPrices && { stockPrices }) });
  }

  /** What a line holds and may be given, and whether its order has heard of all of it. */
  lineStock(sku: string, lineId: LineId): Result<StockOfLine, Unknown> {
    const stock = loadStock(this.#sql, [lineId]);
    if (stock === null) return unknown(sku);
    const undelivered = countUndelivered(this.#sql, sku, lineId);
    return accept({ ...stockOfLine(stock, lineId), ...currentPrices(this.#sql, Date.now()), undelivered });
  }

  /** `refs`: effects to ask about, whether they have been applied. */
  audit(sku: string, refs: readonly string[]): Result<StockAudit, Unknown> {
    const stock = loadStock(this.#sql, []);
    return stock === null ? unknown(sku) : accept(readAudit(this.#sql, stock, refs));
  }

  forgetEvents(ids: readonly string[]): void {
    forgetEvents(this.#sql, ids);
  }

  /** Settles what is due, sends what is to be published, and sets the next alarm whatever becomes of these. */
  override async alarm(): Promise<void> {
    this.#armedFor = null;
    this.#notBefore = Date.now() + PAUSE_MS;
    try {
      await this.#settleAllDue();
      for (let round = 0; round < ROUNDS; round += 1) {
        if (!(await sendDueEvents(this.#sql, this.env.STOCK_QUEUE, Date.now()))) break;
      }
      if (await publishSnapshot(this.#sql, this.env.STOCK_QUEUE, Date.now())) this.#publishedAt = Date.now();
    } catch (error) {
      // A thrown alarm is tried six times and then never again; this one is set again for as long as it takes.
      console.error(logLine("error", "the alarm of a SKU failed, and is set again", { error }));
      this.#notBefore = Date.now() + PAUSE_AFTER_FAILURE_MS;
    }
    this.#transact(() => {});
    this.#notBefore = 0;
  }

  async #settleAllDue(): Promise<void> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const due = dueHoldings(this.#sql, Date.now(), DUE_AT_ONCE);
      if (due.length === 0) return;
      const asked = await this.#ask(due);
      // Other calls were served meanwhile: what is settled is read again, and only let go of if unchanged.
      this.#transact(() => {
        const now = Date.now();
        const holders = due.map(({ holder }) => holder);
        const stock = loadStock(this.#sql, holders);
        invariant(stock !== null, "holdings are of a SKU that is described");
        this.#save(stock, settleDue(stock, asked, now), now);
      });
      const unanswered = asked.some(({ line }) => line === "unknown");
      if (due.length < DUE_AT_ONCE || unanswered) return;
    }
  }

  async #ask(due: readonly Due[]): Promise<Asked[]> {
    const lines = due.flatMap(({ holder, orderId }) => (orderId ? [{ orderId, lineId: holder }] : []));
    const withUnits = await this.linesWithUnits(this.#stock().facts.sku, lines).catch((error: unknown) => {
      const message = "allocations are kept, as nobody can tell whether their orders need them";
      console.error(logLine("error", message, { error }));
      return null;
    });
    return due.map(({ holder, orderId, expiresAt }) => {
      if (orderId === null) return { holder, expiresAt, line: "has_none" };
      if (withUnits === null) return { holder, expiresAt, line: "unknown" };
      return { holder, expiresAt, line: withUnits.has(holder) ? "has_units" : "has_none" };
    });
  }

  #stock(): Stock {
    const stock = loadStock(this.#sql, []);
    invariant(stock !== null, "the SKU is described");
    return stock;
  }

  #save(before: Stock | null, after: Stock, at: number): void {
    saveSettled(this.#sql, before, after, { at, now: Date.now() });
  }

  /** All or nothing, the alarm for what it made due included. */
  #transact<Value>(work: () => Value): Value {
    let armedFor = this.#armedFor;
    const value = this.ctx.storage.transactionSync(() => {
      const done = work();
      const { dueAt, isUnpublished } = whatIsDue(this.#sql);
      const next = earlier(dueAt, isUnpublished ? nextSnapshotAt(Date.now(), this.#publishedAt) : null);
      if (next !== null && (armedFor === null || next < armedFor)) {
        // The platform takes no time before its epoch, which a caller's clock may name.
        armedFor = Math.max(next, this.#notBefore, 1);
        void this.ctx.storage.setAlarm(armedFor);
      }
      return done;
    });
    this.#armedFor = armedFor;
    return value;
  }
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

const unknown = (sku: string) => reject({ code: "unknown_sku" as const, sku });

type Applied = NonNullable<ReturnType<typeof appliedUnder>>;

const isRepeat = (applied: Applied, operation: StockOperation): boolean =>
  applied !== "derived" && applied.kind === "operation" && isSameOperation(applied.content, operation);
