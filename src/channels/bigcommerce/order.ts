/**
 * Maps BigCommerce's orders. An order is placed once it has left the status Incomplete, and every response has its
 * whole state.
 *
 * Its times are whole seconds: of two states of one second, the one that was requested later is newer.
 */
import { z } from "zod";
import type { Address } from "../../kernel/address";
import type { NewOrder } from "../../orders/domain/new-order";
import { withProblems } from "../../orders/domain/new-order-checks";
import type { Channel } from "../../catalog/domain/channel";
import { accept, reject, type Result } from "../../kernel/result";
import type { FetchedOrder } from "../storefront-api";
import { addressIfAnywhere, fullName } from "../shared/address";
import type { AmountReader } from "../shared/amounts";
import { inCurrency, readableOrder } from "../shared/read-payload";
import { orderParts } from "./amounts";
import { newFulfillments } from "./fulfilled";
import { isTest, newPayments, newRefunds } from "./payments";
import { unlistedRefunds } from "./unlisted-refunds";
import {
  BigCommerceOrder,
  BigCommerceProduct,
  BigCommerceRefunds,
  BigCommerceShipments,
  BigCommerceTransactions,
  type BigCommerceAddress,
  type BigCommerceLines,
  type BigCommerceShipment,
} from "./payload";
import { shape } from "../shared/body";
import { STATUS } from "./status";
import type { FieldError } from "../../kernel/field-errors";

/** How an order ended, by its status. What is still open of a refunded order must not be sent. */
const ENDS: Readonly<Record<number, string>> = {
  [STATUS.refunded]: "refunded",
  [STATUS.cancelled]: "cancelled",
  [STATUS.declined]: "declined",
};

/** Shops usually archive such orders. */
const DONE: readonly number[] = [
  STATUS.shipped,
  STATUS.refunded,
  STATUS.cancelled,
  STATUS.declined,
  STATUS.completed,
];

/** The order is neither done nor held. */
const GOING_ON: readonly number[] = [
  STATUS.pending,
  STATUS.partiallyShipped,
  STATUS.awaitingPayment,
  STATUS.awaitingPickup,
  STATUS.awaitingShipment,
  STATUS.awaitingFulfillment,
  STATUS.partiallyRefunded,
];

/** Why an order must not be sent yet, by its status. */
const HOLDS: Readonly<Record<number, string>> = {
  [STATUS.manualVerificationRequired]: "Its status at BigCommerce is manual verification required.",
  [STATUS.disputed]: "Its status at BigCommerce is disputed.",
};

/** What the API returned for one order, as received. */
export type OrderResponses = Readonly<{
  order: unknown;
  /** The order's lines; null if the order has all of them. */
  products: readonly unknown[] | null;
  transactions: unknown;
  refunds: unknown;
  /** Null if nothing was shipped. */
  shipments: unknown;
}>;

/** Whether the order is placed. Otherwise it is a checkout that is not finished. */
export const isPlaced = (order: unknown): boolean =>
  !z.looseObject({ status_id: z.literal(STATUS.incomplete) }).safeParse(order).success;

/** The lines of all consignments, as received. */
export const linesOf = ({ consignments }: BigCommerceLines) =>
  consignments === null
    ? []
    : [
        ...consignments.shipping,
        ...consignments.pickups,
        ...consignments.downloads,
        ...(consignments.email?.gift_certificates ?? []),
      ].flatMap((consignment) => consignment.line_items);

/**
 * Reads a fetched order. `fetchedAt`: when it was requested, in epoch milliseconds. Rejects by field what is not as
 * BigCommerce documents it.
 */
export function readFetchedOrder(
  channel: Pick<Channel, "id" | "currency">,
  fetched: OrderResponses,
  fetchedAt: number,
): Result<FetchedOrder, readonly FieldError[]> {
  if (!isPlaced(fetched.order)) {
    return accept({ type: "ignored", reason: "a checkout that is not placed yet" });
  }
  const payload = shape(BigCommerceOrder, fetched.order);
  if (!payload.ok) return payload;
  const products = shape(z.array(BigCommerceProduct), fetched.products ?? linesOf(payload.value));
  if (!products.ok) return under("products", products.rejection);
  const transactions = shape(BigCommerceTransactions, fetched.transactions);
  if (!transactions.ok) return under("transactions", transactions.rejection);
  const refunds = shape(BigCommerceRefunds, fetched.refunds);
  if (!refunds.ok) return under("refunds", refunds.rejection);
  const shipments = shape(BigCommerceShipments, fetched.shipments);
  if (!shipments.ok) return under("shipments", shipments.rejection);

  const code = payload.value.default_currency_code ?? payload.value.currency_code ?? channel.currency;
  return inCurrency({ code, channel, path: "default_currency_code" }, (currency, amounts) => {
    const mapped = bigCommerceOrder(
      {
        payload: payload.value,
        products: products.value,
        transactions: transactions.value?.data ?? [],
        refunds: refunds.value?.data ?? [],
        shipments: shipments.value,
      },
      { channelId: channel.id, currency, fetchedAt },
      amounts,
    );
    const order = readableOrder(mapped, "products", amounts);
    return order.ok ? accept({ type: "order", order: order.value }) : order;
  });
}

