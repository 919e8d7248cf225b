/**
 * Shopify's orders in our words.
 *
 * Line prices are before discounts, for each unit; discounts are what was allocated to the line. With
 * `taxes_included` prices hold their tax. `total_price` is before refunds, as our total is.
 */
import type { Address } from "../../kernel/address";
import type { NewOrder, NewPayment } from "../../orders/domain/order";
import type { AmountReader } from "../storefronts/amounts";
import { checked } from "../../orders/domain/new-order-checks";
import { orderLines, shippingAmounts } from "./amounts";
import { newRefund } from "./refund";
import type { ShopifyAddress, ShopifyOrder } from "./payload";

/**
 * The whole order from its payload. Amounts are read in the shop's currency, never the customer's
 * (`presentment_currency`); what cannot be read is left in the reader's errors.
 */
export function shopifyOrder(
  payload: ShopifyOrder,
  channelId: string,
  currency: string,
  amounts: AmountReader,
  receivedAt: number,
): NewOrder {
  const placedAt = payload.processed_at ?? payload.created_at ?? payload.updated_at ?? receivedAt;
  const storefrontUpdatedAt = payload.updated_at ?? payload.created_at ?? receivedAt;
  const refunds = payload.refunds.map((refund, i) =>
    newRefund(refund, currency, amounts, `refunds.${i}.`, storefrontUpdatedAt),
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
    payments: payments(payload, totalMinor, refundedMinor, storefrontUpdatedAt, amounts),
    refunds,
    note: payload.note,
    reservationTokens: [payload.cart_token, payload.checkout_token].filter((token) => token !== null),
  };
  return checked(order, amounts.problems());
}

/**
 * A payload carries no payments, only what state they are in. What was captured is one payment that grows:
 * an order that was refunded had been captured in full, and one paid in part all but what is outstanding.
 */
function payments(
  payload: ShopifyOrder,
  totalMinor: number,
  refundedMinor: number,
  at: number,
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
      // Pending, voided, expired, or not told: nothing that can be counted on.
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
