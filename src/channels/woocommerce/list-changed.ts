/**
 * Lists the orders that changed, by WooCommerce's REST API v3; then those in the trash, which `any` leaves out. An order
 * that was deleted for good is in neither. https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-orders,
 * November 2026; sorting by change needs WooCommerce 5.8.
 */
import { z } from "zod";
import { accept } from "../../kernel/result";
import { createApiCaller } from "../shared/api-call";
import { externalId, time } from "../shared/body";
import { createListChanged, type ChangedPage } from "../shared/list-changed";
import type { Fetch } from "../storefront-adapter";
import type { ListChanged } from "../storefront-api";
import { apiOf } from "./api";
import type { WooCommerceConnection } from "./connection";

const STATUSES = ["any", "trash"] as const;
const PAGE_SIZE = 100;

const Orders = z.array(z.object({ id: externalId, date_modified_gmt: time }));

export function createChangeLister(connection: WooCommerceConnection, fetch: Fetch): ListChanged {
  const call = createApiCaller(apiOf(connection), fetch);
  const fetchPage = async (page: ChangedPage) => {
    const orders = await call({ method: "GET", path: `/orders?${query(page).toString()}` }, Orders);
    if (!orders.ok) return orders;
    return accept(
      orders.value.map(({ id, date_modified_gmt: modifiedAt }) => ({ externalId: id, modifiedAt })),
    );
  };
  return createListChanged({ parts: STATUSES.length, pageSize: PAGE_SIZE, fetchPage });
}

/** `modified_after` excludes its own second. */
const query = ({ part, since, page }: ChangedPage): URLSearchParams =>
  new URLSearchParams({
    status: STATUSES[part]!,
    modified_after: new Date(since - 1_000).toISOString().slice(0, 19),
    dates_are_gmt: "true",
    orderby: "modified",
    order: "asc",
    per_page: String(PAGE_SIZE),
    page: String(page),
    _fields: "id,date_modified_gmt",
  });