const under = (path: string, errors: readonly FieldError[]): Result<never, readonly FieldError[]> =>
  reject(errors.map((error) => ({ ...error, path: `${path}.${error.path}` })));

type Payloads = Readonly<{
  payload: BigCommerceOrder;
  products: readonly BigCommerceProduct[];
  transactions: Parameters<typeof newPayments>[1];
  refunds: Parameters<typeof newRefunds>[0];
  shipments: readonly BigCommerceShipment[];
}>;

function bigCommerceOrder(
  { payload, products, transactions, refunds, shipments }: Payloads,
  { channelId, currency, fetchedAt }: Readonly<{ channelId: string; currency: string; fetchedAt: number }>,
  amounts: AmountReader,
): NewOrder {
  const placedAt = payload.date_created ?? payload.date_modified ?? fetchedAt;
  const storefrontUpdatedAt = timeWithinSecond(payload.date_modified ?? placedAt, fetchedAt);
  const parts = orderParts(
    payload,
    products.filter(({ quantity }) => quantity > 0),
    currency,
    amounts,
  );
  const billing = payload.billing_address;
  const ended = ENDS[payload.status_id] ?? null;
  const { shipping = [], pickups = [] } = payload.consignments ?? {};
  hold(payload, amounts);
  const at = storefrontUpdatedAt;
  const payments = newPayments(
    payload,
    transactions,
    { currency, totalMinor: parts.totalMinor, at },
    amounts,
  );
  const listed = newRefunds(refunds, parts, at, amounts);
  const known = { isEnded: ended !== null, listed, payments, currency, at };
  const order = {
    channelId,
    externalId: payload.id,
    number: payload.id,
    currency,
    placedAt,
    storefrontUpdatedAt,
    cancelledAt: ended === null ? null : storefrontUpdatedAt,
    cancelReason: ended,
    email: billing?.email?.toLowerCase() ?? shipping[0]?.email?.toLowerCase() ?? null,
    phone: billing?.phone ?? shipping[0]?.phone ?? null,
    customerName: (billing && fullName(billing)) ?? (shipping[0] ? fullName(shipping[0]) : null),
    locale: payload.customer_locale,
    shippingAddress: shipping[0] ? newAddress(shipping[0]) : null,
    billingAddress: billing && newAddress(billing),
    shippingMethod:
      [
        ...shipping.map(({ shipping_method }) => shipping_method),
        ...pickups.map(({ pickup_method_display_name }) => pickup_method_display_name),
      ]
        .filter(Boolean)
        .join(", ") || null,
    // A merchant who offers pickup gives the location in BigCommerce a code that is its id here.
    pickupLocationId: shipping.length === 0 ? (pickups[0]?.location?.code ?? null) : null,
    ...parts,
    payments,
    refunds: [...listed, ...unlistedRefunds(payload, transactions, known, amounts)],
    fulfilled: newFulfillments({ payload, products, shipments }, storefrontUpdatedAt),
    isTest: isTest(transactions),
    note: payload.customer_message,
    quoteId: null,
    reservationTokens: payload.cart_id === null ? [] : [payload.cart_id],
  };
  return withProblems(order, amounts.problems());
}

/** The time of the request, as far as it lies within the second of the change. */
const timeWithinSecond = (second: number, fetchedAt: number): number =>
  Math.min(Math.max(fetchedAt, second), second + 999);

/** Adds the reasons to put the order on hold. */
function hold({ status_id, is_deleted, consignments }: BigCommerceOrder, amounts: AmountReader): void {
  const isKnown = GOING_ON.includes(status_id) || DONE.includes(status_id);
  const reason =
    HOLDS[status_id] ?? (isKnown ? null : `Its status at BigCommerce is ${status_id}, which is unknown.`);
  if (reason !== null) amounts.hold("held_at_storefront", reason);
  if (is_deleted === true && !DONE.includes(status_id)) {
    amounts.hold("held_at_storefront", "BigCommerce has archived it.");
  }
  const destinations = (consignments?.shipping.length ?? 0) + (consignments?.pickups.length ?? 0);
  if (destinations > 1) {
    const detail = `Its goods go to ${destinations} destinations; all of them are planned for the first.`;
    amounts.hold("several_destinations", detail);
  }
}

const newAddress = (address: BigCommerceAddress): Address | null =>
  addressIfAnywhere({
    name: fullName(address),
    company: address.company,
    line1: address.street_1,
    line2: address.street_2,
    city: address.city,
    region: address.state,
    postalCode: address.zip,
    countryCode: address.country_iso2?.toUpperCase() ?? null,
    phone: address.phone,
    latitude: null,
    longitude: null,
  });
