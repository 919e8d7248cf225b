/**
 * Callbacks as storefronts send them: an order in each provider's wire format, signed as the provider signs. It shares
 * no code with `src`, so that it tests the readers and signatures, and it can send traffic to a running server.
 */
export type StorefrontKind = "shopify" | "woocommerce" | "generic";

export type TrafficAddress = Readonly<{
  firstName: string;
  lastName: string;
  line1: string;
  city: string;
  region: string;
  postalCode: string;
  countryCode: string;
  latitude?: number;
  longitude?: number;
}>;

export type TrafficLine = Readonly<{
  id: number;
  sku: string | null;
  title: string;
  /** As first ordered. */
  quantity: number;
  /** Units that an edit removed; WooCommerce and the canonical form lower the quantity instead. */
  removed?: number;
  unitPriceMinor: number;
  /** Of the whole line. */
  discountMinor?: number;
  taxMinor?: number;
}>;

/** An order as it was placed, with prices without tax. */
export type TrafficOrder = Readonly<{
  id: number;
  /** `1002` is `#1002` at Shopify. */
  number: number;
  currency: string;
  /** Decimals of the currency. */
  decimals: number;
  placedAt: number;
  updatedAt?: number;
  cancelledAt?: number | undefined;
  status?: "paid" | "authorized" | "pending";
  email: string;
  /** Only Shopify's. */
  phone?: string;
  address: TrafficAddress | null;
  lines: readonly TrafficLine[];
  shippingMinor: number;
  shippingTaxMinor?: number;
  shippingMethod?: string;
  cartToken?: string;
  refunds?: readonly TrafficRefund[];
  /** Units of the first line that the storefront has had sent by itself. */
  sentThere?: number;
  isTest?: boolean;
}>;

export type TrafficRefund = Readonly<{
  id: number;
  amountMinor: number;
  at: number;
  reason: string;
  lines: readonly Readonly<{
    lineId: number;
    quantity: number;
    restock: "cancel" | "return" | "no_restock";
  }>[];
}>;

export type SignedCallback = Readonly<{ headers: Record<string, string>; body: string }>;

/** The order's total in minor units. */
export const totalOf = (order: TrafficOrder): number =>
  order.lines.reduce((sum, line) => sum + netOf(line) + (line.taxMinor ?? 0), 0) +
  order.shippingMinor +
  (order.shippingTaxMinor ?? 0);

/** The payload of `orders/create`, `orders/paid`, `orders/updated` and `orders/cancelled`. */
export function shopifyPayload(order: TrafficOrder) {
  const money = amountIn(order.decimals);
  const totalMinor = totalOf(order);
  const taxMinor = sum(order.lines.map((line) => line.taxMinor ?? 0)) + (order.shippingTaxMinor ?? 0);
  const discountMinor = sum(order.lines.map((line) => line.discountMinor ?? 0));
  const refunds = order.refunds ?? [];
  const isPaid = (order.status ?? "paid") === "paid";
  const address = order.address && shopifyAddress(order.address);
  const tax = (minor: number) => (minor > 0 ? [{ title: "Tax", price: money(minor), rate: 0.1 }] : []);
  return {
    id: order.id,
    admin_graphql_api_id: `gid://shopify/Order/${order.id}`,
    name: `#${order.number}`,
    order_number: order.number,
    currency: order.currency,
    presentment_currency: order.currency,
    created_at: iso(order.placedAt),
    processed_at: iso(order.placedAt),
    updated_at: iso(order.updatedAt ?? order.placedAt),
    cancelled_at: order.cancelledAt === undefined ? null : iso(order.cancelledAt),
    cancel_reason: order.cancelledAt === undefined ? null : "customer",
    financial_status: financialStatus(order),
    taxes_included: false,
    email: order.email,
    phone: order.phone ?? null,
    customer_locale: "en",
    cart_token: order.cartToken ?? null,
    checkout_token: null,
    subtotal_price: money(sum(order.lines.map(netOf))),
    total_discounts: money(discountMinor),
    total_tax: money(taxMinor),
    total_price: money(totalMinor),
    total_outstanding: money(isPaid ? 0 : totalMinor),
    total_tip_received: money(0),
    shipping_address: address,
    billing_address: address,
    line_items: order.lines.map((line) => ({
      id: line.id,
      sku: line.sku,
      title: line.title,
      quantity: line.quantity,
      current_quantity: line.quantity - (line.removed ?? 0) - refundedUnits(refunds, line.id),
      price: money(line.unitPriceMinor),
      total_discount: money(0),
      gift_card: false,
      requires_shipping: true,
      taxable: true,
      tax_lines: tax(line.taxMinor ?? 0),
      discount_allocations: line.discountMinor
        ? [{ amount: money(line.discountMinor), discount_application_index: 0 }]
        : [],
      duties: [],
    })),
    shipping_lines: [
      {
        title: order.shippingMethod ?? "Standard",
        price: money(order.shippingMinor),
        discounted_price: money(order.shippingMinor),
        tax_lines: tax(order.shippingTaxMinor ?? 0),
        discount_allocations: [],
      },
    ],
    refunds: refunds.map((refund) => shopifyRefundPayload(order, refund)),
    test: order.isTest ?? false,
    fulfillments: order.sentThere ? [shopifyFulfillment(order, order.sentThere)] : [],
  };
}

