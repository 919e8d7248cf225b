/**
 * BigCommerce's orders in our words. An order is placed once it has left the status Incomplete, and is told whole
 * whenever it is asked for.
 *
 * Its times are of whole seconds: of two states of one second, the one that was asked for later is the newer.
 */
import { z } from "zod";
import { isCurrency } from "../../kernel/money";
import type { Address } from "../../kernel/address";
import type { NewOrder } from "../../orders/domain/order";
import type { Channel } from "../../catalog/domain/reference";
import { accept, reject, type Result } from "../../kernel/result";
import type { FetchedOrder } from "../ports";
import { amountReader, type AmountReader } from "../storefronts/amounts";
import { orderParts } from "./amounts";
import { newPayments, newRefunds } from "./payments";
import {
  BigCommerceOrder,
  BigCommerceProduct,
  BigCommerceRefunds,
  BigCommerceTransactions,
  type BigCommerceAddress,
  type BigCommerceLines,
} from "./payload";
import { shape } from "../storefronts/body";
import { checked, unbookable } from "../../orders/domain/new-order-checks";
import { repeated } from "../../orders/canonical-order";
import type { FieldError } from "../../kernel/field-errors";

const INCOMPLETE = 0;

/** How an order ends there, by its status. What of a refunded one is still here must not be sent. */
const ENDS: Readonly<Record<number, string>> = { 4: "refunded", 5: "cancelled", 6: "declined" };

/** Refunded, cancelled, declined, shipped, completed: shops archive such orders as a matter of course. */
const DONE: readonly number[] = [2, 4, 5, 6, 10];

/** Why it is not to be sent yet, by its status. */
const WAITS: Readonly<Record<number, string>> = {
  12: "BigCommerce says that it must be verified.",
  13: "BigCommerce says that its payment is disputed.",
};

export type FetchedState = Readonly<{ type: "order"; order: NewOrder } | { type: "ignored"; reason: string }>;

/** Whether an order as the API answers it is one, or a checkout that nobody has finished. */
export const isPlaced = (order: unknown): boolean =>
  !z.looseObject({ status_id: z.literal(INCOMPLETE) }).safeParse(order).success;

/** The lines of all consignments, as they came. */
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
 * What the fetched order says. `fetchedAt`: when it was asked for, in epoch milliseconds. Rejects what is not as
 * BigCommerce documents it, by field.
 */
export function readFetchedOrder(
  channel: Pick<Channel, "id" | "currency">,
  fetched: FetchedOrder,
  fetchedAt: number,
): Result<FetchedState, readonly FieldError[]> {
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

  const told = payload.value.default_currency_code ?? payload.value.currency_code ?? channel.currency;
  const currency = told.toUpperCase();
  if (!isCurrency(currency)) {
    return reject([{ path: "default_currency_code", message: `${told} is no currency` }]);
  }
  const amounts = amountReader(currency);
  const order = bigCommerceOrder(
    {
      payload: payload.value,
      products: products.value,
      transactions: transactions.value?.data ?? [],
      refunds: refunds.value?.data ?? [],
    },
    { channelId: channel.id, currency, fetchedAt },
    amounts,
  );
  for (const i of repeated(order.lines)) amounts.refuse(`products.${i}.id`, "is there twice");
  for (const message of unbookable(order)) amounts.refuse("products", message);
  return amounts.errors.length > 0 ? reject(amounts.errors) : accept({ type: "order", order });
}

const under = (path: string, errors: readonly FieldError[]): Result<never, readonly FieldError[]> =>
  reject(errors.map((error) => ({ ...error, path: `${path}.${error.path}` })));

type Fetched = Readonly<{
  payload: BigCommerceOrder;
  products: readonly BigCommerceProduct[];
  transactions: Parameters<typeof newPayments>[1];
  refunds: Parameters<typeof newRefunds>[0];
}>;

function bigCommerceOrder(
  { payload, products, transactions, refunds }: Fetched,
  { channelId, currency, fetchedAt }: Readonly<{ channelId: string; currency: string; fetchedAt: number }>,
  amounts: AmountReader,
): NewOrder {
  const placedAt = payload.date_created ?? payload.date_modified ?? fetchedAt;
  const storefrontUpdatedAt = momentOf(payload.date_modified ?? placedAt, fetchedAt);
  const parts = orderParts(
    payload,
    products.filter(({ quantity }) => quantity > 0),
    currency,
    amounts,
  );
  const billing = payload.billing_address;
  const ended = ENDS[payload.status_id] ?? null;
  const { shipping = [], pickups = [] } = payload.consignments ?? {};
  waits(payload, amounts);
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
    // A merchant who lets customers collect gives both places one name: the location's code there is its id here.
    pickupLocationId: shipping.length === 0 ? (pickups[0]?.location?.code ?? null) : null,
    ...parts,
    payments: newPayments(
      payload,
      transactions,
      { currency, totalMinor: parts.totalMinor, at: storefrontUpdatedAt },
      amounts,
    ),
    refunds: newRefunds(refunds, parts, storefrontUpdatedAt, amounts),
    note: payload.customer_message,
    reservationTokens: payload.cart_id === null ? [] : [payload.cart_id],
  };
  return checked(order, amounts.problems());
}

const momentOf = (second: number, fetchedAt: number): number =>
  Math.min(Math.max(fetchedAt, second), second + 999);

function waits({ status_id, is_deleted, consignments }: BigCommerceOrder, amounts: AmountReader): void {
  const why = WAITS[status_id];
  if (why !== undefined) amounts.hold("held_at_storefront", why);
  if (is_deleted === true && !DONE.includes(status_id))
    amounts.hold("held_at_storefront", "BigCommerce has archived it.");
  const places = (consignments?.shipping.length ?? 0) + (consignments?.pickups.length ?? 0);
  if (places > 1) {
    const detail = `Its goods go to ${places} places; all of them are planned for the first.`;
    amounts.hold("several_destinations", detail);
  }
}

function newAddress(address: BigCommerceAddress): Address | null {
  const isSomewhere = [address.street_1, address.city, address.zip].some((part) => part !== null);
  if (!isSomewhere) return null;
  return {
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
  };
}

const fullName = (person: Pick<BigCommerceAddress, "first_name" | "last_name">): string | null =>
  [person.first_name, person.last_name].filter(Boolean).join(" ") || null;
