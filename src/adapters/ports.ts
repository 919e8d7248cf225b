/** What we ask of other people's systems. */
import type { ConnectionOf } from "../domain/channel-connection";
import type { Result } from "../domain/result";

export type OutgoingMessage = Readonly<{
  /** Passed on as the provider's idempotency key, so that a repeat sends nothing twice. */
  id: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}>;

export type NotifierRejection = Readonly<{
  /** `retry` may go through later; `refused` never will. */
  code: "retry" | "refused";
  detail: string;
}>;

export type Notifier = Readonly<{
  name: string;
  send: (message: OutgoingMessage) => Promise<Result<{ providerId: string | null }, NotifierRejection>>;
}>;

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
