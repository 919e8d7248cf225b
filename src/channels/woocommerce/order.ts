/**
 * Maps WooCommerce's orders.
 *
 * `subtotal` is a line before its coupons and `total` after them: their difference is the discount. Both are without
 * tax, whatever `prices_include_tax` is, so every order is tax-exclusive here. Times are the `…_gmt` ones: the others
 * are in the shop's own zone, which the payload does not name.
 */
import { apportion } from "../../kernel/money";
import type { Address } from "../../kernel/address";
import type { NewOrder, NewOrderLine, NewPayment, NewRefund } from "../../orders/domain/new-order";
import { withProblems } from "../../orders/domain/new-order-checks";
import { discountLines, feeLine } from "../../orders/domain/new-order-lines";
import type { AmountReader } from "../shared/amounts";
import type { WooAddress, WooCharge, WooOrder } from "./payload";

/** Whether it is only a cart, which WooCommerce's checkout stores as an order until it is placed. */
export const isDraft = (payload: WooOrder): boolean =>
  payload.status === "checkout-draft" || payload.status === "auto-draft";

/** `receivedAt` (epoch milliseconds) stands in for times that the payload does not have. */
export type MapOptions = Readonly<{ channelId: string; currency: string; receivedAt: number }>;

/** The whole order from its payload. What cannot be read is in the reader's errors. */
export function wooOrder(
  payload: WooOrder,
  { channelId, currency, receivedAt }: MapOptions,
  amounts: AmountReader,
): NewOrder {
  const placedAt = payload.date_created_gmt ?? payload.date_modified_gmt ?? receivedAt;
  const storefrontUpdatedAt = payload.date_modified_gmt ?? payload.date_created_gmt ?? receivedAt;
  const billingAddress = payload.billing && newAddress(payload.billing);
  const totalMinor = amounts.read(payload.total, "total");
  const ended = endOf(payload.status);

  const order = {
    channelId,
    externalId: payload.id,
    number: payload.number ? String(payload.number) : payload.id,
    currency,
    taxIncluded: false,
    placedAt,
    storefrontUpdatedAt,
    cancelledAt: ended === null ? null : storefrontUpdatedAt,
    cancelReason: ended,
    email: payload.billing?.email?.toLowerCase() ?? null,
    phone: payload.billing?.phone ?? payload.shipping?.phone ?? null,
    customerName:
      (payload.billing && fullName(payload.billing)) ?? (payload.shipping && fullName(payload.shipping)),
    locale: null,
    shippingAddress:
      (payload.shipping && newAddress(payload.shipping)) ?? shipToBilling(payload, billingAddress),
    billingAddress,
    shippingMethod: payload.shipping_lines.flatMap((line) => line.method_title ?? []).join(", ") || null,
    pickupLocationId: null,
    lines: orderLines(payload, amounts),
    shipping: {
      grossMinor: payload.shipping_lines.reduce(
        (sum, line, i) => sum + amounts.read(line.total, `shipping_lines.${i}.total`),
        0,
      ),
      discountMinor: 0,
      taxMinor: payload.shipping_lines.reduce(
        (sum, line, i) => sum + taxOf(line, `shipping_lines.${i}.`, amounts),
        0,
      ),
    },
    totalMinor,
    payments: payments(payload, totalMinor, storefrontUpdatedAt),
    refunds: refunds(payload, storefrontUpdatedAt, amounts),
    roundingMinor: 0,
    fulfilled: [],
    isTest: false,
    note: payload.customer_note,
    reservationTokens: [payload.cart_hash, payload.order_key].filter((token) => token !== null),
  };
  return withProblems(order, amounts.problems());
}

/** A refunded order's money went back: what is still open must not be sent. */
function endOf(status: string | null): string | null {
  return status === "cancelled" || status === "refunded" || status === "trash" ? status : null;
}

/**
 * Shops enter a manual discount as a negative fee. The fee is subtracted from the goods' prices, and its tax from the
 * goods' taxes.
 */