/** Units of the first line, handed over without a parcel. */
function shopifyFulfillment(order: TrafficOrder, quantity: number) {
  const id = order.id * 10;
  return {
    id,
    order_id: order.id,
    status: "success",
    created_at: iso(order.placedAt),
    updated_at: iso(order.updatedAt ?? order.placedAt),
    location_id: null,
    tracking_company: null,
    tracking_numbers: [],
    tracking_urls: [],
    line_items: [{ id: order.lines[0]!.id, quantity }],
  };
}

/** The payload of `refunds/create`. */
export function shopifyRefundPayload(order: TrafficOrder, refund: TrafficRefund) {
  const money = amountIn(order.decimals);
  return {
    id: refund.id,
    order_id: order.id,
    created_at: iso(refund.at),
    processed_at: iso(refund.at),
    note: refund.reason,
    refund_line_items: refund.lines.map((line, i) => ({
      id: refund.id * 100 + i,
      line_item_id: line.lineId,
      quantity: line.quantity,
      restock_type: line.restock,
    })),
    transactions: [
      { kind: "refund", status: "success", amount: money(refund.amountMinor), currency: order.currency },
    ],
    order_adjustments: [],
  };
}

/** The payload of `order.created` and `order.updated`. */
export function wooPayload(order: TrafficOrder) {
  const money = amountIn(order.decimals);
  const address = order.address && wooAddress(order.address);
  const status = { paid: "processing", authorized: "on-hold", pending: "pending" }[order.status ?? "paid"];
  return {
    id: order.id,
    number: String(order.number),
    order_key: `wc_order_${order.id}`,
    cart_hash: order.cartToken ?? "",
    status: order.cancelledAt === undefined ? status : "cancelled",
    currency: order.currency,
    prices_include_tax: false,
    date_created_gmt: isoWithoutZone(order.placedAt),
    date_modified_gmt: isoWithoutZone(order.updatedAt ?? order.placedAt),
    date_paid_gmt: (order.status ?? "paid") === "paid" ? isoWithoutZone(order.placedAt) : null,
    total: money(totalOf(order)),
    payment_method: "stripe",
    customer_note: "",
    billing: { ...address, email: order.email, phone: "" },
    shipping: address ?? {},
    line_items: order.lines.map((line) => ({
      id: line.id,
      name: line.title,
      sku: line.sku ?? "",
      quantity: line.quantity,
      subtotal: money(line.unitPriceMinor * line.quantity),
      total: money(netOf(line)),
      total_tax: money(line.taxMinor ?? 0),
      price: netOf(line) / line.quantity / 10 ** order.decimals,
      taxes: [],
    })),
    shipping_lines: [
      {
        id: order.id + 1,
        method_title: order.shippingMethod ?? "Flat rate",
        method_id: "flat_rate",
        total: money(order.shippingMinor),
        total_tax: money(order.shippingTaxMinor ?? 0),
        taxes: [],
      },
    ],
    fee_lines: [],
    coupon_lines: [],
    refunds: (order.refunds ?? []).map((refund) => ({
      id: refund.id,
      reason: refund.reason,
      total: `-${money(refund.amountMinor)}`,
    })),
  };
}

