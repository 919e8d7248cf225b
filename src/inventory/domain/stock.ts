/**
 * The words that orders and a SKU's stock use between them. What a SKU's object decides is in
 * `sku-stock.ts`; here is only what is said over the wire, so that both sides mean the same.
 */
import type { SkuPolicy } from "../../catalog/domain/reference";
import type { FulfillmentId, LineId, OrderId, ReservationId } from "../../kernel/ids";

/** What the stock of a SKU needs to know of the SKU itself. */
export type SkuFacts = Readonly<{
  sku: string;
  policy: SkuPolicy;
  /** Standard cost of one unit, in the books' currency. */
  unitCostMinor: number;
  weightGrams: number;
  /** Length × width × height of a unit; null where it was not measured. */
  volumeMm3: number | null;
  hazardous: boolean;
  oversize: boolean;
}>;

/** Whose allocation it is: an order's line, or one SKU of a checkout's reservation. */
export type Holder = LineId | ReservationId;

export type AllocationRequest = Readonly<{
  holder: Holder;
  /** Null for a checkout's reservation, which simply expires. */
  orderId: OrderId | null;
  quantity: number;
  /**
   * What it is of: all that was ever allocated for the line; the same, unless the line has allocations, which are then
   * answered as they are; or, to mend a allocation, what it should have open now.
   */
  quantityOf?: "ever_allocated" | "first_allocated" | "open_now";
  /** Locations that may be allocated at, best first. */
  locations: readonly string[];
  /** `backorder` is never refused: what is short is backordered. `refuse` is refused when the SKU's policy is to deny. */
  shortage: "refuse" | "backorder";
  fill: "partial" | "whole";
  placedAt: number;
  /** Reservations of the same checkout, whose allocations on this SKU pass to this holder first. */
  takesOver: readonly ReservationId[];
  /** When a pending allocation expires; a repeat extends it, by a millisecond at least. */
  expiresAt: number;
  now: number;
}>;

export type AllocatedAt = Readonly<{ locationId: string; quantity: number }>;

export type AllocationResult = Readonly<{
  holder: Holder;
  /** The holder had allocations here before, live or ended: this may be a repeat. */
  repeated: boolean;
  allocated: readonly AllocatedAt[];
  backordered: number;
  /** Available after this allocation, at each location of the request. */
  free: Readonly<Record<string, number>>;
  facts: SkuFacts;
  /** What a unit is expected to save later if it stays, by location, where that is known: sourcing adds it to its costs. */
  stockPrices?: StockPrices["minorByLocation"];
  /** Which prices they are. */
  stockPricesFoundAt?: number;
}>;

/** Prices of a SKU's stock, in minor units of the books' currency; zero at a location that is not named. */
export type StockPrices = Readonly<{
  /** When they were found: of two, the later are right. */
  foundAt: number;
  minorByLocation: Readonly<Record<string, number>>;
}>;

export type AllocationRejection = Readonly<
  | { code: "unknown_sku"; sku: string }
  | { code: "insufficient_stock"; sku: string; requested: number; available: number }
>;

/** Moves a live allocation's units, all or nothing: where they go and what is owed instead add up to what is allocated. */
export type MoveRequest = Readonly<{
  holder: Holder;
  to: readonly AllocatedAt[];
  /** Units that are backordered though locations have them, and where alone the line is filled from now on. */
  owed?: Readonly<{ quantity: number; locations: readonly string[] }>;
  /** Only while it expires then: whoever asked for it since was told where it is, and may store that. */
  expiresAt?: number;
  now: number;
}>;
export type MoveRejection = Readonly<{ code: "allocation_not_movable"; holder: Holder }>;

/** What an order does to stock after creation. `ref` is unique: an effect applies once. */
export type StockEffect =
  | Readonly<{
      type: "ship";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      /** The cost the order's books used, so that stock and books move by the same value. */
      unitCostMinor: number;
      /** From a vendor's stock, which is not ours and has no value in our books. */
      vendorOwned?: boolean;
      at: number;
    }>
  | Readonly<{
      /** Give units back: allocated at the location, or owed as a backorder where it is null. */
      type: "release";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locationId: string | null;
      quantity: number;
      at: number;
    }>
  | Readonly<{
      /** The location will not send them: owe them again, to be filled from another location. */
      type: "reject";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      /** What it found instead of them, by which stock is corrected. */
      found?: Shortfall | null;
      at: number;
    }>
  | Readonly<{
      /**
       * The order would rather have them elsewhere: as many as `to` has free; or owed again, where it is null.
       * `allocation.moved` answers.
       */
      type: "move";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      from: string;
      to: string | null;
      quantity: number;
      /** Units at `from` that are released already, and stay. */
      keep: number;
      /** Where the line may be given units from now on, best first. */
      locations: readonly string[];
      /** The part that waits for the answer. */
      fulfillmentId: FulfillmentId;
      at: number;
    }>
  | Readonly<{
      /** What the line is owed may come from these locations from now on, best first, and from no others. */
      type: "serve";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locations: readonly string[];
      at: number;
    }>
  | Readonly<{
      type: "restock";
      ref: string;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      unitCostMinor: number;
      at: number;
    }>;

