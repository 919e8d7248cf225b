/**
 * An order from BigCommerce's REST Management API. The order comes with its lines and destinations in one
 * answer, so that they are of one moment; what was paid and paid back is asked for beside it.
 * https://docs.bigcommerce.com/docs/rest-management/orders and …/transactions, as of November 2026.
 */
import type { ConnectionOf } from "../domain/channel-connection";
import { accept, reject, type Result } from "../../kernel/result";
import type { FetchOrder, FetchRejection } from "../ports";
import { askApi } from "../storefronts/api-call";
import { isPlaced, linesOf } from "./order";
import { parseJson, shape } from "../storefronts/body";
import { BigCommerceLines } from "./payload";

/** A list is of so many unless more are asked for; whether lines inside an order are, it does not say. */
const USUAL_PAGE = 50;
const LONGEST_PAGE = 250;

type Answer = Result<unknown, FetchRejection>;
type Ask = (path: string) => Promise<Answer>;

/** `fetch` is asked for, so that a test can answer as BigCommerce does. */
export const createBigCommerceOrders =
  ({ fetch }: Readonly<{ fetch: typeof globalThis.fetch }>): FetchOrder =>
  async (connection, externalOrderId) => {
    const ask: Ask = (path) => answerOf(connection, path, fetch);
    const id = encodeURIComponent(externalOrderId);
    const whole = "include=consignments.line_items,fees&consignment_structure=object";
    const order = await ask(`/v2/orders/${id}?${whole}`);
    if (!order.ok) return order;
    if (order.value === null) return reject({ code: "order_gone" });
    const nothing = { order: order.value, products: null, transactions: null, refunds: null };
    if (!isPlaced(order.value)) return accept(nothing);

    const [products, transactions, refunds] = await Promise.all([
      holdsAllLines(order.value) ? accept(null) : allProducts(ask, id),
      ask(`/v3/orders/${id}/transactions`),
      ask(`/v3/orders/${id}/payment_actions/refunds`),
    ]);
    if (!products.ok) return products;
    if (!transactions.ok) return transactions;
    if (!refunds.ok) return refunds;
    return accept({
      order: order.value,
      products: products.value,
      transactions: transactions.value,
      refunds: refunds.value,
    });
  };

/** Lines that are links, none at all, or as many as a page has: the products are asked for. */
function holdsAllLines(order: unknown): boolean {
  const shaped = shape(BigCommerceLines, order);
  const lines = shaped.ok ? linesOf(shaped.value) : [];
  return lines.length > 0 && lines.length < USUAL_PAGE && lines.every((line) => "id" in line);
}

async function allProducts(ask: Ask, id: string): Promise<Result<unknown[], FetchRejection>> {
  const products: unknown[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await ask(`/v2/orders/${id}/products?limit=${LONGEST_PAGE}&page=${page}`);
    if (!answer.ok) return answer;
    const found: readonly unknown[] = Array.isArray(answer.value) ? answer.value : [];
    products.push(...found);
    if (found.length < LONGEST_PAGE) return accept(products);
  }
}

/** Null where there is nothing: V2 answers an empty list with 204. */
async function answerOf(
  { baseUrl, accessToken }: ConnectionOf<"bigcommerce">,
  path: string,
  fetch: typeof globalThis.fetch,
): Promise<Answer> {
  const headers = { "x-auth-token": accessToken };
  const answer = await askApi(fetch, { method: "GET", url: `${baseUrl}${path}`, headers });
  if (!answer) return away("does not answer", 0);
  const { status, body, afterMs } = answer;
  if (status === 404 || status === 204) return accept(null);
  if (OF_THE_STORE.includes(status)) return away(`answers ${status}`, afterMs);
  if (status !== 200) return unusable(`${status}`);
  const parsed = parseJson(body);
  return parsed.ok ? parsed : unusable("what is no JSON");
}

/** A wrong token, too many requests, out of service: whatever is asked for next has the same answer. */
const OF_THE_STORE: readonly number[] = [401, 403, 429, 503];

/** What it says beside the status is not passed on: it may speak of the customer. */
const away = (what: string, afterMs: number): Result<never, FetchRejection> =>
  reject({ code: "storefront_away", detail: `BigCommerce ${what}`, afterMs });

const unusable = (what: string): Result<never, FetchRejection> =>
  reject({ code: "answer_unusable", detail: `BigCommerce answers ${what}` });
