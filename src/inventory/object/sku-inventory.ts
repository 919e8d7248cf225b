/**
 * The object that decides the stock of one SKU. Its id is derived from the SKU's code, so there is one for each SKU.
 *
 * **Input gate.** The platform runs one call at a time, and starts another only while this one awaits. No method awaits
 * between reading stock and writing it, so every decision sees the latest stock. The alarm awaits the database and the
 * queue, and reads stock again afterwards.
 *
 * **Bursts.** Concurrent allocations are decided one after the other in one transaction: see batches.ts.
 *
 * **Transactions.** `#transact` writes a decision, its events and the next alarm together, or nothing. The platform
 * delays an answer until its writes are durable.
 *
 * **Repeats.** Every method may be repeated. Allocations are detected by their holder, effects and operations by `ref`.
 *
 * **Alarm.** An object has one alarm. It resolves due holdings, sends due events, publishes a snapshot and folds old history. After every
 * change `#transact` re-arms it, if something is due before the alarm that is set.
 */
import { DurableObject } from "cloudflare:workers";
import { logLine } from "../../kernel/log-line";
import { stockHistoryMs } from "../../platform/config";
import { invariant } from "../../kernel/invariant";
import type { LineId, OrderId } from "../../kernel/ids";
import { accept, reject, type Result } from "../../kernel/result";
import type { DatabaseBindings } from "../../platform/d1/databases";
import { releaseIfNotRenewed } from "../domain/allocate-stock";
import { resolveDue, type LineLookup } from "../domain/allocation-expiry";
import type {
  AllocationRequest,
  AllocationResult,
  Holder,
  MoveRejection,
  MoveRequest,
} from "../domain/allocation-request";
import { applyEffect, lacksUnits } from "../domain/apply-effect";
import { mayBeFolded } from "../domain/checkpoint";
import { releaseHolding } from "../domain/holding-status";
import type { JournalCursor, JournalPage } from "../domain/journal";
import { moveAllocations } from "../domain/move-allocations";
import type { SkuFacts } from "../domain/sku-facts";
import { stockOfLine, type Stock } from "../domain/sku-stock";
import { tooOld, type EffectApplied, type EffectTooOld, type StockEffect } from "../domain/stock-messages";
import {
  applyOperation,
  keepSafetyStock,
  noRoomAt,
  upsertSku,
  type StockOperation,
  type StockOperationRejection,
  type TooManyLocations,
} from "../domain/stock-operations";
import type { StockPrices } from "../domain/stock-prices";
import type {
  AuditQuery,
  StockAudit,
  StockOfLine,
  StockReading,
  StockSnapshot,
} from "../domain/stock-reading";
import { createBatches, type Outcome } from "./batches";
import { createCheckpoint, fold } from "./checkpoint";
import { allocateInTurn, type Allocated, type AllocationCall } from "./allocate-in-turn";
import { appliedOperation, isApplied, recordEffect, recordOperation } from "./applied-refs";
import { forgetEvents, sendDueEvents } from "./event-outbox";
import { dueHoldings, type Due } from "./holder-queries";
import { loadStock } from "./load-stock";
import { readJournal } from "./journal";
import { nextAlarmAt } from "./next-alarm";
import { publishSnapshot, snapshotOf, unknownPublished, type Published } from "./publish-snapshot";
import { countUndelivered } from "./read-events";
import { arrivedSince, readAudit, readStock } from "./read-stock";
import { saveDecision } from "./save-decision";
import { createTables, hasTables } from "./schema";
import { freshPrices, storeStockPrices } from "./stock-prices";

type UnknownSku = Readonly<{ code: "unknown_sku"; sku: string }>;

/** Holdings that are looked up together. */
const DUE_BATCH = 200;
/** Limit of batches in one alarm; the rest waits for the next one. */
const MAX_BATCHES = 20;
/**
 * Holdings that are due so soon are looked up together with those that are due, so that one alarm publishes what an
 * order changed and confirms its allocations.
 */
const LOOKUP_AHEAD_MS = 4_000;
/** Least time between two alarms: an alarm that is set for now would run again without end. */
const ALARM_PAUSE_MS = 1_000;
const ALARM_PAUSE_AFTER_FAILURE_MS = 30_000;

