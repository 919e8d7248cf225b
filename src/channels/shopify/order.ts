/**
 * Maps Shopify's orders.
 *
 * Line prices are for each unit and before discounts; a line's discounts are what was allocated to it. With
 * `taxes_included` prices contain their tax. `total_price` is before refunds, as our total is.
 */
import type { Address } from "../../kernel/address";
import type { NewOrder, NewPayment } from "../../orders/domain/new-order";
import { withProblems } from "../../orders/domain/new-order-checks";
import type { AmountReader } from "../shared/amounts";
import { orderLines, shippingAmounts } from "./amounts";
import { newRefund } from "./refund";
import type { ShopifyAddress, ShopifyOrder } from "./payload";

/** `receivedAt` (epoch milliseconds) stands in for times that the payload does not have. */
export type MapOptions = Readonly<{ channelId: string; currency: string; receivedAt: number }>;

/**
 * The whole order from its payload. Amounts are read in the shop's currency, never the customer's
 * (`presentment_currency`). What cannot be read is in the reader's errors.
 */
export function shopifyOrder(
  payload: ShopifyOrder,
  { channelId, currency, receivedAt }: MapOptions,
  amounts: AmountReader,
): NewOrder {
  const placedAt = payload.processed_at ?? payload.created_at ?? payload.updated_at ?? receivedAt;
  const storefrontUpdatedAt = payload.updated_at ?? payload.created_at ?? receivedAt;
  const refunds = payload.refunds.map((refund, i) =>
    newRefund(refund, currency, amounts, { path: `refunds.${i}.`, fallbackAt: storefrontUpdatedAt }),
  );
  const taxIncluded = payload.taxes_included ?? false;
  const shipping = shippingAmounts(payload, amounts);
  const totalMinor = amounts.read(
    payload.total_price ?? payload.total_price_set?.amount ?? null,
    "total_price",
  );
  const refunded = (externalLineId: string) =>
    refunds
      .flatMap((refund) => refund.lines)
      .filter((line) => line.externalLineId === externalLineId)
      .reduce((sum, line) => sum + line.quantity, 0);
  const lines = orderLines(payload, { taxIncluded, shipping, totalMinor, refunded }, amounts);
  const shippingAddress = payload.shipping_address && newAddress(payload.shipping_address);
  const billingAddress = payload.billing_address && newAddress(payload.billing_address);
  const refundedMinor = refunds.reduce((sum, refund) => sum + refund.amountMinor, 0);

  const order = {
    channelId,
    externalId: payload.id,
    number: payload.name ?? (payload.order_number ? `#${payload.order_number}` : payload.id),
    currency,
    taxIncluded,
    placedAt,
    storefrontUpdatedAt,
    cancelledAt: payload.cancelled_at,
    cancelReason: payload.cancel_reason,
    email: (payload.email ?? payload.contact_email ?? payload.customer?.email ?? null)?.toLowerCase() ?? null,
    phone: payload.phone ?? shippingAddress?.phone ?? payload.customer?.phone ?? null,
    customerName: fullName(payload.customer) ?? shippingAddress?.name ?? billingAddress?.name ?? null,
    locale: payload.customer_locale,
    shippingAddress,
    billingAddress,
    shippingMethod: shippingMethod(payload),
    pickupLocationId: null,
    lines,
    shipping,
    totalMinor,
    payments: payments(payload, { totalMinor, refundedMinor, at: storefrontUpdatedAt }, amounts),
    refunds,
    roundingMinor: 0,
    fulfilled: [],
    isTest: false,
    note: payload.note,
    reservationTokens: [payload.cart_token, payload.checkout_token].filter((token) => token !== null),
  };
  return withProblems(order, amounts.problems());
}

/**
 * A payload has no payments, only their state. What was captured is one payment that grows: an order that was
 * refunded had been captured in full, and one that is paid in part had all but the outstanding amount captured.
 */
function payments(
  payload: ShopifyOrder,
  { totalMinor, refundedMinor, at }: Readonly<{ totalMinor: number; refundedMinor: number; at: number }>,
  amounts: AmountReader,
): NewPayment[] {
  const outstandingMinor = Math.max(0, amounts.read(payload.total_outstanding, "total_outstanding"));
  const captured = (amountMinor: number): NewPayment[] =>
    amountMinor > 0 ? [{ externalId: "captured", kind: "captured", amountMinor, at }] : [];
  switch (payload.financial_status ?? "") {
    case "paid":
    case "partially_refunded":
    case "refunded":
      return captured(totalMinor - outstandingMinor);
    case "partially_paid": {
      if (payload.total_outstanding === null) return [];
      const dueMinor =
        payload.current_total_price === null
          ? totalMinor
          : amounts.read(payload.current_total_price, "current_total_price") + refundedMinor;
      return captured(dueMinor - outstandingMinor);
    }
    case "authorized":
      return totalMinor > 0
        ? [{ externalId: "authorized", kind: "authorized", amountMinor: totalMinor, at }]
        : [];
    default:
      // Pending, voided, expired or missing: no money is certain.
      return [];
  }
}

function newAddress(address: ShopifyAddress): Address | null {
  const mapped = {
    name: address.name ?? fullName(address),
    company: address.company,
    line1: address.address1,
    line2: address.address2,
    city: address.city,
    region: address.province_code ?? address.province,
    postalCode: address.zip,
    countryCode: address.country_code?.toUpperCase() ?? null,
    phone: address.phone,
    latitude: address.latitude,
    longitude: address.longitude,
  };
  const isSomewhere = [mapped.line1, mapped.city, mapped.postalCode].some((part) => part !== null);
  return isSomewhere ? mapped : null;
}

function fullName(person: { first_name: string | null; last_name: string | null } | null): string | null {
  return [person?.first_name, person?.last_name].filter(Boolean).join(" ") || null;
}

const shippingMethod = (payload: ShopifyOrder): string | null =>
  payload.shipping_lines
    .filter((line) => !line.is_removed)
    .flatMap((line) => line.title ?? [])
    .join(", ") || null;
