/** An order as a storefront sends it, in our terms: every storefront adapter maps its payload to `NewOrder`. */
import type { Address } from "../../kernel/address";
import type { CurrencyCode } from "../../kernel/money";
import { asLine } from "../../kernel/text";
import type { Amounts } from "./amounts";
import type { HoldReason } from "./holds/hold";
import type { LineKind } from "./order-line";

export type NewOrderLine = Amounts &
  Readonly<{
    externalId: string;
    sku: string | null;
    title: string;
    kind: LineKind;
    /** As first ordered, including units that were removed since. */
    quantity: number;
    /** Of those, the units that an edit removed. A refund lists its own units. */
    removed: number;
    unitPriceMinor: number;
  }>;

/**
 * What is captured (or authorized) under this external id now: more than before, or less. A storefront that sends only
 * sums has one payment `captured`. `gift_card`: paid by redeeming gift cards, which no payment provider clears.
 */
export type NewPayment = Readonly<{
  externalId: string;
  kind: "captured" | "authorized" | "gift_card";
  amountMinor: number;
  at: number;
}>;

export type NewRefundLine = Readonly<{
  externalLineId: string;
  quantity: number;
  /**
   * What happens to the units: cancelled before shipping, returned, or nothing, as only money was refunded. `unknown`: the
   * storefront does not report whether they were sent. Units that were not are cancelled first.
   */
  restock: "cancel" | "return" | "none" | "unknown";
}>;

export type NewRefund = Readonly<{
  externalId: string;
  /** What was paid back to the customer. */
  amountMinor: number;
  /** Of that, for shipping, tax included. */
  shippingMinor: number;
  /** Of the worth of its units, what the storefront lists as kept, such as a restocking fee. */
  keptMinor?: number;
  lines: readonly NewRefundLine[];
  /**
   * Whether the storefront reports which units the refund is for. If it does, a refund without lines is goodwill. If it
   * does not, staff must decide.
   */
  itemized: boolean;
  reason: string | null;
  at: number;
}>;

/**
 * Units that the storefront reports as fulfilled: sent by itself or by another app, or handed over in a shop.
 * Cumulative under its external id. A storefront that only reports that everything is fulfilled has one of them.
 */
export type NewFulfillment = Readonly<{
  externalId: string;
  lines: readonly Readonly<{ externalLineId: string; quantity: number }>[];
  /** Our location that the units have left, if the channel maps the storefront's location to one. */
  locationId: string | null;
  carrier: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  at: number;
  /** The storefront reports no units, but that everything is fulfilled: `lines` may have units refunded before. */
  everything?: true;
}>;

export type NewOrder = Readonly<{
  channelId: string;
  externalId: string;
  /** What customers and staff call it, such as `#1002`. */
  number: string;
  currency: CurrencyCode;
  taxIncluded: boolean;
  placedAt: number;
  /** When the storefront last changed it; an older state never overwrites a newer one. */
  storefrontUpdatedAt: number;
  cancelledAt: number | null;
  cancelReason: string | null;
  email: string | null;
  phone: string | null;
  customerName: string | null;
  locale: string | null;
  shippingAddress: Address | null;
  billingAddress: Address | null;
  shippingMethod: string | null;
  /** Where the customer collects it; null if it is shipped. */
  pickupLocationId: string | null;
  lines: readonly NewOrderLine[];
  shipping: Amounts;
  /** The storefront's total, before any refund: lines + shipping + rounding. */
  totalMinor: number;
  /** What the storefront's own rounding adds to its lines and shipping, or takes off (negative). */
  roundingMinor: number;
  payments: readonly NewPayment[];
  refunds: readonly NewRefund[];
  fulfilled: readonly NewFulfillment[];
  /** A test of the checkout: nothing of it is sent or booked. */
  isTest: boolean;
  note: string | null;
  /** The id of the availability quote that the order was placed on; null if it names none. */
  quoteId: string | null;
  /** Cart and checkout tokens under which a reservation may exist. */
  reservationTokens: readonly string[];
  /** Problems that keep us from acting on the order. Each holds it for as long as the storefront's state has it. */
  problems: readonly HoldReason[];
}>;

/** Longer than any that we make. */
const MAX_QUOTE_ID = 1_000;

/** A quote's id as an order names it, of any form; cut off if it is too long to be one. Null if there is none. */
export function quoteIdText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = asLine(typeof value === "string" ? value : JSON.stringify(value)).trim();
  return text === "" ? null : text.slice(0, MAX_QUOTE_ID);
}
