/**
 * The stock of every SKU, as the commands see it. Each SKU has its object; a call that meets an object
 * being reset is repeated on a new stub, which every method allows.
 */
import type { Result } from "../domain/result";
import type {
  ClaimRejection,
  ClaimRequest,
  Claimant,
  Claimed,
  MoveRejection,
  MoveRequest,
  SkuFacts,
  StockAudit,
  StockEffect,
  StockOperation,
  StockOperationRejection,
  StockSnapshot,
} from "../domain/stock";

type Unknown = Readonly<{ code: "unknown_sku"; sku: string }>;

export type InventoryClient = Readonly<{
  claim: (sku: string, request: ClaimRequest) => Promise<Result<Claimed, ClaimRejection>>;
  move: (sku: string, request: MoveRequest) => Promise<Result<Claimed, MoveRejection | Unknown>>;
  /** Lets go of pending claims of the claimant, at once. Confirmed ones are given back by an effect. */
  voidClaims: (sku: string, claimant: Claimant, now: number) => Promise<void>;
  apply: (sku: string, effect: StockEffect) => Promise<Result<null, Unknown>>;
  operate: (
    sku: string,
    operation: StockOperation,
  ) => Promise<Result<StockSnapshot, StockOperationRejection>>;
  /** Takes the SKU's facts in; a changed cost revalues what is on hand. */
  describe: (facts: SkuFacts, now: number) => Promise<void>;
  setSafetyStock: (sku: string, locationId: string, quantity: number) => Promise<Result<null, Unknown>>;
  snapshot: (sku: string) => Promise<Result<StockSnapshot, Unknown>>;
  /** `refs`: effects to ask about, whether they have been applied. */
  audit: (sku: string, refs: readonly string[]) => Promise<Result<StockAudit, Unknown>>;
}>;
