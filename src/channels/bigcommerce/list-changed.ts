/**
 * Lists the orders that changed, by BigCommerce's REST API V2; then those that were archived.
 * https://docs.bigcommerce.com/docs/rest-management/orders, as of November 2026.
 */
import { z } from "zod";
import { accept } from "../../kernel/result";
import { createApiCaller } from "../shared/api-call";
import { externalId } from "../shared/body";
import { createListChanged, type ChangedPage } from "../shared/list-changed";
import type { Fetch } from "../storefront-adapter";
import type { ListChanged } from "../storefront-api";
import { apiOf } from "./api";
import type { BigCommerceConnection } from "./connection";
import { moment } from "./payload";

const PAGE_SIZE = 250;

/** The values of `is_deleted`, which is what BigCommerce calls archived. */
const ARCHIVED = ["false", "true"] as const;

const Orders = z.array(z.object({ id: externalId, date_modified: moment })).nullable();

export function createChangeLister(connection: BigCommerceConnection, fetch: Fetch): ListChanged {
  const call = createApiCaller(apiOf(connection), fetch);
  const fetchPage = async (page: ChangedPage) => {
    const orders = await call({ method: "GET", path: `/v2/orders?${query(page).toString()}` }, Orders);
    if (!orders.ok) return orders;
    return accept(
      (orders.value ?? []).map(({ id, date_modified: modifiedAt }) => ({ externalId: id, modifiedAt })),
    );
  };
  return createListChanged({ parts: ARCHIVED.length, pageSize: PAGE_SIZE, fetchPage });
}

/** Times are whole seconds. It is not documented whether `min_date_modified` includes its own. */
const query = ({ part, since, page }: ChangedPage): URLSearchParams =>
  new URLSearchParams({
    is_deleted: ARCHIVED[part]!,
    min_date_modified: new Date(since - 1_000).toISOString().replace("Z", "+00:00"),
    sort: "date_modified:asc",
    limit: String(PAGE_SIZE),
    page: String(page),
  });