function orderLines(payload: WooOrder, amounts: AmountReader): NewOrderLine[] {
  const goods = payload.line_items.flatMap((item, i): NewOrderLine[] => {
    if (item.quantity === 0) return [];
    const path = `line_items.${i}.`;
    const totalMinor = amounts.read(item.total, `${path}total`);
    const subtotalMinor =
      item.subtotal === null ? totalMinor : amounts.read(item.subtotal, `${path}subtotal`);
    // Staff may raise a line above its price: then the discount is 0.
    const grossMinor = Math.max(subtotalMinor, totalMinor);
    return [
      {
        externalId: item.id,
        sku: item.sku,
        title: item.name ?? item.sku ?? item.id,
        kind: "physical",
        quantity: item.quantity,
        removed: 0,
        unitPriceMinor: Math.round(grossMinor / item.quantity),
        grossMinor,
        discountMinor: grossMinor - totalMinor,
        taxMinor: taxOf(item, path, amounts),
      },
    ];
  });

  const fees: NewOrderLine[] = [];
  let discounted = goods;
  for (const [i, fee] of payload.fee_lines.entries()) {
    const path = `fee_lines.${i}.`;
    const grossMinor = amounts.read(fee.total, `${path}total`);
    const taxMinor = taxOf(fee, path, amounts);
    if (grossMinor < 0) discounted = withNegativeFee(discounted, grossMinor, taxMinor);
    else if (grossMinor > 0 || taxMinor > 0) {
      fees.push(feeLine(fee.id, fee.name ?? "Fee", { grossMinor, discountMinor: 0, taxMinor }));
    }
  }
  return [...discounted, ...fees];
}

function withNegativeFee(lines: NewOrderLine[], grossMinor: number, taxMinor: number): NewOrderLine[] {
  if (lines.length === 0) return lines;
  const weights = lines.map((line) => Math.max(0, line.taxMinor));
  const maxTaxMinor = weights.reduce((sum, weight) => sum + weight, 0);
  const taxes = apportion(Math.max(taxMinor, -maxTaxMinor), weights);
  return discountLines(lines, -grossMinor).map((line, i) => ({
    ...line,
    taxMinor: line.taxMinor + taxes[i]!,
  }));
}

function taxOf(charge: WooCharge, path: string, amounts: AmountReader): number {
  if (charge.total_tax !== null) return amounts.read(charge.total_tax, `${path}total_tax`);
  return charge.taxes.reduce((sum, tax, i) => sum + amounts.read(tax.total, `${path}taxes.${i}.total`), 0);
}

/**
 * A payload has the time at which the whole order was paid, or none. Payment on delivery counts as authorized, because
 * the shop wants the order to be sent.
 */
function payments(payload: WooOrder, totalMinor: number, fallbackAt: number): NewPayment[] {
  if (totalMinor <= 0) return [];
  const paidAt = payload.date_paid_gmt ?? payload.date_paid;
  const captured = (at: number): NewPayment[] => [
    { externalId: "captured", kind: "captured", amountMinor: totalMinor, at },
  ];
  switch (payload.status ?? "") {
    case "pending":
    case "on-hold":
    case "failed":
    case "trash":
      return [];
    case "processing":
      if (paidAt === null && payload.payment_method === "cod") {
        return [{ externalId: "authorized", kind: "authorized", amountMinor: totalMinor, at: fallbackAt }];
      }
      return captured(paidAt ?? fallbackAt);
    case "completed":
    case "refunded":
      return captured(paidAt ?? fallbackAt);
    default:
      return paidAt === null ? [] : captured(paidAt);
  }
}

/** A payload's refunds are negative amounts, without lines and times. */
const refunds = (payload: WooOrder, at: number, amounts: AmountReader): NewRefund[] =>
  payload.refunds.map((refund, i) => ({
    externalId: refund.id,
    amountMinor: Math.abs(amounts.read(refund.total, `refunds.${i}.total`)),
    shippingMinor: 0,
    lines: [],
    itemized: false,
    reason: refund.reason,
    at,
  }));

/** A shop that ships only to billing addresses leaves the shipping address empty. An order for pickup has none. */
function shipToBilling(payload: WooOrder, billingAddress: Address | null): Address | null {
  const isPickedUp = payload.shipping_lines.some(
    ({ method_id: id }) => id === "local_pickup" || id === "pickup_location",
  );
  const isShipped = payload.shipping_lines.length > 0 && !isPickedUp;
  return isShipped ? billingAddress : null;
}

function newAddress(address: WooAddress): Address | null {
  const isSomewhere = [address.address_1, address.city, address.postcode].some((part) => part !== null);
  if (!isSomewhere) return null;
  return {
    name: fullName(address),
    company: address.company,
    line1: address.address_1,
    line2: address.address_2,
    city: address.city,
    region: address.state,
    postalCode: address.postcode,
    countryCode: address.country?.toUpperCase() ?? null,
    phone: address.phone,
    latitude: null,
    longitude: null,
  };
}

const fullName = (person: WooAddress): string | null =>
  [person.first_name, person.last_name].filter(Boolean).join(" ") || null;
