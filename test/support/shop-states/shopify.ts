/** A state of an order as Shopify writes it, with the sums that Shopify keeps. */
import {
  dueOf,
  lineCost,
  moneyIn,
  openThere,
  refundCost,
  refundedMinor,
  refundedUnits,
  shippingCost,
  sum,
  timeOf,
  totalOf,
  type Cost,
  type ShopAddress,
  type ShopLine,
  type ShopRefund,
  type ShopState,
} from "./state";

/** Of the money, what is captured; the rest of the state's payment is not. */
export function shopifyCaptured(state: ShopState): number {
  if (state.ending === "voided" || isUnpaid(state)) return 0;
  return state.payment === "half" ? Math.floor(dueOf(state) / 2) : dueOf(state);
}

const isUnpaid = ({ payment }: ShopState) => payment === "none" || payment === "authorized";

export function shopifyOrder(state: ShopState) {
  const money = moneyIn(state);
  const at = timeOf(state);
  const set = (minor: number) => {
    const both = { amount: money(minor), currency_code: state.currency };
    return { shop_money: both, presentment_money: both };
  };
  const currentMinor = dueOf(state) - refundedMinor(state);
  const paidMinor = shopifyCaptured(state) - refundedMinor(state);
  const shipping = shippingCost(state);
  const discountMinor = Math.min(state.shippingMinor, state.shippingDiscountMinor);
  return {
    id: 1001,
    name: "#1001",
    order_number: 1001,
    currency: state.currency,
    presentment_currency: state.currency,
    taxes_included: state.taxIncluded,
    created_at: timeOf({ minute: 0 }),
    processed_at: timeOf({ minute: 0 }),
    updated_at: at,
    cancelled_at: isCancelled(state) ? at : null,
    cancel_reason: isCancelled(state) ? "customer" : null,
    closed_at: null,
    financial_status: financialStatus(state, { currentMinor, paidMinor }),
    fulfillment_status: fulfillmentStatus(state),
    payment_gateway_names: ["shopify_payments"],
    test: state.isTest,
    email: state.email,
    note: state.note,
    tags: "",
    cart_token: "cart",
    checkout_token: "checkout",
    total_price: money(totalOf(state)),
    current_total_price: money(currentMinor),
    total_outstanding: money(currentMinor - paidMinor),
    total_discounts: money(sum(state.lines.map((each) => each.discountMinor)) + discountMinor),
    total_tax: money(sum(state.lines.map((each) => lineCost(each, state).taxMinor)) + shipping.taxMinor),
    total_tip_received: money(state.tipMinor),
    original_total_duties_set: state.dutyMinor > 0 ? set(state.dutyMinor) : null,
    original_total_additional_fees_set: state.feeMinor > 0 ? set(state.feeMinor) : null,
    customer: { first_name: "Ada", last_name: "Byron", email: state.email, phone: null },
    shipping_address: state.address && addressOf(state.address),
    billing_address: state.address && addressOf(state.address),
    line_items: state.lines.map((each) => lineItem(each, state, money)),
    shipping_lines: [
      {
        id: 501,
        title: state.method,
        code: state.method,
        price: money(state.shippingMinor),
        discounted_price: money(state.shippingMinor - discountMinor),
        is_removed: false,
        discount_allocations: discountMinor > 0 ? [{ amount: money(discountMinor) }] : [],
        tax_lines: taxLines(shipping, money),
      },
    ],
    fulfillments: state.lines
      .filter(({ sent }) => sent > 0)
      .map((each) => ({
        id: 700 + each.id,
        status: "success",
        created_at: timeOf({ minute: 0 }),
        location_id: 77,
        tracking_company: state.tracking === null ? null : "UPS",
        tracking_number: state.tracking,
        tracking_numbers: state.tracking === null ? [] : [state.tracking],
        tracking_url: null,
        tracking_urls: [],
        line_items: [{ id: each.id, quantity: each.sent }],
      })),
    refunds: state.refunds.map((each) => shopifyRefund(each, state)),
  };
}

