/**
 * Events that change what was paid and refunded. Amounts are in minor units of the order's currency. What they mean for
 * the books follows from the order before and after them: ../postings.ts.
 */
import type { LineId } from "../../../kernel/ids";

export type UnitsReturned = Readonly<{
  lineId: LineId;
  quantity: number;
  /** Where they are restocked; null if they are not. */
  restockLocationId: string | null;
}>;

/** The units of a storefront's line that a refund is for. */
export type RefundedLine = Readonly<{ externalLineId: string; quantity: number }>;

export type MoneyEvent =
  /** What is authorized under this external id from now on. */
  | Readonly<{ type: "payment.authorized"; externalId: string; amountMinor: number; at: number }>
  /** Nothing is authorized under this external id any more: captured, voided or expired. */
  | Readonly<{ type: "payment.authorization_ended"; externalId: string; at: number }>
  /** More was captured under this external id. `giftCard`: by redeeming gift cards. */
  | Readonly<{
      type: "payment.captured";
      externalId: string;
      amountMinor: number;
      at: number;
      giftCard?: true;
    }>
  /** The storefront reports that less was captured under this external id than before. */
  | Readonly<{
      type: "payment.reversed";
      externalId: string;
      amountMinor: number;
      at: number;
      giftCard?: true;
    }>
  | Readonly<{
      type: "refund.recorded";
      externalId: string;
      amountMinor: number;
      /** Of the amount, for shipping, tax included. */
      shippingMinor: number;
      /** Of the worth of its units, what the storefront lists as kept; absent if nothing. */
      keptMinor?: number;
      /** Whether the storefront reports which units it is for. */
      itemized: boolean;
      at: number;
      reason: string | null;
      /** The units that the storefront listed, whatever became of them here. */
      lines: readonly RefundedLine[];
      returned: readonly UnitsReturned[];
    }>
  /** The amount of a recorded refund is another one now; zero if the storefront does not have the refund any more. */
  | Readonly<{
      type: "refund.changed";
      externalId: string;
      amountMinor: number;
      shippingMinor: number;
      /** Absent if nothing is kept. */
      keptMinor?: number;
      at: number;
    }>
  /** Which units a recorded refund is for: reported later by the storefront, or decided by staff. None: goodwill. */
  | Readonly<{
      type: "refund.itemized";
      externalId: string;
      lines: readonly RefundedLine[];
      returned: readonly UnitsReturned[];
      at: number;
      by: string;
    }>;
