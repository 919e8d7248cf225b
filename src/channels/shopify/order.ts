/**
 * Maps Shopify's orders.
 *
 * Line prices are for each unit and before discounts; a line's discounts are what was allocated to it. With
 * `taxes_included` prices contain their tax. `total_price` is before refunds, as our total is.
 */
import type { Address } from "../../kernel/address";
import type { CurrencyCode } from "../../kernel/money";
import type { NewFulfillment, NewOrder, NewRefund } from "../../orders/domain/new-order";
import { payable } from "../../orders/domain/amounts";
import { computedTotal, withProblems } from "../../orders/domain/new-order-checks";
import { fulfilledUnits } from "../../orders/domain/reported-units";
import { addressIfAnywhere, fullName } from "../shared/address";
import type { AmountReader } from "../shared/amounts";
import { mappedLocation } from "../shared/mapped-location";
import { quoteIdAmong } from "../shared/quote-id";
import type { OrderChannel } from "../storefront-api";
import { kindOf, orderLines, removedShippingAmounts, shippingAmounts, titleOf } from "./amounts";
import { listedFulfillments, unlistedFulfillment } from "./fulfillments";
import { lineUnits } from "./line-units";
import type { ShopifyAddress, ShopifyLineItem, ShopifyOrder } from "./payload";
import { shopifyPayments } from "./payments";
import { newRefund } from "./refund";
import { withUnsentCancelled } from "./unsent-refunds";

/** `receivedAt` (epoch milliseconds) stands in for times that the payload does not have. */
export type MapOptions = Readonly<{ channel: OrderChannel; currency: CurrencyCode; receivedAt: number }>;

/**
 * The whole order from its payload. Amounts are read in the shop's currency, never the customer's
 * (`presentment_currency`). What cannot be read is in the reader's errors.
 */
export function shopifyOrder(payload: ShopifyOrder, options: MapOptions, amounts: AmountReader): NewOrder {
  const { channel, currency, receivedAt } = options;
  const placedAt = payload.processed_at ?? payload.created_at ?? payload.updated_at ?? receivedAt;
  const storefrontUpdatedAt = payload.updated_at ?? payload.created_at ?? receivedAt;
  const listed = listedFulfillments(payload, channel, storefrontUpdatedAt);
  const reported = payload.refunds.map((refund, i) =>
    newRefund(refund, currency, amounts, { path: `refunds.${i}.`, fallbackAt: storefrontUpdatedAt }),
  );
  const refunds =
    payload.cancelled_at === null
      ? withUnsentCancelled(reported, payload.line_items, (id) => fulfilledUnits(listed, id))
      : reported;
  const goods = goodsOf(payload, { refunds, listed }, { channel, at: storefrontUpdatedAt }, amounts);
  const charges = chargesOf(payload, goods.removed, amounts);
  const shippingAddress = payload.shipping_address && newAddress(payload.shipping_address);
  const billingAddress = payload.billing_address && newAddress(payload.billing_address);
  const payments = { totalMinor: charges.totalMinor, currency, at: storefrontUpdatedAt };

  const order = {
    channelId: channel.id,
    externalId: payload.id,
    number: payload.name ?? (payload.order_number ? `#${payload.order_number}` : payload.id),
    currency,
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
    pickupLocationId: shippingAddress === null ? pickupLocation(payload, channel) : null,
    ...charges,
    payments: shopifyPayments(payload, refunds, payments, amounts),
    refunds,
    fulfilled: goods.fulfilled,
    isTest: payload.test ?? false,
    note: payload.note,
    quoteId: quoteIdAmong(payload.note_attributes.map(({ name, value }) => [name, value])),
    reservationTokens: [payload.cart_token, payload.checkout_token].filter((token) => token !== null),
  };
  return withProblems(order, amounts.problems());
}

type Charges = Pick<NewOrder, "lines" | "shipping" | "taxIncluded" | "totalMinor" | "roundingMinor">;

/** Lines, shipping and their total. */
function chargesOf(
  payload: ShopifyOrder,
  removed: (item: ShopifyLineItem) => number,
  amounts: AmountReader,
): Charges {
  const taxIncluded = payload.taxes_included ?? false;
  const shipping = shippingAmounts(payload, amounts);
  const withTotal = (totalMinor: number): Charges => {
    const lines = orderLines(payload, { taxIncluded, shipping, totalMinor, removed }, amounts);
    return { lines, shipping, taxIncluded, totalMinor, roundingMinor: 0 };
  };
  const addsUp = (charges: Charges) => computedTotal(charges) === charges.totalMinor;
  const total = payload.total_price ?? payload.total_price_set?.amount ?? null;
  const stated = withTotal(amounts.read(total, "total_price"));
  const removedMinor = payable(removedShippingAmounts(payload, amounts), taxIncluded);
  if (removedMinor === 0 || addsUp(stated)) return stated;
  // As with lines, the total may contain what an edit removed. A removed shipping line is no part of our order.
  const without = withTotal(stated.totalMinor - removedMinor);
  return addsUp(without) ? without : stated;
}

/** What became of the units of each line, and what is fulfilled. */
function goodsOf(
  payload: ShopifyOrder,
  { refunds, listed }: Readonly<{ refunds: readonly NewRefund[]; listed: readonly NewFulfillment[] }>,
  { channel, at }: Readonly<{ channel: OrderChannel; at: number }>,
  amounts: AmountReader,
) {
  const units = new Map(
    payload.line_items.map((item) => {
      const isPhysical = kindOf(item) === "physical";
      const context = { order: payload, refunds, listed: fulfilledUnits(listed, item.id), isPhysical };
      return [item, lineUnits(item, context)];
    }),
  );
  const unlisted = [...units].flatMap(([{ id }, { fulfilledUnlisted }]) =>
    fulfilledUnlisted > 0 ? [{ externalLineId: id, quantity: fulfilledUnlisted }] : [],
  );
  const unexplained = [...units].filter(([, line]) => line.unexplained > 0);
  if (unexplained.length > 0) {
    const lines = unexplained.map(([item, line]) => `${line.unexplained} of ${titleOf(item)}`).join(", ");
    amounts.hold("held_at_storefront", `neither to be fulfilled nor fulfilled at the storefront: ${lines}`);
  }
  const isOpen = payload.line_items.some(
    (item) => kindOf(item) === "physical" && (item.fulfillable_quantity ?? 0) > 0,
  );
  if (payload.closed_at !== null && payload.cancelled_at === null && isOpen) {
    amounts.hold("held_at_storefront", "Shopify has archived it, and some of its goods are not sent there.");
  }
  const handedOverAt = mappedLocation(channel, payload.location_id);
  return {
    removed: (item: ShopifyLineItem) => units.get(item)?.removed ?? 0,
    fulfilled: unlisted.length > 0 ? [...listed, unlistedFulfillment(unlisted, handedOverAt, at)] : listed,
  };
}

const newAddress = (address: ShopifyAddress): Address | null =>
  addressIfAnywhere({
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
  });

/** An order to be picked up has no shipping address, and the name of the location as its shipping line. */
const pickupLocation = ({ shipping_lines }: ShopifyOrder, channel: OrderChannel): string | null =>
  shipping_lines
    .filter((line) => !line.is_removed)
    .flatMap((line) => mappedLocation(channel, line.code) ?? mappedLocation(channel, line.title) ?? [])[0] ??
  null;

const shippingMethod = (payload: ShopifyOrder): string | null =>
  payload.shipping_lines
    .filter((line) => !line.is_removed)
    .flatMap((line) => line.title ?? [])
    .join(", ") || null;
