/** A state of an order in the canonical form, which any shop may send. */
import {
  lineCost,
  moneyIn,
  refundCost,
  shippingCost,
  timeOf,
  totalOf,
  type ShopAddress,
  type ShopState,
} from "./state";

/** The form has no units that were removed: a line has those that are left. */
export const atAnyShop = (state: ShopState): ShopState => ({
  ...state,
  lines: state.lines
    .map((line) => ({ ...line, ordered: line.ordered - line.removed, removed: 0 }))
    .filter(({ ordered }) => ordered > 0),
});

export const isEndedThere = ({ ending }: ShopState): boolean =>
  ending === "cancelled" || ending === "refunded" || ending === "trash";

/** Captured, without gift cards. */
export function canonicalPaid(state: ShopState): number {
  const isTaken = state.payment === "none" || state.payment === "authorized" || state.ending === "voided";
  if (isTaken) return 0;
  const totalMinor = totalOf(state) - cardOf(state);
  return state.payment === "half" ? Math.floor(totalMinor / 2) : totalMinor;
}

export const cardOf = (state: ShopState): number => Math.min(state.giftCardMinor, totalOf(state));

export function canonicalOrder(given: ShopState) {
  const state = atAnyShop(given);
  const money = moneyIn(state);
  const placedAt = timeOf({ minute: 0 });
  const fee = (externalId: string, amountMinor: number) =>
    amountMinor === 0
      ? []
      : [
          {
            externalId,
            sku: null,
            title: externalId,
            kind: "fee",
            quantity: 1,
            unitPrice: money(amountMinor),
          },
        ];
  const shipping = shippingCost(state);
  const payment = (kind: string, amountMinor: number) =>
    amountMinor === 0 ? [] : [{ externalId: kind, kind, amount: money(amountMinor), at: placedAt }];
  const authorizedMinor = state.payment === "authorized" && state.ending !== "voided" ? totalOf(state) : 0;
  return {
    externalId: "1001",
    number: "#1001",
    currency: state.currency,
    taxIncluded: state.taxIncluded,
    placedAt,
    updatedAt: timeOf(state),
    cancelledAt: isEndedThere(state) ? timeOf(state) : null,
    cancelReason: isEndedThere(state) ? "No" : null,
    email: state.email,
    phone: "+44 20 7946 0000",
    customerName: "Ada Byron",
    locale: "en-GB",
    shippingAddress: state.address && addressOf(state.address),
    billingAddress: state.address && addressOf(state.address),
    shippingMethod: state.method,
    pickupLocationId: state.address === null ? "store" : null,
    lines: [
      ...state.lines.map((each) => ({
        externalId: String(each.id),
        sku: each.sku,
        title: each.title,
        kind: each.kind,
        quantity: each.ordered,
        unitPrice: money(each.unitMinor),
        discount: money(each.discountMinor),
        tax: money(lineCost(each, state).taxMinor),
      })),
      ...fee("tip", state.tipMinor),
      ...fee("duty", state.dutyMinor),
      ...fee("fee", state.feeMinor),
    ],
    shipping: {
      amount: money(state.shippingMinor),
      discount: money(Math.min(state.shippingMinor, state.shippingDiscountMinor)),
      tax: money(shipping.taxMinor),
    },
    rounding: money(0),
    total: money(totalOf(state)),
    payments: [
      ...payment("captured", canonicalPaid(state)),
      ...payment("authorized", authorizedMinor),
      ...payment("gift_card", state.payment === "none" ? 0 : cardOf(state)),
    ],
    refunds: state.refunds.map((each) => {
      const { shipping: ofShipping, amountMinor } = refundCost(each, state);
      return {
        externalId: String(each.id),
        amount: money(amountMinor),
        shipping: money(ofShipping.payMinor),
        lines:
          each.units === 0
            ? []
            : [{ externalLineId: String(each.lineId), quantity: each.units, restock: each.restock }],
        reason: "Sorry",
        at: placedAt,
      };
    }),
    fulfillments: state.lines
      .filter(({ sent }) => sent > 0)
      .map((each) => ({
        externalId: `f${each.id}`,
        lines: [{ externalLineId: String(each.id), quantity: each.sent }],
        locationId: null,
        carrier: state.tracking === null ? null : "UPS",
        trackingNumber: state.tracking,
        trackingUrl: null,
        at: placedAt,
      })),
    test: state.isTest,
    note: state.note,
    reservationTokens: ["cart"],
  };
}

const addressOf = ({ street, city, zip, country }: ShopAddress) => ({
  name: "Ada Byron",
  company: null,
  line1: street,
  line2: null,
  city,
  region: null,
  postalCode: zip,
  countryCode: country,
  phone: "+44 20 7946 0000",
  latitude: null,
  longitude: null,
});
