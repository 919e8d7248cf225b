/** What a storefront's callback can say, in our words. */
import type { FieldError } from "../../kernel/field-errors";
import type { NewOrder, NewRefund, HoldReason } from "../../orders/domain/order";

type Said = Readonly<{
  /** The same for every copy of one event, and for no other. */
  eventId: string;
  topic: string;
}>;

export type StorefrontEvent =
  /** The order's whole state, whatever changed. */
  | (Said & Readonly<{ type: "order"; order: NewOrder }>)
  | (Said &
      Readonly<{
        type: "refund";
        externalOrderId: string;
        /** What the refund's amounts are in; nothing to act on where the order is in another. */
        currency: string;
        refund: NewRefund;
        /** What the refund says that cannot be booked exactly; each puts its order on hold. */
        problems: readonly HoldReason[];
      }>)
  /** Tells only what was added and removed: the `updated` that comes with it carries the state. */
  | (Said & Readonly<{ type: "edited"; externalOrderId: string; note: string }>)
  /** Tells only that the order changed: its state is to be asked for. */
  | (Said & Readonly<{ type: "changed"; externalOrderId: string }>)
  | (Said & Readonly<{ type: "deleted"; externalOrderId: string; at: number }>)
  | (Said & Readonly<{ type: "ignored"; reason: string }>);

/** A body its topic does not allow: kept for staff. */
export type BodyInvalid = Readonly<{
  code: "body_invalid";
  topic: string;
  eventId: string;
  errors: readonly FieldError[];
}>;
