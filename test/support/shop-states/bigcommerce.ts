/** A state of an order as BigCommerce's API returns it: amounts with and without tax, with four decimals. */
import {
  costOf,
  lineCost,
  refundCost,
  refundedUnits,
  shippingCost,
  sum,
  taxOf,
  type Cost,
  type Ending,
  type ShopAddress,
  type ShopLine,
  type ShopState,
} from "./state";

/** BigCommerce has no tips, no duties and no discounts of the shipping, and removes units from the line itself. */
export const atBigCommerce = (state: ShopState): ShopState => ({
  ...state,
  tipMinor: 0,
  dutyMinor: 0,
  shippingDiscountMinor: 0,
  ending: state.ending === "trash" || state.ending === "failed" ? "cancelled" : state.ending,
  refunds: state.refunds.filter(({ lineId, units }) => units === 0 || !isPartlySent(state, lineId)),
  lines: state.lines
    .map((line) => ({ ...line, ordered: line.ordered - line.removed, removed: 0 }))
    .filter(({ ordered }) => ordered > 0),
});

/** Then BigCommerce does not show whether a refunded unit was sent. */
const isPartlySent = ({ lines }: ShopState, lineId: number): boolean =>
  lines.some(({ id, ordered, removed, sent }) => id === lineId && sent > 0 && sent < ordered - removed);

const ENDED: Readonly<Record<Ending, number | null>> = {
  none: null,
  cancelled: 5,
  refunded: 4,
  trash: 5,
  failed: 6,
  held: 12,
  voided: 7,
};

function statusId(state: ShopState): number {
  const ended = ENDED[state.ending];
  if (ended !== null) return ended;
  if (state.payment !== "all") return state.payment === "authorized" ? 11 : 7;
  const isSent = ({ id, ordered, sent }: ShopLine) => sent + refundedUnits(state, id) >= ordered;
  if (state.lines.some(({ sent }) => sent > 0)) return state.lines.every(isSent) ? 2 : 3;
  return 11;
}

export const bigCommerceTotal = (state: ShopState): number =>
  sum(state.lines.map((each) => lineCost(each, state).payMinor)) +
  shippingCost(state).payMinor +
  state.feeMinor;

const isCaptured = (state: ShopState) => state.payment === "all" && state.ending !== "voided";

/** Captured, with store credit. */
export const bigCommercePaid = (state: ShopState): number => {
  const totalMinor = bigCommerceTotal(state);
  return isCaptured(state) ? totalMinor : Math.min(state.giftCardMinor, totalMinor);
};

export function bigCommerceResponses(given: ShopState) {
  const state = atBigCommerce(given);
  const money = (minor: number) => (state.currency === "JPY" ? minor : minor / 100).toFixed(4);
  const totalMinor = bigCommerceTotal(state);
  const creditMinor = Math.min(state.giftCardMinor, totalMinor);
  return {
    order: orderOf(state, { money, totalMinor, creditMinor }),
    products: null,
    transactions: { data: transactionsOf(state, { totalMinor, creditMinor }), meta: {} },
    refunds: { data: state.refunds.map((each) => refundOf(each, state)), meta: {} },
    shipments: state.lines
      .filter(({ sent }) => sent > 0)
      .map((each) => ({
        id: 700 + each.id,
        date_created: timeOf({ minute: 0 }),
        tracking_number: state.tracking ?? "",
        tracking_carrier: state.tracking === null ? "" : "ups",
        items: [{ order_product_id: each.id, product_id: 1, quantity: each.sent }],
      })),
  };
}

type Sums = Readonly<{ money: (minor: number) => string; totalMinor: number; creditMinor: number }>;

function orderOf(state: ShopState, { money, totalMinor, creditMinor }: Sums) {
  const shipping = shippingCost(state);
  const pair = (name: string, cost: Cost) => ({
    [`${name}_ex_tax`]: money(cost.payMinor - cost.taxMinor),
    [`${name}_inc_tax`]: money(cost.payMinor),
    [`${name}_tax`]: money(cost.taxMinor),
  });
  return {
    id: 1001,
    date_created: timeOf({ minute: 0 }),
    date_modified: timeOf(state),
    date_shipped: "",
    status_id: statusId(state),
    currency_code: state.currency,
    default_currency_code: state.currency,
    is_tax_inclusive_pricing: state.taxIncluded,
    ...pair("shipping_cost", shipping),
    ...pair("handling_cost", costOf(0, false, state.taxIncluded)),
    ...pair("wrapping_cost", costOf(0, false, state.taxIncluded)),
    total_inc_tax: money(totalMinor),
    total_tax: money(sum(state.lines.map((each) => lineCost(each, state).taxMinor)) + shipping.taxMinor),
    items_shipped: sum(state.lines.map(({ sent }) => sent)),
    payment_method: "Credit Card",
    payment_status: paymentStatus(state),
    store_credit_amount: money(creditMinor),
    gift_certificate_amount: money(0),
    discount_amount: money(0),
    coupon_discount: money(sum(state.lines.map(({ discountMinor }) => discountMinor))),
    customer_message: state.note ?? "",
    customer_locale: "en",
    is_deleted: false,
    cart_id: "cart",
    billing_address: { ...addressOf(state.address), email: state.email },
    fees:
      state.feeMinor === 0
        ? []
        : [
            {
              id: 601,
              display_name_customer: "Fee",
              cost_ex_tax: money(state.feeMinor),
              cost_inc_tax: money(state.feeMinor),
              cost_tax: money(0),
            },
          ],
    consignments: {
      pickups: [],
      shipping: [
        {
          id: 57,
          ...addressOf(state.address),
          email: state.email,
          shipping_method: state.method,
          line_items: state.lines.map((each) => productOf(each, state, money)),
        },
      ],
      downloads: [],
      email: { gift_certificates: [] },
    },
  };
}

