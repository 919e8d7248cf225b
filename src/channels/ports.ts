/** What we ask of other people's systems. */
import type { ChannelConnection, ConnectionOf } from "./domain/channel-connection";
import type { Result } from "../kernel/result";

/** An order as its storefront's API answers it, to be read by the storefront's own rules. */
export type FetchedOrder = Readonly<{
  order: unknown;
  /** Its lines, where the order does not hold all of them. */
  products: readonly unknown[] | null;
  transactions: unknown;
  refunds: unknown;
}>;

export type FetchRejection =
  /** It answers nobody now; it may later, and not before `afterMs` where it says so. */
  | Readonly<{ code: "storefront_away"; detail: string; afterMs: number }>
  /** It answers, and this cannot be read; it may be later. */
  | Readonly<{ code: "answer_unusable"; detail: string }>
  /** It has no such order, or not any more. */
  | Readonly<{ code: "order_gone" }>;

/** Asks a storefront for an order of which it only said that it changed. */
export type FetchOrder = (
  connection: ConnectionOf<"bigcommerce">,
  externalOrderId: string,
) => Promise<Result<FetchedOrder, FetchRejection>>;

/** A SKU as a storefront has it: where, in its own words, and how many units it shows. */
export type Listing = Readonly<{ sku: string; externalId: string; shown: number | null }>;

export type StockToPush = Readonly<{
  sku: string;
  externalId: string;
  quantity: number;
  /** What it should show until then; null where that is not known. */
  before: number | null;
}>;

export type StorefrontRejection =
  /** Nobody knows what it did; it may answer later, and not before `afterMs` where it says so. */
  | Readonly<{ code: "away"; detail: string; afterMs: number }>
  /** It has done nothing, and will not for the same words. */
  | Readonly<{ code: "refused"; detail: string }>;

/** Of what a storefront was pushed, one that it did not take. */
export type NotPushed = Readonly<{ sku: string; detail: string }>;

/** The stock of a storefront. Quantities are absolute, so that telling twice is telling once. */
export type StorefrontStock = Readonly<{
  /** SKUs that may be looked for, and pushed, in one call. */
  maxFound: number;
  maxPushed: number;
  /** SKUs that the storefront has not, or whose stock it does not count, are not in the answer. */
  find: (skus: readonly string[]) => Promise<Result<readonly Listing[], StorefrontRejection>>;
  /** `key` tells this call from every other, where the storefront wants to know. */
  push: (
    pushed: readonly StockToPush[],
    key: string,
  ) => Promise<Result<readonly NotPushed[], StorefrontRejection>>;
}>;

export type ConnectStock = (connection: ChannelConnection) => StorefrontStock;
