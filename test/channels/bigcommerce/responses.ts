/** Responses of BigCommerce's API for tests: its published order with changes, and how it is read. */
import { readFetchedOrder, type OrderResponses } from "../../../src/channels/bigcommerce/order";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import order from "../../fixtures/bigcommerce/order.json";
import transactions from "../../fixtures/bigcommerce/transactions.json";

export type Json = Record<string, unknown>;
export const channel = { id: "bc", currency: "USD" };
export const fetchedAt = Date.UTC(2026, 10, 24, 9, 16);
export const [consignment] = order.consignments.shipping;
export const [mugs, towel] = consignment!.line_items;

/** `over`: changes of the order. `beside`: changes of the other responses. */
export const fetched = (over: Json = {}, beside: Partial<OrderResponses> = {}): OrderResponses => ({
  order: { ...order, ...over },
  products: null,
  transactions,
  refunds: { data: [], meta: {} },
  shipments: null,
  ...beside,
});

export const withLines = (...lines: Json[]) => ({
  consignments: { ...order.consignments, shipping: [{ ...consignment, line_items: lines }] },
});

/** A line of one unit without amounts. */
export const line = (over: Json = {}): Json => ({
  ...mugs,
  quantity: 1,
  total_ex_tax: "0.0000",
  total_inc_tax: "0.0000",
  total_tax: "0.0000",
  applied_discounts: [],
  ...over,
});

/** An order of only these lines and amounts. */
export const bare = (lines: Json[], over: Json) => ({
  ...withLines(...lines),
  coupon_discount: "0.0000",
  shipping_cost_ex_tax: "0.0000",
  shipping_cost_inc_tax: "0.0000",
  shipping_cost_tax: "0.0000",
  total_tax: "0.0000",
  ...over,
});

export function read(responses: OrderResponses, at = fetchedAt): NewOrder {
  const state = readFetchedOrder(channel, responses, at);
  if (!state.ok || state.value.type !== "order") throw new Error(JSON.stringify(state));
  return state.value.order;
}

export const codes = ({ problems }: NewOrder) => problems.map(({ code }) => code);

/** The amounts of the documents' example, which add up only with tax. */
export const DOCUMENTED = {
  shipping_cost_ex_tax: "11.0900",
  shipping_cost_inc_tax: "12.0000",
  shipping_cost_tax: "0.9100",
  discount_amount: "5.0000",
  coupon_discount: "5.0000",
  total_tax: "5.3100",
  total_inc_tax: "69.8400",
};
