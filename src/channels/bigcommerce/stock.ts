/**
 * Stock in BigCommerce, by its Inventory API: absolute adjustments at the store's default location, a batch at a
 * time, as it asks for. A product with variants is counted by variant, and one without by itself: told of the
 * other, it refuses the whole batch. https://docs.bigcommerce.com/developer/api-reference/rest/admin/management/inventory,
 * as of November 2026.
 */
import { z } from "zod";
import type { ConnectionOf } from "../domain/channel-connection";
import { accept, type Result } from "../../kernel/result";
import type { Listing, StorefrontRejection, StorefrontStock } from "../ports";
import { away, callApi, type ApiCall } from "../storefronts/api-call";

/** Every store has it, and one that has no other sells from it. */
const DEFAULT_LOCATION = 1;
const MAX_FOUND = 40;
/** It takes 2,000, and asks for batches of fewer: one that fails is pushed in parts. */
const MAX_PUSHED = 500;

const id = z.number().int().nullish();

const Items = z.object({
  data: z.array(
    z.object({
      identity: z.object({ sku: z.string().nullish(), variant_id: id, product_id: id, sku_id: id }),
      locations: z.array(
        z.object({ location_id: z.number().int(), total_inventory_onhand: z.number().int() }),
      ),
    }),
  ),
});
const Adjusted = z.object({ transaction_id: z.string().optional() });

type Connection = ConnectionOf<"bigcommerce">;
type Fetch = typeof globalThis.fetch;

/** `fetch` is asked for, so that a test can answer as BigCommerce does. */
export const createBigCommerceStock = (connection: Connection, fetch: Fetch): StorefrontStock => ({
  maxFound: MAX_FOUND,
  maxPushed: MAX_PUSHED,
  find: async (skus) => {
    const list = skus.filter((sku) => !sku.includes(",")).map(encodeURIComponent);
    const path = `/v3/inventory/items?sku:in=${list.join(",")}&location_id:in=${DEFAULT_LOCATION}&limit=250`;
    const found = await ask(connection, fetch, { method: "GET", path }, Items);
    if (!found.ok) return found;
    const wanted = new Set(skus);
    return accept(
      found.value.data.flatMap(({ identity, locations }): Listing[] => {
        const here = locations.find(({ location_id }) => location_id === DEFAULT_LOCATION);
        const { sku } = identity;
        const externalId = placeOf(identity);
        if (!here || !sku || !wanted.has(sku) || externalId === null) return [];
        // What may be sold there is this less a safety stock of the store's own.
        return [{ sku, externalId, shown: here.total_inventory_onhand }];
      }),
    );
  },
  push: async (pushed) => {
    const items = pushed.map(({ externalId, quantity }) => ({
      location_id: DEFAULT_LOCATION,
      ...itemAt(externalId),
      quantity,
    }));
    const body = { reason: "available to this channel", items };
    const path = "/v3/inventory/adjustments/absolute";
    const answer = await ask(connection, fetch, { method: "PUT", path, body }, Adjusted);
    return answer.ok ? accept([]) : answer;
  },
});

const PRODUCT = "product:";

/** The base variant, which is all that a product without variants has, is the one without a SKU id of its own. */
function placeOf({ variant_id, product_id, sku_id }: z.output<typeof Items>["data"][number]["identity"]) {
  if (!sku_id && product_id) return `${PRODUCT}${product_id}`;
  return variant_id ? String(variant_id) : null;
}

const itemAt = (externalId: string) =>
  externalId.startsWith(PRODUCT)
    ? { product_id: Number(externalId.slice(PRODUCT.length)) }
    : { variant_id: Number(externalId) };

type Asked = Pick<ApiCall, "method" | "body"> & Readonly<{ path: string }>;

async function ask<Schema extends z.ZodType>(
  { baseUrl, accessToken }: Connection,
  fetch: Fetch,
  { path, ...call }: Asked,
  schema: Schema,
): Promise<Result<z.output<Schema>, StorefrontRejection>> {
  const headers = { "x-auth-token": accessToken };
  const answer = await callApi(fetch, { ...call, url: `${baseUrl}${path}`, headers });
  if (!answer.ok) return answer;
  const read = schema.safeParse(answer.value);
  return read.success ? accept(read.data) : away("BigCommerce answers in a form that is not its own");
}
