/** What a connected storefront's own API can do for us: read and set stock, and return an order. */
import type { Channel } from "../catalog/domain/channel";
import type { FieldError } from "../kernel/field-errors";
import type { Result } from "../kernel/result";
import type { NewOrder } from "../orders/domain/new-order";

/** The API of one channel's storefront, with its address and credentials. */
export type StorefrontApi = Readonly<{
  /** Null if the storefront's stock cannot be set. */
  stock: StorefrontStock | null;
  /** Null if an order cannot be fetched. */
  fetchOrder: FetchOrder | null;
  /** Null if the storefront cannot list the orders that changed. */
  listChanged: ListChanged | null;
}>;

/** What an adapter needs of the channel to read an order. */
export type OrderChannel = Pick<Channel, "id" | "currency" | "locationMap">;

/** The channel that the order belongs to, and when the request starts (epoch milliseconds). */
export type FetchOptions = Readonly<{ channel: OrderChannel; fetchedAt: number }>;

/** Fetches an order by its external id, and reads it as a callback of it would be read. */
export type FetchOrder = (
  externalOrderId: string,
  options: FetchOptions,
) => Promise<Result<FetchedOrder, FetchRejection>>;

export type FetchedOrder = Readonly<{ type: "order"; order: NewOrder } | { type: "ignored"; reason: string }>;

export type FetchRejection =
  /** No order can be fetched now; `afterMs`: how long the storefront asks callers to wait, or 0. */
  | Readonly<{ code: "storefront_away"; detail: string; afterMs: number }>
  /** The response for this order cannot be used. A later request for the same order may succeed. */
  | Readonly<{ code: "answer_unusable"; detail: string }>
  /** The storefront does not have the order, or no longer. */
  | Readonly<{ code: "order_gone" }>
  /** The response is not what the storefront documents. `response`: as received, for staff. */
  | Readonly<{ code: "order_unreadable"; errors: readonly FieldError[]; response: unknown }>;

/**
 * One page of the orders that changed since a time (epoch milliseconds, inclusive). `cursor`: null for the first
 * page, then what the page before returned. Refused if the cursor is too old: then the list begins again.
 */
export type ListChanged = (
  since: number,
  cursor: string | null,
) => Promise<Result<ChangedOrders, StorefrontRejection>>;

/** `cursor`: of the next page, null after the last. An order that changes while pages are read may be on two of them. */
export type ChangedOrders = Readonly<{ externalIds: readonly string[]; cursor: string | null }>;

/** A SKU as the storefront lists it: the storefront's own id of it, and how many units it shows. */
export type Listing = Readonly<{ sku: string; externalId: string; shown: number | null }>;

export type StockToPush = Readonly<{
  sku: string;
  externalId: string;
  quantity: number;
  /** What the storefront last accepted; null if that is not known. */
  before: number | null;
}>;

export type StorefrontRejection =
  /** The outcome is unknown, or the storefront is busy. `afterMs`: how long it asks callers to wait, or 0. */
  | Readonly<{ code: "away"; detail: string; afterMs: number }>
  /** Nothing was done, and repeating the same request will fail again. */
  | Readonly<{ code: "refused"; detail: string }>;

/** One SKU of a batch that the storefront did not accept. */
export type NotPushed = Readonly<{ sku: string; detail: string }>;

/** The stock of a storefront. Quantities are absolute, so that a push can be repeated. */
export type StorefrontStock = Readonly<{
  /** The most SKUs of one `find`. */
  maxFound: number;
  /** The most SKUs of one `push`. */
  maxPushed: number;
  /** Leaves out SKUs that the storefront does not list, or whose stock it does not count. */
  find: (skus: readonly string[]) => Promise<Result<readonly Listing[], StorefrontRejection>>;
  /** `key`: an idempotency key of this call, for storefronts that take one. Returns the SKUs not accepted. */
  push: (
    pushed: readonly StockToPush[],
    key: string,
  ) => Promise<Result<readonly NotPushed[], StorefrontRejection>>;
}>;