/** The canonical order, the body of `POST /v1/orders`. */
export function canonicalPayload(order: TrafficOrder) {
  const money = amountIn(order.decimals);
  const status = order.status ?? "paid";
  const payment = { amount: money(totalOf(order)), at: iso(order.placedAt) };
  return {
    externalId: String(order.id),
    number: String(order.number),
    currency: order.currency,
    taxIncluded: false,
    placedAt: iso(order.placedAt),
    updatedAt: iso(order.updatedAt ?? order.placedAt),
    ...(order.cancelledAt === undefined ? {} : { cancelledAt: iso(order.cancelledAt) }),
    email: order.email,
    shippingAddress: order.address && canonicalAddress(order.address),
    shippingMethod: order.shippingMethod ?? "Standard",
    lines: order.lines.map((line) => ({
      externalId: String(line.id),
      sku: line.sku,
      title: line.title,
      quantity: line.quantity,
      unitPrice: money(line.unitPriceMinor),
      discount: money(line.discountMinor ?? 0),
      tax: money(line.taxMinor ?? 0),
    })),
    shipping: { amount: money(order.shippingMinor), tax: money(order.shippingTaxMinor ?? 0) },
    total: money(totalOf(order)),
    payments:
      status === "pending"
        ? []
        : status === "paid"
          ? [{ externalId: "captured", kind: "captured", ...payment }]
          : [{ externalId: "authorized", kind: "authorized", ...payment }],
    reservationTokens: order.cartToken === undefined ? [] : [order.cartToken],
  };
}

/**
 * The payload, signed as the provider signs it. Two requests with the same `id` are the same event. `now` (milliseconds
 * since 1970) is the time of a Standard Webhooks signature. A generic payload gets an envelope with its topic.
 */
export async function signedStorefrontRequest(
  kind: StorefrontKind,
  secret: string,
  topic: string,
  payload: unknown,
  { id, now }: { id: string; now: number },
): Promise<SignedCallback> {
  const body = JSON.stringify(
    kind === "generic" ? { type: topic, timestamp: iso(now), data: payload } : payload,
  );
  const json = { "content-type": "application/json" };
  switch (kind) {
    case "shopify":
      return {
        headers: {
          ...json,
          "x-shopify-topic": topic,
          "x-shopify-event-id": id,
          "x-shopify-webhook-id": id,
          "x-shopify-hmac-sha256": await hmacBase64(new TextEncoder().encode(secret), body),
        },
        body,
      };
    case "woocommerce":
      return {
        headers: {
          ...json,
          "x-wc-webhook-topic": topic,
          "x-wc-webhook-delivery-id": id,
          "x-wc-webhook-signature": await hmacBase64(new TextEncoder().encode(secret), body),
        },
        body,
      };
    case "generic": {
      const timestamp = Math.floor(now / 1000);
      const key = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (c) => c.charCodeAt(0));
      return {
        headers: {
          ...json,
          "webhook-id": id,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": `v1,${await hmacBase64(key, `${id}.${timestamp}.${body}`)}`,
        },
        body,
      };
    }
  }
}

async function hmacBase64(key: Uint8Array, message: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  const digest = await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(message));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

function financialStatus(order: TrafficOrder): string {
  const refundedMinor = sum((order.refunds ?? []).map((refund) => refund.amountMinor));
  if (refundedMinor === 0) return order.status ?? "paid";
  return refundedMinor >= totalOf(order) ? "refunded" : "partially_refunded";
}

const refundedUnits = (refunds: readonly TrafficRefund[], lineId: number): number =>
  sum(
    refunds.flatMap((refund) => refund.lines.filter((line) => line.lineId === lineId)).map((l) => l.quantity),
  );

const shopifyAddress = (address: TrafficAddress) => ({
  first_name: address.firstName,
  last_name: address.lastName,
  name: `${address.firstName} ${address.lastName}`,
  address1: address.line1,
  address2: "",
  city: address.city,
  province_code: address.region,
  zip: address.postalCode,
  country_code: address.countryCode,
  phone: null,
  latitude: address.latitude ?? null,
  longitude: address.longitude ?? null,
});

const wooAddress = (address: TrafficAddress) => ({
  first_name: address.firstName,
  last_name: address.lastName,
  company: "",
  address_1: address.line1,
  address_2: "",
  city: address.city,
  state: address.region,
  postcode: address.postalCode,
  country: address.countryCode,
});

const canonicalAddress = (address: TrafficAddress) => ({
  name: `${address.firstName} ${address.lastName}`,
  line1: address.line1,
  city: address.city,
  region: address.region,
  postalCode: address.postalCode,
  countryCode: address.countryCode,
  latitude: address.latitude ?? null,
  longitude: address.longitude ?? null,
});

const netOf = (line: TrafficLine): number => line.unitPriceMinor * line.quantity - (line.discountMinor ?? 0);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const amountIn =
  (decimals: number) =>
  (minor: number): string =>
    (minor / 10 ** decimals).toFixed(decimals);

const iso = (at: number): string => new Date(at).toISOString();

const isoWithoutZone = (at: number): string => iso(at).slice(0, 19);
