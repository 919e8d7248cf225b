/**
 * Stock in BigCommerce, by its Inventory API: absolute adjustments at the store's default location, in batches. A
 * product with variants is counted by variant, and one without by product; BigCommerce refuses a whole batch that
 * names the wrong one. https://docs.bigcommerce.com/developer/api-reference/rest/admin/management/inventory, as of
 * November 2026.
 */
import { z } from "zod";
import { accept, type Result } from "../../kernel/result";
import { createApiCaller, type ApiCaller } from "../shared/api-call";
import type { Fetch } from "../storefront-adapter";
import type { Listing, StorefrontRejection, StorefrontStock } from "../storefront-api";
import { apiOf } from "./api";
import type { BigCommerceConnection } from "./connection";

/** Every store has this location, and sells from it if it has no other. */
const DEFAULT_LOCATION = 1;
const MAX_FOUND = 40;
/** The API accepts 2,000 but recommends fewer. A batch that is refused is pushed again in halves. */
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
type Identity = z.output<typeof Items>["data"][number]["identity"];
const Adjusted = z.object({ transaction_id: z.string().optional() });

export function createBigCommerceStock(connection: BigCommerceConnection, fetch: Fetch): StorefrontStock {
  const call = createApiCaller(apiOf(connection), fetch);
  return {
    maxFound: MAX_FOUND,
    maxPushed: MAX_PUSHED,
    find: (skus) => find(call, skus),
    push: async (pushed) => {
      const items = pushed.map(({ externalId, quantity }) => ({
        location_id: DEFAULT_LOCATION,
        ...identityOf(externalId),
        quantity,
      }));
      const body = { reason: "available to this channel", items };
      const path = "/v3/inventory/adjustments/absolute";
      const answer = await call({ method: "PUT", path, body }, Adjusted);
      return answer.ok ? accept([]) : answer;
    },
  };
}

async function find(
  call: ApiCaller,
  skus: readonly string[],
): Promise<Result<readonly Listing[], StorefrontRejection>> {
  // The list is separated by commas, so that a SKU with a comma cannot be requested.
  const list = skus.filter((sku) => !sku.includes(",")).map(encodeURIComponent);
  const path = `/v3/inventory/items?sku:in=${list.join(",")}&location_id:in=${DEFAULT_LOCATION}&limit=250`;
  const found = await call({ method: "GET", path }, Items);
  if (!found.ok) return found;
  const wanted = new Set(skus);
  return accept(
    found.value.data.flatMap(({ identity, locations }): Listing[] => {
      const here = locations.find(({ location_id }) => location_id === DEFAULT_LOCATION);
      const { sku } = identity;
      const externalId = externalIdOf(identity);
      if (!here || !sku || !wanted.has(sku) || externalId === null) return [];
      // The store sells this less its own safety stock.
      return [{ sku, externalId, shown: here.total_inventory_onhand }];
    }),
  );
}

const PRODUCT = "product:";

/** A product without variants has only its base variant, which has no SKU id. */
function externalIdOf({ variant_id, product_id, sku_id }: Identity): string | null {
  if (!sku_id && product_id) return `${PRODUCT}${product_id}`;
  return variant_id ? String(variant_id) : null;
}

const identityOf = (externalId: string) =>
  externalId.startsWith(PRODUCT)
    ? { product_id: Number(externalId.slice(PRODUCT.length)) }
    : { variant_id: Number(externalId) };