export type InventoryEnv = DatabaseBindings & Readonly<{ STOCK_QUEUE: Queue; STOCK_HISTORY_DAYS: string }>;

/** A line of an order that holds units. */
export type HoldingLine = Readonly<{ orderId: OrderId; lineId: Holder }>;

export abstract class SkuInventoryObject extends DurableObject<InventoryEnv> {
  readonly #sql: SqlStorage;
  /** Whether the SKU was upserted. Until then nothing is stored, so that a call for an unknown SKU leaves no object. */
  #hasTables = false;
  /** When the alarm is set for. */
  #armedFor: number | null = null;
  #published: Published = { version: 0, at: 0, isCertain: true };
  /** While the alarm runs: the earliest time for the next one. */
  #notBefore = 0;
  readonly #historyMs: number;
  readonly #allocations = createBatches<AllocationCall, Allocated | null>(
    (calls) => this.#allocateAll(calls),
    () => scheduler.wait(0),
  );

  /**
   * Those of the lines that have units of the SKU: allocated, backordered or shipped. Called before their holdings
   * are confirmed or released.
   * @throws if the lines cannot be looked up: then all of them keep their units.
   */
  protected abstract linesWithUnits(sku: string, lines: readonly HoldingLine[]): Promise<ReadonlySet<Holder>>;

  constructor(ctx: DurableObjectState, env: InventoryEnv) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#historyMs = stockHistoryMs(env);
    void ctx.blockConcurrencyWhile(async () => {
      this.#hasTables = hasTables(this.#sql);
      if (this.#hasTables) {
        createTables(this.#sql);
        this.#published = unknownPublished(this.#sql);
      }
      this.#armedFor = await ctx.storage.getAlarm();
    });
  }

  /**
   * A burst of concurrent calls is decided in the order of the calls, and committed once. A request that may repeat one
   * whose holding was folded looks up its order first.
   */
  async allocate(sku: string, request: AllocationRequest): Promise<Allocated> {
    const allocated = await this.#allocations.add({ sku, request, stored: null }, Date.now());
    return allocated ?? this.#lookUpAndAllocate(sku, request);
  }

  async #lookUpAndAllocate(sku: string, request: AllocationRequest): Promise<Allocated> {
    const { holder, orderId } = request;
    const stored = await this.#storedAmong(orderId ? [{ orderId, lineId: holder }] : []);
    const allocated = stored && (await this.#allocations.add({ sku, request, stored }, Date.now()));
    return allocated ?? reject({ code: "order_not_looked_up", sku });
  }

  /** A call that fails does not fail the others: then each has a transaction of its own. */
  #allocateAll(calls: readonly AllocationCall[]): readonly Outcome<Allocated | null>[] {
    try {
      const answers = this.#transact(() =>
        this.#hasTables
          ? allocateInTurn(this.#sql, calls, Date.now())
          : calls.map(({ sku }) => unknownSku(sku)),
      );
      return answers.map((value) => ({ value }));
    } catch (error) {
      return calls.length === 1 ? [{ error }] : calls.flatMap((call) => this.#allocateAll([call]));
    }
  }

  moveAllocations(sku: string, request: MoveRequest): Result<AllocationResult, MoveRejection | UnknownSku> {
    return this.#transact(() => {
      const stock = this.#load([request.holder]);
      if (stock === null) return unknownSku(sku);
      const decided = moveAllocations(stock, request);
      if (!decided.ok) return decided;
      this.#save(stock, decided.value.stock, request.now);
      return accept(decided.value.value);
    });
  }

  releasePending(holder: Holder, now: number): void {
    this.#transact(() => {
      const stock = this.#load([holder]);
      if (stock?.holdings.has(holder)) this.#save(stock, releaseHolding(stock, holder, "voided"), now);
    });
  }

  releaseIfNotRenewed(holder: Holder, expiresAt: number, now: number): void {
    this.#transact(() => {
      const stock = this.#load([holder]);
      if (stock !== null) this.#save(stock, releaseIfNotRenewed(stock, holder, expiresAt), now);
    });
  }

  applyEffect(sku: string, effect: StockEffect): Result<EffectApplied, UnknownSku | EffectTooOld> {
    return this.#transact<Result<EffectApplied, UnknownSku | EffectTooOld>>(() => {
      const stock = this.#load([effect.lineId]);
      if (stock === null) return unknownSku(sku);
      // The first result is not stored. A repair that was not needed does no harm.
      if (isApplied(this.#sql, stock, effect)) return accept({ needsRepair: true });
      if (mayBeFolded(stock, effect)) return reject(tooOld(stock, effect));
      const needsRepair = lacksUnits(stock, effect) || countUndelivered(this.#sql, sku, effect.lineId) > 0;
      const arrived = effect.type === "reject" ? arrivedSince(this.#sql, effect.locationId, effect.at) : 0;
      const after = applyEffect(stock, effect, arrived);
      if (!after.holdings.has(effect.lineId)) recordEffect(this.#sql, effect, Date.now());
      this.#save(stock, after, effect.at);
      return accept({ needsRepair });
    });
  }

  recordMovement(sku: string, operation: StockOperation): Result<StockReading, StockOperationRejection> {
    return this.#transact(() => {
      const { ref, at } = operation;
      const stock = this.#load([]);
      if (stock === null) return unknownSku(sku);
      const applied = appliedOperation(this.#sql, operation);
      if (applied === "other") return reject({ code: "ref_reused", ref });
      if (applied === null) {
        const decided = applyOperation(stock, operation);
        if (!decided.ok) return decided;
        recordOperation(this.#sql, operation, Date.now());
        this.#save(stock, decided.value, at);
      }
      return accept(readStock(this.#sql, this.#stock()));
    });
  }

  upsertSku(facts: SkuFacts, now: number): void {
    if (!this.#hasTables) createTables(this.#sql);
    this.#hasTables = true;
    this.#transact(() => {
      const stock = this.#load([]);
      if (stock === null) createCheckpoint(this.#sql, Date.now() + this.#historyMs);
      this.#save(stock, upsertSku(stock, facts, now), now);
    });
  }

  setSafetyStock(
    sku: string,
    locationId: string,
    quantity: number,
  ): Result<null, UnknownSku | TooManyLocations> {
    return this.#transact<Result<null, UnknownSku | TooManyLocations>>(() => {
      const stock = this.#load([]);
      if (stock === null) return unknownSku(sku);
      const full = noRoomAt(stock, locationId);
      if (full) return reject(full);
      this.#save(stock, keepSafetyStock(stock, locationId, quantity), Date.now());
      return accept(null);
    });
  }

  setStockPrices(sku: string, prices: StockPrices): Result<null, UnknownSku> {
    return this.#transact(() => {
      if (this.#load([]) === null) return unknownSku(sku);
      storeStockPrices(this.#sql, prices);
      return accept(null);
    });
  }

  readStock(sku: string): Result<StockReading, UnknownSku> {
    const stock = this.#load([]);
    if (stock === null) return unknownSku(sku);
    const { stockPrices } = freshPrices(this.#sql, Date.now());
    return accept({ ...readStock(this.#sql, stock), ...(stockPrices && { stockPrices }) });
  }

  readSnapshot(sku: string): Result<StockSnapshot, UnknownSku> {
    const stock = this.#load([]);
    return stock === null ? unknownSku(sku) : accept(snapshotOf(this.#sql, stock, Date.now()));
  }

  readLineStock(sku: string, lineId: LineId): Result<StockOfLine, UnknownSku> {
    const stock = this.#load([lineId]);
    if (stock === null) return unknownSku(sku);
    const undelivered = countUndelivered(this.#sql, sku, lineId);
    return accept({ ...stockOfLine(stock, lineId), ...freshPrices(this.#sql, Date.now()), undelivered });
  }

  audit(sku: string, query: AuditQuery): Result<StockAudit, UnknownSku> {
    const stock = this.#load([]);
    return stock === null ? unknownSku(sku) : accept(readAudit(this.#sql, stock, query));
  }

  /** What was written since a time, in pages. */
  readJournal(sku: string, cursor: JournalCursor): Result<JournalPage, UnknownSku> {
    const stock = this.#load([]);
    return stock === null ? unknownSku(sku) : accept(readJournal(this.#sql, stock, cursor));
  }

  forgetEvents(ids: readonly string[]): void {
    if (this.#hasTables) forgetEvents(this.#sql, ids);
  }

  /** Sets the next alarm even if something fails. */
  override async alarm(): Promise<void> {
    this.#armedFor = null;
    this.#notBefore = Date.now() + ALARM_PAUSE_MS;
    try {
      await this.#resolveAllDue();
      for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
        if (!(await sendDueEvents(this.#sql, this.env.STOCK_QUEUE, Date.now()))) break;
      }
      const { STOCK_QUEUE } = this.env;
      this.#published = await publishSnapshot(this.#sql, STOCK_QUEUE, {
        published: this.#published,
        now: Date.now(),
      });
      this.ctx.storage.transactionSync(() => this.#fold());
    } catch (error) {
      // The platform gives up an alarm that throws six times, so this one does not throw and is set again.
      console.error(logLine("error", "the alarm of a SKU failed and will be retried", { error }));
      this.#notBefore = Date.now() + ALARM_PAUSE_AFTER_FAILURE_MS;
    }
    this.#transact(() => {});
    this.#notBefore = 0;
  }

  async #resolveAllDue(): Promise<void> {
    let after: Due | null = null;
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const by = Date.now() + LOOKUP_AHEAD_MS;
      const due: Due[] = dueHoldings(this.#sql, { by, after, limit: DUE_BATCH });
      if (due.length === 0) return;
      after = due.at(-1) ?? null;
      const lookups = await this.#lookUp(due);
      // Other calls may have changed the holdings during the lookup, so they are read again. The alarm is set at its end:
      // set here, it would also run for the change that this one publishes.
      this.ctx.storage.transactionSync(() => {
        const now = Date.now();
        const holders = due.map(({ holder }) => holder);
        const stock = this.#load(holders);
        invariant(stock !== null, "a SKU with holdings has facts");
        this.#save(stock, resolveDue(stock, lookups, now), now);
      });
      const hasUnknown = lookups.some(({ line }) => line === "unknown");
      if (due.length < DUE_BATCH || hasUnknown) return;
    }
  }

  #fold(): void {
    const stock = this.#load([]);
    if (stock === null) return;
    fold(this.#sql, { sku: stock.facts.sku, historyMs: this.#historyMs, now: Date.now() });
  }

  /** Those of the lines that are stored with units; null if they could not be looked up. */
  async #storedAmong(lines: readonly HoldingLine[]): Promise<ReadonlySet<Holder> | null> {
    return this.linesWithUnits(this.#stock().facts.sku, lines).catch((error: unknown) => {
      console.error(logLine("error", "the orders of holdings could not be looked up", { error }));
      return null;
    });
  }

  async #lookUp(due: readonly Due[]): Promise<LineLookup[]> {
    const lines = due.flatMap(({ holder, orderId }) => (orderId ? [{ orderId, lineId: holder }] : []));
    const withUnits = await this.#storedAmong(lines);
    return due.map(({ holder, orderId, expiresAt }) => {
      if (orderId === null) return { holder, expiresAt, line: "has_none" };
      if (withUnits === null) return { holder, expiresAt, line: "unknown" };
      return { holder, expiresAt, line: withUnits.has(holder) ? "has_units" : "has_none" };
    });
  }

  /** Null until the SKU was upserted. */
  #load(holders: readonly Holder[]): Stock | null {
    return this.#hasTables ? loadStock(this.#sql, holders) : null;
  }

  #stock(): Stock {
    const stock = this.#load([]);
    invariant(stock !== null, "the SKU has facts");
    return stock;
  }

  #save(before: Stock | null, after: Stock, at: number): void {
    saveDecision(this.#sql, before, after, { at, now: Date.now() });
  }

  /** Runs `work` in a transaction, and sets the alarm for what it made due. If it throws, nothing is written. */
  #transact<Value>(work: () => Value): Value {
    let armedFor = this.#armedFor;
    const value = this.ctx.storage.transactionSync(() => {
      const done = work();
      if (!this.#hasTables) return done;
      const next = nextAlarmAt(this.#sql, Date.now(), this.#published);
      if (next !== null && (armedFor === null || next < armedFor)) {
        // At least 1: a caller's `now` may lie before the epoch, where the platform sets no alarm.
        armedFor = Math.max(next, this.#notBefore, 1);
        void this.ctx.storage.setAlarm(armedFor);
      }
      return done;
    });
    this.#armedFor = armedFor;
    return value;
  }
}

const unknownSku = (sku: string) => reject({ code: "unknown_sku" as const, sku });
