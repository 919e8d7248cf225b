/** A state of an order as WooCommerce writes it: amounts without tax, and units that were removed are gone. */
import {
  lineCost,
  moneyIn,
  refundCost,
  sum,
  taxOf,
  timeOf,
  type Ending,
  type ShopAddress,
  type ShopLine,
  type ShopState,
} from "./state";

/** WooCommerce's prices are without tax, whatever the shop's are. */
export const atWoo = (state: ShopState): ShopState => ({
  ...state,
  taxIncluded: false,
  tipMinor: 0,
  dutyMinor: 0,
  shippingDiscountMinor: 0,
  isTest: false,
  lines: state.lines.map(atWooLine).filter(({ ordered }) => ordered > 0),
  refunds: state.refunds.filter(
    ({ lineId, units }) => units === 0 || state.lines.some(({ id }) => id === lineId),
  ),
});

/** Staff remove units from the line itself. Every item is goods to send. */
const atWooLine = (line: ShopLine): ShopLine => {
  const ordered = line.ordered - line.removed;
  return {
    ...line,
    kind: "physical",
    ordered,
    removed: 0,
    discountMinor: ordered === 0 ? 0 : line.discountMinor,
  };
};

const STATUSES: Readonly<Record<Ending, string | null>> = {
  none: null,
  cancelled: "cancelled",
  refunded: "refunded",
  trash: "trash",
  failed: "failed",
  held: "on-hold",
  voided: "pending",
};

export function wooStatus(state: ShopState): string {
  const ended = STATUSES[state.ending];
  if (ended !== null) return ended;
  const goods = state.lines.filter(({ ordered }) => ordered > 0);
  const isSent = goods.length > 0 && goods.every(({ sent, ordered }) => sent === ordered);
  if (isSent && state.payment === "all") return "completed";
  return { none: "pending", authorized: "on-hold", half: "pending", all: "processing" }[state.payment];
}

const isPaid = (state: ShopState) =>
  state.payment === "all" && state.ending !== "failed" && state.ending !== "voided";

/** The order's total after gift cards, as WooCommerce has it. */
export function wooOrder(given: ShopState) {
  const state = atWoo(given);
  const money = moneyIn(state);
  const at = timeOf(state).replace("Z", "");
  const placedAt = timeOf({ minute: 0 }).replace("Z", "");
  const lines = state.lines.filter(({ ordered }) => ordered > 0);
  const shippingTax = taxOf(state.shippingMinor, state.isShippingTaxed, false);
  const totalMinor = wooTotal(state);
  const cardMinor = Math.min(state.giftCardMinor, totalMinor);
  return {
    id: 1001,
    number: "1001",
    order_key: "wc_order_1",
    cart_hash: "hash",
    created_via: "checkout",
    status: wooStatus(state),
    currency: state.currency,
    prices_include_tax: given.taxIncluded,
    date_created_gmt: placedAt,
    date_modified_gmt: at,
    date_paid_gmt: isPaid(state) ? placedAt : null,
    date_completed_gmt: wooStatus(state) === "completed" ? at : null,
    discount_total: money(sum(lines.map(({ discountMinor }) => discountMinor))),
    shipping_total: money(state.shippingMinor),
    total: money(totalMinor - cardMinor),
    total_tax: money(sum(lines.map((each) => lineCost(each, state).taxMinor)) + shippingTax),
    payment_method: "stripe",
    customer_note: state.note ?? "",
    billing: { ...addressOf(state.address), email: state.email, phone: "+44 20 7946 0000" },
    shipping: addressOf(state.address),
    meta_data:
      state.tracking === null
        ? []
        : [
            {
              id: 1,
              key: "_wc_shipment_tracking_items",
              value: [
                {
                  tracking_provider: "ups",
                  custom_tracking_provider: "",
                  tracking_number: state.tracking,
                  custom_tracking_link: "https://carrier.example",
                },
              ],
            },
          ],
    line_items: lines.map((each) => {
      const { netMinor, taxMinor } = lineCost(each, state);
      return {
        id: each.id,
        name: each.title,
        sku: each.sku,
        quantity: each.ordered,
        subtotal: money(each.unitMinor * each.ordered),
        total: money(netMinor),
        total_tax: money(taxMinor),
        taxes: [{ id: 1, total: money(taxMinor), subtotal: money(taxMinor) }],
      };
    }),
    shipping_lines: [
      {
        id: 501,
        method_title: state.method,
        method_id: "flat_rate",
        total: money(state.shippingMinor),
        total_tax: money(shippingTax),
        taxes: [{ id: 1, total: money(shippingTax) }],
      },
    ],
    fee_lines:
      state.feeMinor === 0
        ? []
        : [{ id: 601, name: "Fee", total: money(state.feeMinor), total_tax: money(0), taxes: [] }],
    gift_cards: cardMinor === 0 ? [] : [{ id: 7, code: "CARD", amount: money(cardMinor) }],
    refunds: state.refunds.map((each) => ({
      id: each.id,
      reason: "Sorry",
      total: money(-refundCost(each, state).amountMinor),
    })),
  };
}

export const wooTotal = (state: ShopState): number =>
  sum(state.lines.map((each) => lineCost(each, state).payMinor)) +
  state.shippingMinor +
  taxOf(state.shippingMinor, state.isShippingTaxed, false) +
  state.feeMinor;

/** Captured, with gift cards, which are given back when the order fails or ends. */
export function wooPaid(state: ShopState): number {
  const status = wooStatus(state);
  const totalMinor = wooTotal(state);
  const cardMinor = Math.min(state.giftCardMinor, totalMinor);
  const cards = ["cancelled", "refunded", "failed"].includes(status) ? 0 : cardMinor;
  const isCaptured =
    ["processing", "completed", "refunded"].includes(status) ||
    (isPaid(state) && status !== "pending" && status !== "failed");
  return cards + (isCaptured ? totalMinor - cardMinor : 0);
}

/** The answer of the order's refunds: amounts below zero, as WooCommerce writes them. */
export function wooRefunds(given: ShopState) {
  const state = atWoo(given);
  const money = moneyIn(state);
  return state.refunds.map((each) => {
    const { goods, shipping, amountMinor } = refundCost(each, state);
    return {
      id: each.id,
      date_created_gmt: timeOf({ minute: 0 }).replace("Z", ""),
      amount: money(amountMinor),
      reason: "Sorry",
      line_items:
        each.units === 0
          ? []
          : [
              {
                id: each.id + 1,
                quantity: -each.units,
                total: money(-goods.netMinor),
                total_tax: money(-goods.taxMinor),
                meta_data: [{ key: "_refunded_item_id", value: String(each.lineId) }],
              },
            ],
      shipping_lines: each.withShipping
        ? [{ id: 1, total: money(-shipping.netMinor), total_tax: money(-shipping.taxMinor) }]
        : [],
      fee_lines: [],
    };
  });
}

const addressOf = (address: ShopAddress | null) =>
  address === null
    ? { first_name: "", last_name: "", address_1: "", city: "", postcode: "", country: "" }
    : {
        first_name: "Ada",
        last_name: "Byron",
        company: "",
        address_1: address.street,
        address_2: "",
        city: address.city,
        state: "",
        postcode: address.zip,
        country: address.country,
      };
