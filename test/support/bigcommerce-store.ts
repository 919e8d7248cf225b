/**
 * A BigCommerce store as its documentation describes it: signed webhooks that name an order without its content, and the
 * API that returns the order. Like storefront-traffic it shares no code with `src`.
 */
import { totalOf, type SignedCallback, type TrafficOrder, type TrafficRefund } from "./storefront-traffic.ts";

type Status = Readonly<{ id: number; name: string }>;
const AWAITING_PAYMENT: Status = { id: 7, name: "Awaiting Payment" };
const AWAITING_FULFILLMENT: Status = { id: 11, name: "Awaiting Fulfillment" };
const PARTIALLY_REFUNDED: Status = { id: 14, name: "Partially Refunded" };
const CANCELLED: Status = { id: 5, name: "Cancelled" };

/** The answer to `GET /v2/orders/{id}`, with its consignments' lines and its fees. */
export function bigCommerceOrderPayload(order: TrafficOrder) {
  const money = amountIn(order.decimals);
  const tax = sum(order.lines.map((line) => line.taxMinor ?? 0)) + (order.shippingTaxMinor ?? 0);
  const discount = sum(order.lines.map((line) => line.discountMinor ?? 0));
  const goods = sum(order.lines.map((line) => line.unitPriceMinor * line.quantity));
  const shippingTax = order.shippingTaxMinor ?? 0;
  const status = statusOf(order);
  const address = order.address && addressOf(order);
  return {
    id: order.id,
    customer_id: 0,
    date_created: rfc2822(order.placedAt),
    date_modified: rfc2822(order.updatedAt ?? order.placedAt),
    date_shipped: "",
    status_id: status.id,
    status: status.name,
    subtotal_ex_tax: money(goods),
    subtotal_inc_tax: money(goods + tax - shippingTax),
    subtotal_tax: money(tax - shippingTax),
    base_shipping_cost: money(order.shippingMinor),
    shipping_cost_ex_tax: money(order.shippingMinor),
    shipping_cost_inc_tax: money(order.shippingMinor + shippingTax),
    shipping_cost_tax: money(shippingTax),
    handling_cost_ex_tax: money(0),
    handling_cost_inc_tax: money(0),
    handling_cost_tax: money(0),
    wrapping_cost_ex_tax: money(0),
    wrapping_cost_inc_tax: money(0),
    wrapping_cost_tax: money(0),
    total_ex_tax: money(totalOf(order) - tax),
    total_inc_tax: money(totalOf(order)),
    total_tax: money(tax),
    is_tax_inclusive_pricing: false,
    items_total: sum(order.lines.map((line) => line.quantity)),
    items_shipped: 0,
    payment_method: "Credit Card",
    payment_provider_id: "",
    payment_status: { paid: "captured", authorized: "authorized", pending: "" }[order.status ?? "paid"],
    refunded_amount: money(0),
    order_is_digital: false,
    store_credit_amount: money(0),
    gift_certificate_amount: money(0),
    currency_code: order.currency,
    default_currency_code: order.currency,
    discount_amount: money(0),
    coupon_discount: money(discount),
    cart_id: order.cartToken ?? null,
    is_deleted: false,
    customer_message: "",
    customer_locale: "en",
    billing_address: { ...address, email: order.email },
    fees: [],
    consignments: {
      pickups: [],
      shipping: [
        {
          id: order.id * 10,
          ...address,
          shipping_method: order.shippingMethod ?? "Fixed Shipping",
          cost_ex_tax: order.shippingMinor / 10 ** order.decimals,
          line_items: order.lines.map((line) => productOf(order, line)),
        },
      ],
      downloads: [],
      email: { gift_certificates: [] },
    },
  };
}

function productOf(order: TrafficOrder, line: TrafficOrder["lines"][number]) {
  const money = amountIn(order.decimals);
  const total = line.unitPriceMinor * line.quantity;
  return {
    id: line.id,
    order_id: order.id,
    name: line.title,
    sku: line.sku ?? "",
    type: "physical",
    quantity: line.quantity,
    price_ex_tax: money(line.unitPriceMinor),
    total_ex_tax: money(total),
    total_inc_tax: money(total + (line.taxMinor ?? 0)),
    total_tax: money(line.taxMinor ?? 0),
    is_refunded: false,
    quantity_refunded: 0,
    applied_discounts: line.discountMinor
      ? [{ id: "coupon", amount: money(line.discountMinor), name: "Coupon", code: "TEN", target: "order" }]
      : [],
    product_options: [],
  };
}

/** The answer to `GET /v3/orders/{id}/transactions`. */
export const bigCommerceTransactions = (order: TrafficOrder) => ({
  data:
    order.status === "pending"
      ? []
      : [
          {
            id: order.id * 10 + 1,
            order_id: String(order.id),
            event: order.status === "authorized" ? "authorization" : "purchase",
            method: "credit_card",
            amount: totalOf(order) / 10 ** order.decimals,
            currency: order.currency,
            gateway: "stripe",
            status: "ok",
            date_created: new Date(order.placedAt).toISOString(),
          },
        ],
  meta: {},
});