/** The line before its discount, with the tax after it. */
function productOf(each: ShopLine, state: ShopState, money: Sums["money"]) {
  const grossMinor = each.unitMinor * each.ordered;
  const estimatedTax = taxOf(grossMinor, each.isTaxed, state.taxIncluded);
  return {
    id: each.id,
    name: each.title,
    sku: each.sku,
    type: { physical: "physical", digital: "digital", gift_card: "giftcertificate" }[each.kind],
    quantity: each.ordered,
    quantity_shipped: each.sent,
    quantity_refunded: refundedUnits(state, each.id),
    total_ex_tax: money(state.taxIncluded ? grossMinor - estimatedTax : grossMinor),
    total_inc_tax: money(state.taxIncluded ? grossMinor : grossMinor + estimatedTax),
    total_tax: money(lineCost(each, state).taxMinor),
    applied_discounts: each.discountMinor === 0 ? [] : [{ id: "coupon", amount: money(each.discountMinor) }],
  };
}

/** The status of the order may be set to refunded without a refund: then the payment is not refunded. */
function paymentStatus(state: ShopState): string {
  if (state.ending === "voided") return "void";
  if (state.payment === "authorized") return "authorized";
  if (state.payment !== "all") return "pending";
  return state.refunds.length > 0 ? "partially refunded" : "captured";
}

function transactionsOf(
  state: ShopState,
  { totalMinor, creditMinor }: Readonly<{ totalMinor: number; creditMinor: number }>,
) {
  const made = {
    gateway: "stripe",
    method: "credit_card",
    test: state.isTest,
    status: "ok",
    currency: state.currency,
    date_created: isoOf({ minute: 0 }),
  };
  const restMinor = totalMinor - creditMinor;
  const amount = state.currency === "JPY" ? restMinor : restMinor / 100;
  if (restMinor === 0 || state.payment === "none" || state.payment === "half") return [];
  return [{ id: 901, event: isCaptured(state) ? "purchase" : "authorization", amount, ...made }];
}

function refundOf(each: ShopState["refunds"][number], state: ShopState) {
  const { shipping, amountMinor } = refundCost(each, state);
  const amount = state.currency === "JPY" ? amountMinor : amountMinor / 100;
  const item = { requested_amount: null, item_id: null, quantity: null };
  const shippingMinor = shipping.netMinor;
  return {
    id: each.id,
    created: isoOf({ minute: 0 }),
    reason: "Sorry",
    total_amount: amount,
    items: [
      ...(each.units === 0
        ? []
        : [{ ...item, item_type: "PRODUCT", item_id: each.lineId, quantity: each.units }]),
      ...(each.withShipping
        ? [
            {
              ...item,
              item_type: "SHIPPING",
              item_id: 57,
              requested_amount: (state.currency === "JPY" ? shippingMinor : shippingMinor / 100).toFixed(2),
            },
          ]
        : []),
      ...(each.goodwillMinor === 0 ? [] : [{ ...item, item_type: "ORDER" }]),
    ],
    payments: [{ id: 13, provider_id: "stripe", amount, offline: false, is_declined: false }],
  };
}

const START = Date.UTC(2026, 10, 22, 12);

/** RFC 2822, in UTC. */
const timeOf = ({ minute }: Pick<ShopState, "minute">): string =>
  new Date(START + minute * 60_000).toUTCString().replace("GMT", "+0000");

const isoOf = ({ minute }: Pick<ShopState, "minute">): string =>
  new Date(START + minute * 60_000).toISOString().replace(".000Z", "+00:00");

const addressOf = (address: ShopAddress | null) => ({
  first_name: "Ada",
  last_name: "Byron",
  company: "",
  street_1: address?.street ?? "",
  street_2: "",
  city: address?.city ?? "",
  state: "",
  zip: address?.zip ?? "",
  country_iso2: address?.country ?? "",
  phone: "+44 20 7946 0000",
});
