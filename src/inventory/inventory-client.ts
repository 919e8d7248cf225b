/**
 * The stock of every SKU, as the commands see it. Each SKU has its object; a call that meets an object
 * being reset is repeated on a new stub, which every method allows.
 */
import type { LineId } from "../kernel/ids";
import type { Result } from "../kernel/result";
import type {
  ClaimRejection,
  ClaimRequest,
  Claimant,
  Claimed,
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
  StockSnapshot,
} from "./domain/stock";
import type { SkuInventory } from "./object/sku-inventory";

type Unknown = Readonly<{ code: "unknown_sku"; sku: string }>;

export type InventoryClient = Readonly<{
  claim: (sku: string, request: ClaimRequest) => Promise<Result<Claimed, ClaimRejection>>;
  move: (sku: string, request: MoveRequest) => Promise<Result<Claimed, MoveRejection | Unknown>>;
  /** Lets go of pending claims of the claimant, at once. Confirmed ones are given back by an effect. */
  voidClaims: (sku: string, claimant: Claimant, now: number) => Promise<void>;
  /** Lets go of what a claim that asked to lapse at `expiresAt` was given, unless another asked for it, too. */
  letGo: (sku: string, claimant: Claimant, expiresAt: number, now: number) => Promise<void>;
  apply: (sku: string, effect: StockEffect) => Promise<Result<EffectApplied, Unknown>>;
  operate: (
    sku: string,
    operation: StockOperation,
  ) => Promise<Result<StockSnapshot, StockOperationRejection>>;
  /** Takes the SKU's facts in; a changed cost revalues what is on hand. */
  describe: (facts: SkuFacts, now: number) => Promise<void>;
  setSafetyStock: (sku: string, locationId: string, quantity: number) => Promise<Result<null, Unknown>>;
  /** Prices found before those it has change nothing. */
  setStockPrices: (sku: string, prices: StockPrices) => Promise<Result<null, Unknown>>;
  /** What a line holds and may be given, and whether its order has heard of all of it. */
  lineStock: (sku: string, lineId: LineId) => Promise<Result<StockOfLine, Unknown>>;
  snapshot: (sku: string) => Promise<Result<StockSnapshot, Unknown>>;
  /** `refs`: effects to ask about, whether they have been applied. */
  audit: (sku: string, refs: readonly string[]) => Promise<Result<StockAudit, Unknown>>;
  /** The events have been dealt with, and need not be sent again. */
  forgetEvents: (sku: string, ids: readonly string[]) => Promise<void>;
}>;

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 20;

export function createInventoryClient(namespace: DurableObjectNamespace<SkuInventory>): InventoryClient {
  // A stub that has met a reset keeps failing, so each attempt takes its own.
  const ask = async <Answer>(
    sku: string,
    call: (stub: DurableObjectStub<SkuInventory>) => Promise<Answer>,
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
    claim: (sku, request) => ask(sku, async (stub) => stub.claim(sku, request)),
    move: (sku, request) => ask(sku, async (stub) => stub.move(sku, request)),
    voidClaims: (sku, claimant, now) => ask(sku, async (stub) => stub.voidClaims(claimant, now)),
    letGo: (sku, claimant, expiresAt, now) => ask(sku, async (stub) => stub.letGo(claimant, expiresAt, now)),
    apply: (sku, effect) => ask(sku, async (stub) => stub.applyEffect(sku, effect)),
    operate: (sku, operation) => ask(sku, async (stub) => stub.operate(sku, operation)),
    describe: (facts, now) => ask(facts.sku, async (stub) => stub.describe(facts, now)),
    setSafetyStock: (sku, locationId, quantity) =>
      ask(sku, async (stub) => stub.setSafetyStock(sku, locationId, quantity)),
    setStockPrices: (sku, prices) => ask(sku, async (stub) => stub.setStockPrices(sku, prices)),
    lineStock: (sku, lineId) => ask(sku, async (stub) => stub.lineStock(sku, lineId)),
    snapshot: (sku) => ask(sku, async (stub) => stub.snapshot(sku)),
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
