/** Requests to allocate units of a SKU or to move allocated ones, and their results. */
import type { LineId, OrderId, ReservationId } from "../../kernel/ids";
import type { SkuFacts } from "./sku-facts";
import type { StockPrices } from "./stock-prices";

/** Holds units of a SKU: an order's line, or a checkout's reservation. */
export type Holder = LineId | ReservationId;

export type AllocatedAt = Readonly<{ locationId: string; quantity: number }>;

export type AllocationRequest = Readonly<{
  holder: Holder;
  /** Null for a reservation. */
  orderId: OrderId | null;
  quantity: number;
  /**
   * What `quantity` counts; `ever_allocated` if absent.
   * - `ever_allocated`: all units the holder ever needed, with those shipped or released since. A repeat
   *   allocates only what is missing.
   * - `first_allocated`: the same, but a pending or confirmed holding is returned as it is and gets no more units.
   * - `open_now`: units the holder must hold or have backordered now, whatever was shipped or released before.
   */
  quantityOf?: "ever_allocated" | "first_allocated" | "open_now";
  /** Where units may be allocated, best location first. */
  locations: readonly string[];
  /** If units are missing: `backorder` backorders them; `refuse` is rejected if the SKU's policy is `deny`. */
  shortage: "refuse" | "backorder";
  /** `whole`: allocate or fill all missing units at once, or none. */
  fill: "partial" | "whole";
  /** Place in the queue: backorders are filled from the earliest on, and allocations are cut from the latest on. */
  placedAt: number;
  /** Reservations of the same checkout. Their units of this SKU pass to the holder before other units are allocated. */
  takesOver: readonly ReservationId[];
  /** When a pending holding expires. A repeat sets the later of the two times, plus one millisecond. */
  expiresAt: number;
  now: number;
}>;

export type AllocationResult = Readonly<{
  holder: Holder;
  /** The holder already had a holding of this SKU, live or ended: the request may be a repeat. */
  repeated: boolean;
  /** Only if the holding was confirmed, so that its order was stored: the number of the last event that its line was sent. */
  storedEvents?: number;
  /** Units at each location, shipped ones included. */
  allocated: readonly AllocatedAt[];
  backordered: number;
  /** Available after this allocation, at each location of the request. */
  free: Readonly<Record<string, number>>;
  facts: SkuFacts;
  /** Fresh prices of the SKU's stock, if there are any: sourcing adds them to its costs. */
  stockPrices?: StockPrices["minorByLocation"];
  stockPricesFoundAt?: number;
}>;

export type AllocationRejection = Readonly<
  | { code: "unknown_sku"; sku: string }
  | { code: "insufficient_stock"; sku: string; requested: number; available: number }
  /** The request may repeat one whose holding was folded, and its order could not be looked up. */
  | { code: "order_not_looked_up"; sku: string }
>;

/** Moves all live units of a holding, or none: `to` and `backorder` together must be as many. */
export type MoveRequest = Readonly<{
  holder: Holder;
  to: readonly AllocatedAt[];
  /** Units to backorder although locations have them, and the only locations the holding is filled from afterwards. */
  backorder?: Readonly<{ quantity: number; locations: readonly string[] }>;
  /** Move only while the holding has this expiry: another request that renewed it may store where the units are. */
  expiresAt?: number;
  now: number;
}>;

export type MoveRejection = Readonly<{ code: "allocation_not_movable"; holder: Holder }>;
