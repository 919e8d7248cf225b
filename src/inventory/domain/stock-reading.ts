/** A SKU's stock as it is read from its object: levels, snapshots, and the nightly audit. */
import type { OrderId } from "../../kernel/ids";
import type { Whole } from "../../kernel/whole-numbers";
import type { Checkpoint } from "./checkpoint";
import type { AllocatedAt, Holder } from "./allocation-request";
import type { SkuFacts } from "./sku-facts";
import type { EffectRef, StockEvent } from "./stock-messages";
import type { StockPrices } from "./stock-prices";

export type StockLevel = Readonly<{
  locationId: string;
  onHand: number;
  allocated: number;
  safetyStock: number;
  /** On hand − allocated − safety stock, at least zero. */
  available: number;
  /** The stock belongs to a vendor, and has no value in our books. */
  vendorOwned?: boolean;
}>;

export type StockReading = Readonly<{
  facts: SkuFacts;
  levels: readonly StockLevel[];
  backordered: number;
  valueMinor: number;
  stockPrices?: StockPrices["minorByLocation"];
}>;

/** What one line holds, and what it could get. */
export type StockOfLine = Readonly<{
  allocated: readonly AllocatedAt[];
  /** Units that have left, of which the order may have other numbers while effects of it are under way. */
  shipped: number;
  backordered: number;
  /** Available at each location that has some, beside what the line holds. */
  free: Readonly<Record<string, number>>;
  /** Events of the line that its order has not applied yet. */
  undelivered: number;
  facts: SkuFacts;
  stockPrices?: StockPrices["minorByLocation"];
}>;

/** A SKU's stock as the database stores it. */
export type StockSnapshot = Readonly<{
  sku: string;
  /** Counts the changes of the SKU's stock, from 1: of two snapshots the higher version is the newer one. */
  version: number;
  at: number;
  levels: readonly StockLevel[];
  backordered: number;
}>;

/** A live allocation, or a backorder if `locationId` is null. */
export type OpenAllocation = Readonly<{
  holder: Holder;
  orderId: OrderId | null;
  locationId: string | null;
  quantity: number;
  status: "pending" | "confirmed";
  expiresAt: number | null;
}>;

/** A holder's units, and when they last changed, in epoch milliseconds. */
export type AuditedHolding = Readonly<{
  holder: Holder;
  orderId: OrderId | null;
  changedAt: number;
  /** Empty if all its units were shipped or given back. */
  allocations: readonly OpenAllocation[];
}>;

/** What an audit reads. */
export type AuditQuery = Readonly<{
  /** Of these effects, those that were applied are returned. */
  effects: readonly EffectRef[];
  /** Movements after this time are added up apart. */
  asOf: number;
  holdings: HoldingsPage | Readonly<{ of: Holder }>;
}>;

/** For an audit that asks for no effect and no holding. */
export const STOCK_ONLY: AuditQuery = {
  effects: [],
  asOf: Number.MAX_SAFE_INTEGER,
  holdings: { after: "", limit: 0, orChangedSince: Number.MAX_SAFE_INTEGER },
};

/** Holdings in the sequence of their holders. */
export type HoldingsPage = Readonly<{
  after: Holder | "";
  limit: number;
  /** Holdings without units are left out, unless they changed since then. */
  orChangedSince: number;
}>;

/** Everything the nightly reconciliation checks in one object, as of one moment. */
export type StockAudit = Readonly<{
  reading: StockReading;
  holdings: readonly AuditedHolding[];
  /** The holder after which the next page of holdings begins; null after the last one. */
  nextAfter: Holder | null;
  /** The value that movements after `asOf` added. */
  movedAfterMinor: Whole;
  /** Sums of the checkpoint and the movements since. */
  movedByLocation: Readonly<Record<string, number>>;
  movedValueMinor: Whole;
  /** Those of the queried effects that have been applied. */
  appliedRefs: readonly string[];
  /** Those of which it is not known: see `EffectTooOld`. */
  tooOldRefs: readonly string[];
  checkpoint: Checkpoint;
  /** Events that are not delivered yet. */
  openEvents: number;
  /** The oldest of them. */
  undelivered: readonly StockEvent[];
  /** How often the stock has changed. */
  version: number;
}>;
