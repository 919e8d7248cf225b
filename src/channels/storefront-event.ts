/** What a storefront's callback reports. */
import type { HoldReason } from "../orders/domain/holds/hold";
import type { RequestKind } from "../privacy/request-data";
import type { Subject } from "../privacy/domain/subject";
import type { NewFulfillment, NewOrder, NewRefund } from "../orders/domain/new-order";

export type StorefrontEvent = Readonly<
  /** The order's whole state, whatever changed. `isCreation`: its first state, sent when it was placed. */
  | { type: "order"; order: NewOrder; isCreation: boolean }
  | {
      type: "refund";
      externalOrderId: string;
      /** The currency of the refund's amounts. The refund is not booked if the order is in another. */
      currency: string;
      refund: NewRefund;
      /** What of the refund cannot be booked exactly; each puts the order on hold. */
      problems: readonly HoldReason[];
    }
  /** Units that were fulfilled, without the rest of the order. */
  | { type: "fulfilled"; externalOrderId: string; fulfillment: NewFulfillment }
  /** Only what was added and removed: the `updated` callback that comes with it has the state. */
  | { type: "edited"; externalOrderId: string; note: string }
  /** Only that the order changed: its state is fetched from the storefront's API. */
  | { type: "changed"; externalOrderId: string }
  | { type: "deleted"; externalOrderId: string; at: number }
  /** A customer, or for `erase_channel` the shop, wants data exported or erased. `subject` is null for the shop. */
  | { type: "privacy"; kind: RequestKind; subject: Subject | null }
  | { type: "ignored"; reason: string }
>;
