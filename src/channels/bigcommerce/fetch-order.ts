/**
 * Fetches an order by BigCommerce's REST Management API. One response has the order with its lines and destinations,
 * so that they are of one moment; its transactions, refunds and shipments are requested separately.
 * https://docs.bigcommerce.com/docs/rest-management/orders and …/transactions, as of November 2026.
 */
import { accept, reject, type Result } from "../../kernel/result";
import { shape } from "../shared/body";
import { createGetJson } from "../shared/fetch-json";
import type { Fetch } from "../storefront-adapter";
import type { FetchOrder, FetchRejection } from "../storefront-api";
import { apiOf } from "./api";
import type { BigCommerceConnection } from "./connection";
import { mayHaveShipments } from "./fulfilled";
import { isPlaced, linesOf, readFetchedOrder, type OrderResponses } from "./order";
import { BigCommerceLines } from "./payload";

/** The default size of a page. It is not documented whether it also limits the lines inside an order. */
const DEFAULT_PAGE = 50;
const MAX_PAGE = 250;

type Get = (path: string) => Promise<Result<unknown, FetchRejection>>;

/** A 404 is an order that the store does not have. */
export const createOrderFetcher =
  (connection: BigCommerceConnection, fetch: Fetch): FetchOrder =>
  async (externalOrderId, { channel, fetchedAt }) => {
    const responses = await fetchResponses(connection, fetch, externalOrderId);
    if (!responses.ok) return responses;
    const read = readFetchedOrder(channel, responses.value, fetchedAt);
    if (read.ok) return read;
    return reject({ code: "order_unreadable", errors: read.rejection, response: responses.value });
  };

/** What the API returns for an order, not read yet. An order that is not placed is fetched alone. */
export async function fetchResponses(
  connection: BigCommerceConnection,
  fetch: Fetch,
  externalOrderId: string,
): Promise<Result<OrderResponses, FetchRejection>> {
  const get = createGet(connection, fetch);
  const id = encodeURIComponent(externalOrderId);
  const parts = "include=consignments.line_items,fees&consignment_structure=object";
  const order = await get(`/v2/orders/${id}?${parts}`);
  if (!order.ok) return order;
  if (order.value === null) return reject({ code: "order_gone" });
  const orderAlone = {
    order: order.value,
    products: null,
    transactions: null,
    refunds: null,
    shipments: null,
  };
  if (!isPlaced(order.value)) return accept(orderAlone);

  const [products, transactions, refunds, shipments] = await Promise.all([
    hasAllLines(order.value) ? accept(null) : allPages(get, `/v2/orders/${id}/products`),
    get(`/v3/orders/${id}/transactions`),
    get(`/v3/orders/${id}/payment_actions/refunds`),
    mayHaveShipments(order.value) ? allPages(get, `/v2/orders/${id}/shipments`) : accept(null),
  ]);
  if (!products.ok) return products;
  if (!transactions.ok) return transactions;
  if (!refunds.ok) return refunds;
  if (!shipments.ok) return shipments;
  return accept({
    order: order.value,
    products: products.value,
    transactions: transactions.value,
    refunds: refunds.value,
    shipments: shipments.value,
  });
}

/** The products must be requested if the lines are only links, if there are none, or if they may fill a page. */
function hasAllLines(order: unknown): boolean {
  const shaped = shape(BigCommerceLines, order);
  const lines = shaped.ok ? linesOf(shaped.value) : [];
  return lines.length > 0 && lines.length < DEFAULT_PAGE && lines.every((line) => "id" in line);
}

async function allPages(get: Get, path: string): Promise<Result<unknown[], FetchRejection>> {
  const all: unknown[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await get(`${path}?limit=${MAX_PAGE}&page=${page}`);
    if (!answer.ok) return answer;
    const found: readonly unknown[] = Array.isArray(answer.value) ? answer.value : [];
    all.push(...found);
    if (found.length < MAX_PAGE) return accept(all);
  }
}

/** Null if there is nothing: V2 answers an empty list with 204. */
function createGet(connection: BigCommerceConnection, fetch: Fetch): Get {
  const get = createGetJson(apiOf(connection), fetch);
  return async (path) => {
    const response = await get(path);
    if (!response.ok) return response;
    return accept(response.value.status === 200 ? response.value.value : null);
  };
}
