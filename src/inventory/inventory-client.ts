/**
 * The stock of every SKU, as the commands see it. Each SKU has its object; a call that meets an object
 * being reset is repeated on a new stub, which every method allows.
 */
import type { LineId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import type {
  AllocationRejection,
  AllocationRequest,
  Holder,
  AllocationResult,
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
} from "./domain/stock";
import type { SkuInventoryObject } from "./object/sku-inventory";

type Unknown = Readonly<{ code: "unknown_sku"; sku: string }>;

export type InventoryClient = Readonly<{
  allocate: (
    sku: string,
    request: AllocationRequest,
  ) => Promise<Result<AllocationResult, AllocationRejection>>;
  move: (sku: string, request: MoveRequest) => Promise<Result<AllocationResult, MoveRejection | Unknown>>;
  /** Lets go of pending allocations of the holder, at once. Confirmed ones are given back by an effect. */
  releasePending: (sku: string, holder: Holder, now: number) => Promise<void>;
  /** Lets go of what a allocation that asked to releaseHolding at `expiresAt` was given, unless another asked for it, too. */
  releaseIfNotRenewed: (sku: string, holder: Holder, expiresAt: number, now: number) => Promise<void>;
  apply: (sku: string, effect: StockEffect) => Promise<Result<EffectApplied, Unknown>>;
  recordMovement: (
    sku: string,
    operation: StockOperation,
  ) => Promise<Result<StockReading, StockOperationRejection>>;
  /** Takes the SKU's facts in; a changed cost revalues what is on hand. */
  upsertSku: (facts: SkuFacts, now: number) => Promise<void>;
  setSafetyStock: (sku: string, locationId: string, quantity: number) => Promise<Result<null, Unknown>>;
  /** Prices found before those it has change nothing. */
  setStockPrices: (sku: string, prices: StockPrices) => Promise<Result<null, Unknown>>;
  /** What a line holds and may be given, and whether its order has heard of all of it. */
  lineStock: (sku: string, lineId: LineId) => Promise<Result<StockOfLine, Unknown>>;
  readStock: (sku: string) => Promise<Result<StockReading, Unknown>>;
  /** `refs`: effects to ask about, whether they have been applied. */
  audit: (sku: string, refs: readonly string[]) => Promise<Result<StockAudit, Unknown>>;
  /** The events have been dealt with, and need not be sent again. */
  forgetEvents: (sku: string, ids: readonly string[]) => Promise<void>;
}>;

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 20;

export function createInventoryClient(
  namespace: DurableObjectNamespace<SkuInventoryObject>,
): InventoryClient {
  // A stub that has met a reset keeps failing, so each attempt takes its own.
  const ask = async <Answer>(
    sku: string,
    call: (stub: DurableObjectStub<SkuInventoryObject>) => Promise<Answer>,
  ): Promise<Answer> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call(namespace.get(namespace.idFromName(sku)));
      } catch (error) {
        if (attempt === ATTEMPTS || !isPassing(error)) throw error;
        await scheduler.wait(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random()));
      }
    }
  };
  return {
    allocate: (sku, request) => ask(sku, async (stub) => stub.allocate(sku, request)),
    move: (sku, request) => ask(sku, async (stub) => stub.move(sku, request)),
    releasePending: (sku, holder, now) => ask(sku, async (stub) => stub.releasePending(holder, now)),
    releaseIfNotRenewed: (sku, holder, expiresAt, now) =>
      ask(sku, async (stub) => stub.releaseIfNotRenewed(holder, expiresAt, now)),
    apply: (sku, effect) => ask(sku, async (stub) => stub.applyEffect(sku, effect)),
    recordMovement: (sku, operation) => ask(sku, async (stub) => stub.recordMovement(sku, operation)),
    upsertSku: (facts, now) => ask(facts.sku, async (stub) => stub.upsertSku(facts, now)),
    setSafetyStock: (sku, locationId, quantity) =>
      ask(sku, async (stub) => stub.setSafetyStock(sku, locationId, quantity)),
    setStockPrices: (sku, prices) => ask(sku, async (stub) => stub.setStockPrices(sku, prices)),
    lineStock: (sku, lineId) => ask(sku, async (stub) => stub.lineStock(sku, lineId)),
    readStock: (sku) => ask(sku, async (stub) => stub.readStock(sku)),
    audit: (sku, refs) => ask(sku, async (stub) => stub.audit(sku, refs)),
    forgetEvents: (sku, ids) => ask(sku, async (stub) => stub.forgetEvents(ids)),
  };
}

/** An overloaded object is not helped by asking again; one that was reset, or is out of reach, may answer. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { retryable, overloaded } = error as Error & { retryable?: boolean; overloaded?: boolean };
  if (overloaded === true) return false;
  return retryable === true || /reset|network connection lost/i.test(error.message);
}