/** `out_of_stock`: neither they nor any free unit was there. `damaged`: they were there, and cannot be sent. */
export type Shortfall = "out_of_stock" | "damaged";

/** `needsRepair`: order and stock have spoken at once, and are to be compared once nothing is under way. */
export type EffectApplied = Readonly<{ needsRepair: boolean }>;

/** One line's part in a SKU's stock, as of one moment. */
export type StockOfLine = Readonly<{
  allocated: readonly AllocatedAt[];
  backordered: number;
  /** Available to others at each location that has some, beside what the line holds. */
  free: Readonly<Record<string, number>>;
  /** Events that its order has not dealt with yet. */
  undelivered: number;
  facts: SkuFacts;
  stockPrices?: StockPrices["minorByLocation"];
}>;

export const ADJUSTMENT_REASONS = [
  "damaged",
  "lost",
  "found",
  "shrinkage",
  "quality_hold",
  "correction",
] as const;
export type AdjustmentReason = (typeof ADJUSTMENT_REASONS)[number];

/** What staff does to stock. `ref` is the caller's, and unique. `vendors`: the location keeps a vendor's stock. */
export type StockOperation = Readonly<{ vendorOwned?: boolean }> & OwnOperation;

type OwnOperation =
  | Readonly<{
      type: "receive";
      ref: string;
      locationId: string;
      quantity: number;
      /** What it was expected as. */
      inboundId?: string;
      at: number;
      by: string;
    }>
  | Readonly<{
      type: "adjust";
      ref: string;
      locationId: string;
      /** Signed. */
      quantity: number;
      reason: AdjustmentReason;
      at: number;
      by: string;
    }>
  | Readonly<{
      type: "count";
      ref: string;
      locationId: string;
      counted: number;
      /** Of a vendor's feed: of two counts that say so, the later is right. */
      asOf?: number;
      at: number;
      by: string;
    }>;

export type StockOperationRejection = Readonly<
  | { code: "unknown_sku"; sku: string }
  | { code: "quantity_invalid"; quantity: number }
  | { code: "below_zero"; locationId: string; onHand: number }
  | { code: "ref_reused"; ref: string }
>;

export type MovementKind = "receive" | "adjust" | "count" | "ship" | "restock" | "revalue";

/** One row of the journal of units. Quantities and values are signed; on hand is what they add up to. */
export type Movement = Readonly<{
  ref: string;
  kind: MovementKind;
  locationId: string | null;
  quantity: number;
  /** In the books' currency. */
  valueMinor: number;
  reason: string | null;
  /** Of a receipt, what it was expected as. */
  inboundId?: string;
  at: number;
}>;

/** What the SKU's object decided by itself, told to the order and to the books. `id` is unique. */
export type StockEvent =
  | Readonly<{
      type: "backorder.filled";
      id: string;
      /** Counts what the line is eventCount, from 1: a later word builds on the earlier. */
      number: number;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      at: number;
    }>
  | Readonly<{
      type: "allocation.cut";
      id: string;
      number: number;
      orderId: OrderId;
      lineId: LineId;
      locationId: string;
      quantity: number;
      at: number;
    }>
  | Readonly<{
      /** Answers a move: so many units are allocated at `to` instead, or owed. None, where it had none free. */
      type: "allocation.moved";
      id: string;
      number: number;
      orderId: OrderId;
      lineId: LineId;
      from: string;
      to: string | null;
      quantity: number;
      fulfillmentId: FulfillmentId;
      at: number;
    }>
  | Readonly<{
      /** A movement that no order's journal entry covers: receipts, adjustments, counts, revaluations. */
      type: "stock.moved";
      id: string;
      movement: Movement;
    }>;

export type StockLevel = Readonly<{
  locationId: string;
  onHand: number;
  allocated: number;
  safetyStock: number;
  /** on hand − allocated − safety stock, never under zero. */
  available: number;
  /** A vendor's, not ours: it has no value in our books. */
  vendorOwned?: boolean;
}>;

export type StockReading = Readonly<{
  facts: SkuFacts;
  levels: readonly StockLevel[];
  backordered: number;
  valueMinor: number;
  stockPrices?: StockPrices["minorByLocation"];
}>;

/** What a SKU's object says of its stock to whoever reads it from the database. */
export type StockSnapshot = Readonly<{
  sku: string;
  /** Counts the changes of the SKU's stock, from 1: it tells words apart, and which is the newer. */
  version: number;
  at: number;
  levels: readonly StockLevel[];
  backordered: number;
}>;

/** A live allocation or backorder as the nightly comparison reads it; `locationId` is null for a backorder. */
export type OpenAllocation = Readonly<{
  holder: Holder;
  orderId: OrderId | null;
  locationId: string | null;
  quantity: number;
  status: "pending" | "confirmed";
  expiresAt: number | null;
}>;

/** Everything the nightly comparison checks in one object, consistent as of one moment. */
export type StockAudit = Readonly<{
  reading: StockReading;
  allocations: readonly OpenAllocation[];
  /** Sums of the movement journal. */
  movedByLocation: Readonly<Record<string, number>>;
  movedValueMinor: number;
  /** Effects' references already applied, of those asked about. */
  appliedRefs: readonly string[];
  openEvents: number;
  /** How often the stock has changed. */
  version: number;
}>;