type Money = (minor: number) => string;

const taxLines = ({ taxMinor }: Cost, money: Money) =>
  taxMinor === 0 ? [] : [{ price: money(taxMinor), rate: 0.2, title: "VAT" }];

const lineItem = (each: ShopLine, state: ShopState, money: Money) => ({
  id: each.id,
  sku: each.sku,
  title: each.title,
  name: each.title,
  quantity: each.ordered,
  current_quantity: each.ordered - each.removed - refundedUnits(state, each.id),
  fulfillable_quantity: isCancelled(state) ? 0 : openThere(each, state),
  fulfillment_status: each.sent === 0 ? null : openThere(each, state) === 0 ? "fulfilled" : "partial",
  price: money(each.unitMinor),
  total_discount: "0.00",
  gift_card: each.kind === "gift_card",
  requires_shipping: each.kind === "physical",
  taxable: each.isTaxed,
  discount_allocations: each.discountMinor > 0 ? [{ amount: money(each.discountMinor) }] : [],
  tax_lines: taxLines(lineCost(each, state), money),
  duties: [],
});

export function shopifyRefund(each: ShopRefund, state: ShopState) {
  const money = moneyIn(state);
  const { goods, shipping, amountMinor } = refundCost(each, state);
  const restock = { cancel: "cancel", return: "return", none: "no_restock" }[each.restock];
  const set = (minor: number) => ({
    shop_money: { amount: money(minor), currency_code: state.currency },
    presentment_money: { amount: money(minor), currency_code: state.currency },
  });
  return {
    id: each.id,
    order_id: 1001,
    note: "Sorry",
    created_at: timeOf({ minute: 0 }),
    processed_at: timeOf({ minute: 0 }),
    refund_line_items:
      each.units === 0
        ? []
        : [
            {
              line_item_id: each.lineId,
              quantity: each.units,
              restock_type: restock,
              subtotal: money(goods.netMinor),
              total_tax: money(goods.taxMinor),
            },
          ],
    refund_shipping_lines: each.withShipping
      ? [{ id: 1, subtotal_amount_set: set(shipping.netMinor), tax_amount_set: set(shipping.taxMinor) }]
      : [],
    transactions: [
      { id: 1, kind: "refund", status: "success", amount: money(amountMinor), currency: state.currency },
    ],
    order_adjustments:
      each.goodwillMinor === 0
        ? []
        : [
            {
              kind: "refund_discrepancy",
              reason: "Refund discrepancy",
              amount: money(-each.goodwillMinor),
              tax_amount: "0",
            },
          ],
  };
}

const isCancelled = ({ ending }: ShopState) => ending === "cancelled" || ending === "refunded";

function financialStatus(
  state: ShopState,
  { currentMinor, paidMinor }: Readonly<{ currentMinor: number; paidMinor: number }>,
): string {
  if (state.ending === "voided") return "voided";
  if (state.payment === "authorized") return "authorized";
  if (shopifyCaptured(state) === 0) return totalOf(state) === 0 ? "paid" : "pending";
  if (state.refunds.length > 0) return paidMinor === 0 ? "refunded" : "partially_refunded";
  return paidMinor < currentMinor ? "partially_paid" : "paid";
}

function fulfillmentStatus(state: ShopState): string | null {
  if (state.lines.every(({ sent }) => sent === 0)) return null;
  return state.lines.every((each) => openThere(each, state) === 0) ? "fulfilled" : "partial";
}

const addressOf = ({ street, city, zip, country }: ShopAddress) => ({
  first_name: "Ada",
  last_name: "Byron",
  name: "Ada Byron",
  company: null,
  address1: street,
  address2: null,
  city,
  province: null,
  province_code: null,
  zip,
  country_code: country,
  phone: "+44 20 7946 0000",
  latitude: null,
  longitude: null,
});
