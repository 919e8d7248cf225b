/** Events that move money. Amounts are in minor units of the order's currency unless stated otherwise. */
import type { LineId } from "../../../kernel/ids";

/**
 * What was earned. List and shipping are before discount and without tax; discount and tax are those of both; cost is
 * in the books' currency. list + shipping − discount + tax = from deposits + from receivable.
 */
export type Earned = Readonly<{
  listMinor: number;
  /** Of list, what gift cards were sold for: a liability, not revenue. */
  giftCardMinor: number;
  discountMinor: number;
  taxMinor: number;
  shippingMinor: number;
  fromDepositsMinor: number;
  fromReceivableMinor: number;
  costMinor: number;
}>;

export type UnitsReturned = Readonly<{
  lineId: LineId;
  quantity: number;
  /** Where they are restocked; null if they are not. */
  restockLocationId: string | null;
}>;

export type MoneyEvent =
  | Readonly<{ type: "payment.authorized"; externalId: string; amountMinor: number; at: number }>
  | Readonly<{
      type: "payment.captured";
      externalId: string;
      amountMinor: number;
      at: number;
      toReceivableMinor: number;
      toDepositsMinor: number;
    }>
  /** Nothing is left to ship that the deposit could pay for: it is due to the customer. */
  | Readonly<{ type: "deposit.refund_due"; amountMinor: number }>
  /** A refund that was due pays for units that ship unpaid, such as units that an edit added. */
  | Readonly<{ type: "credit.applied"; amountMinor: number }>
  | RefundRecorded;

type RefundRecorded = Readonly<{
  type: "refund.recorded";
  externalId: string;
  amountMinor: number;
  at: number;
  reason: string | null;
  /** The units that the storefront listed, whatever became of them here. */
  lines: readonly Readonly<{ externalLineId: string; quantity: number }>[];
  returned: readonly UnitsReturned[];
  /**
   * Of shipped units: what the sale had booked, reversed. Its worth is list + shipping − discount + tax, and
   * worth + from payable + from deposits + allowance = amount + fee + receivable reduced.
   */
  returnedListMinor: number;
  /** Of returned list, what gift cards were sold for. */
  returnedGiftCardMinor?: number;
  returnedDiscountMinor: number;
  returnedTaxMinor: number;
  returnedShippingMinor: number;
  /** At standard cost, in the books' currency. */
  restockedCostMinor: number;
  /** How the amount beyond that worth is covered: by a refund that was due, by an excess deposit, or as an allowance. */
  fromPayableMinor: number;
  fromDepositsMinor?: number;
  allowanceMinor: number;
  /** What was kept of the worth of the return: a restocking fee. Negative if it is paid back later. */
  feeMinor: number;
  /** What was never paid of the worth of the return: it is not receivable any more. */
  receivableReducedMinor: number;
  /** Of the shipping that was earned, tax included: what is not earned any more. */
  shippingTakenBackMinor: number;
}>;