/** The answer to `GET /v3/orders/{id}/payment_actions/refunds`. */
export const bigCommerceRefunds = (order: TrafficOrder) => ({
  data: (order.refunds ?? []).map((refund) => refundOf(order, refund)),
  meta: {},
});

const refundOf = (order: TrafficOrder, refund: TrafficRefund) => ({
  id: refund.id,
  order_id: order.id,
  created: new Date(refund.at).toISOString(),
  reason: refund.reason,
  total_amount: refund.amountMinor / 10 ** order.decimals,
  total_tax: 0,
  items: refund.lines.map((line) => ({
    item_type: "PRODUCT",
    item_id: line.lineId,
    quantity: line.quantity,
    requested_amount: null,
  })),
  payments: [
    {
      id: refund.id,
      provider_id: "stripe",
      amount: refund.amountMinor / 10 ** order.decimals,
      offline: false,
      is_declined: false,
      declined_message: "",
    },
  ],
});

/** The API of a store with these orders: the answer for a path, and 404 for any other order. */
export function bigCommerceAnswer(orders: ReadonlyMap<number, TrafficOrder>, url: URL): Response {
  if (url.pathname.endsWith("/v2/orders")) return changedOrders(orders, url.searchParams);
  const [, version, id, of = ""] = /\/(v2|v3)\/orders\/(\d+)(?:\/([a-z_/]+))?$/.exec(url.pathname) ?? [];
  const order = orders.get(Number(id));
  if (!order) {
    return Response.json([{ status: 404, message: "The requested resource was not found." }], {
      status: 404,
    });
  }
  switch (`${version}/${of}`) {
    case "v2/":
      return Response.json(bigCommerceOrderPayload(order));
    case "v3/transactions":
      return Response.json(bigCommerceTransactions(order));
    case "v3/payment_actions/refunds":
      return Response.json(bigCommerceRefunds(order));
    default:
      return Response.json({ status: 404, title: "Not Found" }, { status: 404 });
  }
}

/** The list of orders that changed, oldest change first; 204 if there are none. No order is archived. */
function changedOrders(orders: ReadonlyMap<number, TrafficOrder>, query: URLSearchParams): Response {
  const since = Date.parse(query.get("min_date_modified") ?? "");
  const [limit, page] = [Number(query.get("limit")), Number(query.get("page"))];
  const changed = [...orders.values()]
    .map((order) => ({ order, at: order.updatedAt ?? order.placedAt }))
    .filter(({ at }) => query.get("is_deleted") !== "true" && Math.floor(at / 1000) * 1000 >= since)
    .toSorted((a, b) => a.at - b.at)
    .slice((page - 1) * limit, page * limit);
  if (changed.length === 0) return new Response(null, { status: 204 });
  return Response.json(changed.map(({ order }) => bigCommerceOrderPayload(order)));
}

/**
 * A webhook, signed with the client secret of the app that created it. Two webhooks with the same `id` are the same
 * message. `now` is the time of sending, in milliseconds since 1970.
 */
export async function signedBigCommerceRequest(
  clientSecret: string,
  scope: string,
  orderId: number,
  { id, now }: { id: string; now: number },
): Promise<SignedCallback> {
  const body = JSON.stringify({
    scope,
    store_id: "1025646",
    data: scope.startsWith("store/order/transaction/")
      ? { type: "transaction", order_id: String(orderId), transaction_id: "176342342" }
      : { type: "order", id: orderId },
    hash: "dd70c0976e06b67aaf671e73f49dcb79230ebf9d",
    created_at: Math.floor(now / 1000),
    producer: "stores/abc123",
  });
  const timestamp = Math.floor(now / 1000);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes(clientSecret), algorithm, false, ["sign"]);
  const digest = await crypto.subtle.sign("HMAC", key, bytes(`${id}.${timestamp}.${body}`));
  return {
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": `v1,${btoa(String.fromCharCode(...new Uint8Array(digest)))}`,
    },
    body,
  };
}

function statusOf(order: TrafficOrder): Status {
  if (order.cancelledAt !== undefined) return CANCELLED;
  if (order.status === "pending") return AWAITING_PAYMENT;
  return (order.refunds ?? []).length > 0 ? PARTIALLY_REFUNDED : AWAITING_FULFILLMENT;
}

function addressOf({ address, email }: TrafficOrder) {
  return {
    first_name: address!.firstName,
    last_name: address!.lastName,
    company: "",
    street_1: address!.line1,
    street_2: "",
    city: address!.city,
    state: address!.region,
    zip: address!.postalCode,
    country_iso2: address!.countryCode,
    phone: "",
    email,
  };
}

const bytes = (text: string) => new TextEncoder().encode(text);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Four decimals, for every currency. */
const amountIn =
  (decimals: number) =>
  (minor: number): string =>
    (minor / 10 ** decimals).toFixed(4);

/** `Tue, 05 Mar 2019 21:40:11 +0000` */
const rfc2822 = (at: number): string => new Date(at).toUTCString().replace("GMT", "+0000");
