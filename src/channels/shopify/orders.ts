/**
 * Orders in Shopify, by its REST Admin API: it has an order in the form that callbacks send, so that both are read by the
 * same function. The token needs the scope `read_orders`, and `read_all_orders` for orders older than 60 days.
 * https://shopify.dev/docs/api/admin-rest/latest/resources/order and …/docs/api/admin-rest/usage/pagination, as of
 * November 2026.
 */
import { z } from "zod";
import type { FieldError } from "../../kernel/field-errors";
import { accept, reject, type Result } from "../../kernel/result";
import { callApiWithHeaders, documentedShape, fetchResponse } from "../shared/api-call";
import { externalId, parseJson, shape } from "../shared/body";
import type { Fetch } from "../storefront-adapter";
import type { FetchOptions, FetchOrder, FetchedOrder, FetchRejection, ListChanged } from "../storefront-api";
import type { ShopifyConnection } from "./connection";
import { ShopifyOrder } from "./payload";
import { readShopifyOrder } from "./read-order";

/** Shopify allows two requests a second: fetching a page of orders takes less than a minute. */
const PAGE = 100;

const OrderAnswer = z.object({ order: ShopifyOrder });
const ListAnswer = z.object({ orders: z.array(z.object({ id: externalId })) });

const request = ({ baseUrl, accessToken, apiVersion }: ShopifyConnection, path: string) =>
  ({
    method: "GET",
    url: `${baseUrl}/admin/api/${apiVersion}${path}`,
    headers: { "x-shopify-access-token": accessToken },
  }) as const;

/** A 404 is an order that the shop does not have. */
export const createOrderFetcher =
  (connection: ShopifyConnection, fetch: Fetch): FetchOrder =>
  async (externalOrderId, options) => {
    const path = `/orders/${encodeURIComponent(externalOrderId)}.json`;
    const response = await fetchResponse(fetch, request(connection, path));
    if (!response) return away("does not answer", 0);
    const { status, body, afterMs } = response;
    if (status === 404) return reject({ code: "order_gone" });
    if (OF_THE_SHOP.includes(status)) return away(`answers ${status}`, afterMs);
    if (status !== 200) return unusable(`Shopify answers ${status}`);
    const parsed = parseJson(body);
    return parsed.ok ? readAnswer(parsed.value, options) : unusable("Shopify's answer is not JSON");
  };

function readAnswer(
  answer: unknown,
  { channel, fetchedAt }: FetchOptions,
): Result<FetchedOrder, FetchRejection> {
  const unreadable = (errors: readonly FieldError[]): Result<never, FetchRejection> =>
    reject({ code: "order_unreadable", errors, response: answer });
  const shaped = shape(OrderAnswer, answer);
  if (!shaped.ok) return unreadable(shaped.rejection);
  const order = readShopifyOrder(shaped.value.order, { channel, receivedAt: fetchedAt });
  return order.ok ? accept({ type: "order", order: order.value }) : unreadable(order.rejection);
}

/** Orders of any status. The cursor is Shopify's own, which expires: then the list is refused, and begins again. */
export const createChangeLister =
  (connection: ShopifyConnection, fetch: Fetch): ListChanged =>
  async (since, cursor) => {
    const query = new URLSearchParams(
      // Shopify refuses a cursor beside the filter: the cursor contains it.
      cursor === null
        ? { status: "any", updated_at_min: new Date(since).toISOString() }
        : { page_info: cursor },
    );
    query.set("limit", String(PAGE));
    query.set("fields", "id");
    const called = await callApiWithHeaders(fetch, request(connection, `/orders.json?${query.toString()}`));
    if (!called.ok) return called;
    const list = documentedShape("Shopify", ListAnswer, called.value.json);
    if (!list.ok) return list;
    return accept({
      externalIds: list.value.orders.map(({ id }) => id),
      cursor: nextCursor(called.value.headers.get("link")),
    });
  };

/** The cursor of the next page. The link names an address too: only our own is called. */
function nextCursor(link: string | null): string | null {
  const next = (link ?? "").split(",").find((part) => /;\s*rel="?next"?/.test(part));
  const url = /<([^>]*)>/.exec(next ?? "")?.[1] ?? "";
  return URL.canParse(url) ? new URL(url).searchParams.get("page_info") : null;
}

/** A wrong token, an unpaid or locked shop, too many requests, out of service: every other request has the same answer. */
const OF_THE_SHOP: readonly number[] = [401, 402, 403, 423, 429, 430, 503];

/** The text of the response is not passed on, because it may contain the customer's data. */
const away = (problem: string, afterMs: number): Result<never, FetchRejection> =>
  reject({ code: "storefront_away", detail: `Shopify ${problem}`, afterMs });

const unusable = (detail: string): Result<never, FetchRejection> =>
  reject({ code: "answer_unusable", detail });
