/**
 * What stays of a customer's data once it is erased: the country, the region and the beginning of the postcode, which
 * taxes and reports need. Erased again, or compared with what a storefront still sends, the result is the same.
 */
import type { Address } from "../../../kernel/address";
import { detailOf, reasonsOf, type HoldReason } from "../holds/hold";
import type { NewFulfillment, NewOrder, NewRefund } from "../new-order";
import type { OrderDetails } from "../order";

/** Letters and digits of a postcode that stay: with them alone a place has many thousand people. */
const KEPT_OF_POSTCODE = 3;

/** Stands for a text that was erased. */
export const ERASED = "(erased)";

type Personal = Pick<
  OrderDetails,
  "email" | "phone" | "customerName" | "note" | "shippingAddress" | "billingAddress"
>;

/** The details without what names, locates or reaches a person. */
export const erasedDetails = <Details extends Personal>(details: Details): Details => ({
  ...details,
  email: null,
  phone: null,
  customerName: null,
  note: null,
  shippingAddress: erasedAddress(details.shippingAddress),
  billingAddress: erasedAddress(details.billingAddress),
});

/** @returns null for null: that an order has no address stays visible. */
export function erasedAddress(address: Address | null): Address | null {
  if (address === null) return null;
  const { region, postalCode, countryCode } = address;
  return {
    name: null,
    company: null,
    line1: null,
    line2: null,
    city: null,
    region,
    postalCode: postalCode === null ? null : beginningOf(postalCode),
    countryCode,
    phone: null,
    latitude: null,
    longitude: null,
  };
}

const beginningOf = (postalCode: string): string =>
  postalCode.replaceAll(/[^\p{L}\p{N}]/gu, "").slice(0, KEPT_OF_POSTCODE);

/** A storefront's state of an order whose data was erased here: what it still has of the customer does not come back. */
export const erasedState = (state: NewOrder): NewOrder => ({
  ...erasedDetails(fieldsOf(state)),
  reservationTokens: [],
  quoteId: null,
  problems: state.problems.map(erasedReason),
  cancelReason: state.cancelReason === null ? null : erasedText(state.cancelReason),
  refunds: state.refunds.map(erasedRefund),
  fulfilled: state.fulfilled.map(erasedParcel),
});

/** Only the fields of a storefront's state: the state of a deletion is made of the order, and has more. */
const fieldsOf = (state: NewOrder): NewOrder => ({
  channelId: state.channelId,
  externalId: state.externalId,
  number: state.number,
  currency: state.currency,
  taxIncluded: state.taxIncluded,
  placedAt: state.placedAt,
  storefrontUpdatedAt: state.storefrontUpdatedAt,
  cancelledAt: state.cancelledAt,
  cancelReason: state.cancelReason,
  email: state.email,
  phone: state.phone,
  customerName: state.customerName,
  locale: state.locale,
  shippingAddress: state.shippingAddress,
  billingAddress: state.billingAddress,
  shippingMethod: state.shippingMethod,
  pickupLocationId: state.pickupLocationId,
  lines: state.lines,
  shipping: state.shipping,
  totalMinor: state.totalMinor,
  roundingMinor: state.roundingMinor,
  payments: state.payments,
  refunds: state.refunds,
  fulfilled: state.fulfilled,
  isTest: state.isTest,
  note: state.note,
  quoteId: state.quoteId,
  reservationTokens: state.reservationTokens,
  problems: state.problems,
});

export const erasedRefund = (refund: NewRefund): NewRefund => ({
  ...refund,
  reason: refund.reason === null ? null : erasedText(refund.reason),
});

/** A parcel's number leads to the address at its carrier. */
export const erasedParcel = <Parcel extends Pick<NewFulfillment, "trackingNumber" | "trackingUrl">>(
  parcel: Parcel,
): Parcel => ({ ...parcel, trackingNumber: null, trackingUrl: null });

/** Reasons that quote a detail of the customer, or the number of a parcel. */
const QUOTING = /^(?:email|phone|customerName|shippingAddress|billingAddress|note|Parcel): |tracking number/;

/** The other reasons stay word for word: what staff have accepted does not hold the order again. */
export const erasedReason = <Reason extends HoldReason>(reason: Reason): Reason => ({
  ...reason,
  detail:
    reason.code === "staff"
      ? ERASED
      : detailOf(reasonsOf(reason).map((each) => (QUOTING.test(each) ? ERASED : each))),
});

/** Reasons that this system, a location's form, or a storefront's list has: every other text may name somebody. */
const CODES = new Set([
  "capacity",
  "closed",
  "out_of_stock",
  "damaged",
  "too_busy",
  "other",
  "customer",
  "declined",
  "fraud",
  "inventory",
  "staff",
  "Cancelled at the storefront",
  "Deleted at the storefront",
  "A test of the checkout",
]);

/** A known reason stays, every other text is replaced. */
export const erasedText = (text: string): string => (CODES.has(text) ? text : ERASED);
