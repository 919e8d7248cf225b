/**
 * Fetches an order by WooCommerce's REST API v3. The order itself has only the amounts of its refunds; their lines are
 * requested separately. https://woocommerce.github.io/woocommerce-rest-api-docs/#retrieve-an-order, November 2026.
 */
import { z } from "zod";
import { reject, type Result } from "../../kernel/result";
import { createGetJson, unusable, type GetJson } from "../shared/fetch-json";
import type { Fetch } from "../storefront-adapter";
import type { FetchOrder, FetchRejection } from "../storefront-api";
import { apiOf } from "./api";
import type { WooCommerceConnection } from "./connection";
import { readWooOrder } from "./read-order";

/** More refunds of one order are left without their units. */
const MAX_REFUNDS = 100;

const HasRefunds = z.looseObject({ refunds: z.array(z.unknown()).min(1) });

export const createOrderFetcher =
  (connection: WooCommerceConnection, fetch: Fetch): FetchOrder =>
  async (externalOrderId, { channel, fetchedAt }) => {
    const get = createGetJson(apiOf(connection), fetch);
    const path = `/orders/${encodeURIComponent(externalOrderId)}`;
    const order = await found(get, path);
    if (!order.ok) return order;
    const hasRefunds = HasRefunds.safeParse(order.value).success;
    const refunds = hasRefunds ? await found(get, `${path}/refunds?per_page=${MAX_REFUNDS}`) : null;
    if (refunds && !refunds.ok) return refunds;
    const responses = { order: order.value, refunds: refunds && refunds.value };
    const read = readWooOrder(responses.order, { channel, at: fetchedAt, refunds: responses.refunds });
    if (read.ok) return read;
    return reject({ code: "order_unreadable", errors: read.rejection, response: responses });
  };

/** A site whose API is switched off or moved answers 404 as well: only WooCommerce's own answer means no such order. */
const InvalidId = z.looseObject({ code: z.string().regex(/^woocommerce_rest_.*invalid.*id$/) });

async function found(get: GetJson, path: string): Promise<Result<unknown, FetchRejection>> {
  const response = await get(path);
  if (!response.ok) return response;
  const { status, value } = response.value;
  if (status === 200) return { ok: true, value };
  if (status === 404 && InvalidId.safeParse(value).success) return reject({ code: "order_gone" });
  return unusable(`WooCommerce answers ${status}`);
}
