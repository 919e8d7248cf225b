/**
 * Calls the SKUs' objects. A call that fails because its object was reset, or cannot be reached, is repeated on a new
 * stub; every method of the object may be repeated.
 */
import type { LineId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import type {
  AllocationRejection,
  AllocationRequest,
  AllocationResult,
  Holder,
  MoveRejection,
  MoveRequest,
} from "./domain/allocation-request";
import type { JournalCursor, JournalPage } from "./domain/journal";
import type { SkuFacts } from "./domain/sku-facts";
import type { EffectApplied, EffectTooOld, StockEffect } from "./domain/stock-messages";
import type { StockOperation, StockOperationRejection, TooManyLocations } from "./domain/stock-operations";
import type { StockPrices } from "./domain/stock-prices";
import type {
  AuditQuery,
  StockAudit,
  StockOfLine,
  StockReading,
  StockSnapshot,
} from "./domain/stock-reading";
import type { SkuInventoryObject } from "./object/sku-inventory";

type UnknownSku = Readonly<{ code: "unknown_sku"; sku: string }>;

export type InventoryClient = Readonly<{
  allocate: (
    sku: string,
    request: AllocationRequest,
  ) => Promise<Result<AllocationResult, AllocationRejection>>;
  moveAllocations: (
    sku: string,
    request: MoveRequest,
  ) => Promise<Result<AllocationResult, MoveRejection | UnknownSku>>;
  /** Releases the holder's pending units. Confirmed units are released by an effect. */
  releasePending: (sku: string, holder: Holder, now: number) => Promise<void>;
  /** Releases the holder's pending units if only the request with this `expiresAt` asked for them. */
  releaseIfNotRenewed: (sku: string, holder: Holder, expiresAt: number, now: number) => Promise<void>;
  applyEffect: (
    sku: string,
    effect: StockEffect,
  ) => Promise<Result<EffectApplied, UnknownSku | EffectTooOld>>;
  recordMovement: (
    sku: string,
    operation: StockOperation,
  ) => Promise<Result<StockReading, StockOperationRejection>>;
  /** Creates or replaces the SKU's facts. A changed cost revalues what is on hand. */
  upsertSku: (facts: SkuFacts, now: number) => Promise<void>;
  setSafetyStock: (
    sku: string,
    locationId: string,
    quantity: number,
  ) => Promise<Result<null, UnknownSku | TooManyLocations>>;
  /** Prices that were computed earlier than the stored ones change nothing. */
  setStockPrices: (sku: string, prices: StockPrices) => Promise<Result<null, UnknownSku>>;
  readLineStock: (sku: string, lineId: LineId) => Promise<Result<StockOfLine, UnknownSku>>;
  readStock: (sku: string) => Promise<Result<StockReading, UnknownSku>>;
  /** The stock as the database stores it. */
  readSnapshot: (sku: string) => Promise<Result<StockSnapshot, UnknownSku>>;
  audit: (sku: string, query: AuditQuery) => Promise<Result<StockAudit, UnknownSku>>;
  /** What was written since a time, in pages: for a database that was restored to an earlier state. */
  readJournal: (sku: string, cursor: JournalCursor) => Promise<Result<JournalPage, UnknownSku>>;
  /** The events' consumer is done: they are not sent again. */
  forgetEvents: (sku: string, ids: readonly string[]) => Promise<void>;
}>;

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 20;

export function createInventoryClient(
  namespace: DurableObjectNamespace<SkuInventoryObject>,
): InventoryClient {
  // A stub that has met a reset keeps failing, so each attempt takes a new one.
  const call = async <Answer>(
    sku: string,
    method: (stub: DurableObjectStub<SkuInventoryObject>) => Promise<Answer>,
  ): Promise<Answer> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await method(namespace.get(namespace.idFromName(sku)));
      } catch (error) {
        if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
        await scheduler.wait(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random()));
      }
    }
  };
  return {
    allocate: (sku, request) => call(sku, async (stub) => stub.allocate(sku, request)),
    moveAllocations: (sku, request) => call(sku, async (stub) => stub.moveAllocations(sku, request)),
    releasePending: (sku, holder, now) => call(sku, async (stub) => stub.releasePending(holder, now)),
    releaseIfNotRenewed: (sku, holder, expiresAt, now) =>
      call(sku, async (stub) => stub.releaseIfNotRenewed(holder, expiresAt, now)),
    applyEffect: (sku, effect) => call(sku, async (stub) => stub.applyEffect(sku, effect)),
    recordMovement: (sku, operation) => call(sku, async (stub) => stub.recordMovement(sku, operation)),
    upsertSku: (facts, now) => call(facts.sku, async (stub) => stub.upsertSku(facts, now)),
    setSafetyStock: (sku, locationId, quantity) =>
      call(sku, async (stub) => stub.setSafetyStock(sku, locationId, quantity)),
    setStockPrices: (sku, prices) => call(sku, async (stub) => stub.setStockPrices(sku, prices)),
    readLineStock: (sku, lineId) => call(sku, async (stub) => stub.readLineStock(sku, lineId)),
    readStock: (sku) => call(sku, async (stub) => stub.readStock(sku)),
    readSnapshot: (sku) => call(sku, async (stub) => stub.readSnapshot(sku)),
    audit: (sku, query) => call(sku, async (stub) => stub.audit(sku, query)),
    readJournal: (sku, cursor) => call(sku, async (stub) => stub.readJournal(sku, cursor)),
    forgetEvents: (sku, ids) => call(sku, async (stub) => stub.forgetEvents(ids)),
  };
}

/** An object that was reset or is out of reach may answer the next call. An overloaded one must not get more calls. */
function isRetryable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { retryable, overloaded } = error as Error & { retryable?: boolean; overloaded?: boolean };
  if (overloaded === true) return false;
  return retryable === true || /reset|network connection lost/i.test(error.message);
}
