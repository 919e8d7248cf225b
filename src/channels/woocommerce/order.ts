/**
 * Maps WooCommerce's orders. Times are the `…_gmt` ones: the others are in the shop's own zone, which the payload does
 * not name.
 */
import type { Address } from "../../kernel/address";
import type { CurrencyCode } from "../../kernel/money";
import type { NewOrder } from "../../orders/domain/new-order";
import { withProblems } from "../../orders/domain/new-order-checks";
import { addressIfAnywhere, fullName } from "../shared/address";
import type { AmountReader } from "../shared/amounts";
import type { OrderChannel } from "../storefront-api";
import { quoteIdAmong } from "../shared/quote-id";
import { wooParts } from "./amounts";
import type { KindOfGoods } from "./charges";
import type { WooAddress, WooOrder, WooRefund } from "./payload";
import { pickupOf } from "./pickup";
import { refunds } from "./refunds";
import { endOf, fulfilled, holdOf, payments } from "./status";

export type MapOptions = Readonly<{
  channel: OrderChannel;
  currency: CurrencyCode;
  /** Epoch milliseconds; stands in for times that the payload does not have. */
  receivedAt: number;
  /** What the API returned of the order's refunds; none for a callback. */
  refundDetails: readonly WooRefund[];
}>;

/** The whole order from its payload. What cannot be read is in the reader's errors. */
export function wooOrder(
  payload: WooOrder,
  { channel, currency, receivedAt, refundDetails }: MapOptions,
  amounts: AmountReader,
): NewOrder {
  const placedAt = payload.date_created_gmt ?? payload.date_modified_gmt ?? receivedAt;
  const storefrontUpdatedAt = updatedAt(payload) ?? receivedAt;
  const billingAddress = payload.billing && newAddress(payload.billing);
  const pickup = pickupOf(payload, channel);
  const shippingAddress =
    pickup.collected === "all"
      ? null
      : ((payload.shipping && newAddress(payload.shipping)) ?? shipToBilling(payload, billingAddress));
  if (pickup.collected === "some") {
    amounts.hold("several_destinations", "One part of it is collected, and another is shipped.");
  }
  const kindOf = kindOfGoods(payload, shippingAddress);
  const { giftCards, ...parts } = wooParts(payload, { currency, kindOf }, amounts);
  const ended = endOf(payload);
  const held = holdOf(payload);
  if (held) amounts.hold(held.code, held.detail);
  const details = new Map(refundDetails.map((refund) => [refund.id, refund]));

  const order = {
    channelId: channel.id,
    externalId: payload.id,
    number: payload.number ?? payload.id,
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
    shippingAddress,
    billingAddress,
    shippingMethod: payload.shipping_lines.flatMap((line) => line.method_title ?? []).join(", ") || null,
    pickupLocationId: pickup.collected === "all" ? pickup.locationId : null,
    ...parts,
    payments: payments(payload, { ...parts, giftCards }, storefrontUpdatedAt),
    refunds: refunds(payload, details, storefrontUpdatedAt, amounts),
    fulfilled: fulfilled(payload, parts.lines, storefrontUpdatedAt),
    isTest: isTestPayment(payload),
    note: payload.customer_note,
    quoteId: quoteIdAmong(payload.meta_data.map(({ key, value }) => [key, value])),
    reservationTokens: [payload.cart_hash, payload.order_key].filter((token) => token !== null),
  };
  return withProblems(order, amounts.problems());
}

/**
 * Times are whole seconds, and callbacks of one second come in any order. An order is usually created as pending and paid
 * in the same second: so a pending state is older than another of its second, and does not undo it.
 */
function updatedAt({ date_modified_gmt, date_created_gmt, status }: WooOrder): number | null {
  const second = date_modified_gmt ?? date_created_gmt;
  return second !== null && status === "pending" ? second - 1 : second;
}

/** The shop's own checkout, old and new, and renewals of what was bought there. */
const CHECKOUTS: readonly string[] = ["checkout", "store-api", "subscription"];

/**
 * A payload does not show which goods are virtual. But WooCommerce's checkout asks for an address and a shipping method
 * as soon as one of the goods must be shipped: an order with neither has nothing to ship. Of any other order,
 * `needs_processing` is false if all goods are virtual and downloadable. Staff, other apps and points of sale enter
 * physical goods without an address too: these stay physical, and the order is held. If it is not reported who entered
 * the order, goods without a SKU are taken for virtual.
 */
function kindOfGoods(
  { shipping_lines, needs_processing, created_via }: WooOrder,
  shippingAddress: Address | null,
): KindOfGoods {
  if (shippingAddress !== null || shipping_lines.length > 0) return () => "physical";
  if (needs_processing === false) return () => "digital";
  if (created_via === null) return (sku) => (sku === null ? "digital" : "physical");
  return () => (CHECKOUTS.includes(created_via) ? "digital" : "physical");
}

/** A shop that ships only to billing addresses leaves the shipping address empty. */
const shipToBilling = ({ shipping_lines }: WooOrder, billingAddress: Address | null): Address | null =>
  shipping_lines.length > 0 ? billingAddress : null;

/** WooPayments marks the orders of its test mode. The payloads of other payment methods do not show it. */
const isTestPayment = ({ meta_data }: WooOrder): boolean =>
  meta_data.some(({ key, value }) => key === "_wcpay_mode" && value === "test");

const newAddress = (address: WooAddress): Address | null =>
  addressIfAnywhere({
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
  });
