/**
 * Stock in WooCommerce, by its REST API v3. Variations are pushed under their product. A product that does not manage
 * its stock is not pushed: its merchant has switched counting off, perhaps on purpose.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/ (list all products, batch update), November 2026.
 */
import { z } from "zod";
import { accept, type Result } from "../../kernel/result";
import { createApiCaller, type ApiCaller } from "../shared/api-call";
import type { Fetch } from "../storefront-adapter";
import type {
  Listing,
  NotPushed,
  StorefrontRejection,
  StorefrontStock,
  StockToPush,
} from "../storefront-api";
import { apiOf } from "./api";
import type { WooCommerceConnection } from "./connection";

/** Servers accept an address of eight thousand characters, and a SKU has a hundred at most. */
const MAX_FOUND = 40;
const MAX_PUSHED = 100;

const Products = z.array(
  z.object({
    id: z.number().int(),
    parent_id: z.number().int().default(0),
    sku: z.string(),
    // `parent` is a variation that is counted with its product.
    manage_stock: z.union([z.boolean(), z.string()]),
    stock_quantity: z.number().nullable(),
  }),
);
const Updated = z.object({
  update: z.array(z.object({ id: z.number().int(), error: z.object({ code: z.string() }).optional() })),
});

export function createWooCommerceStock(connection: WooCommerceConnection, fetch: Fetch): StorefrontStock {
  const call = createApiCaller(apiOf(connection), fetch);
  return {
    maxFound: MAX_FOUND,
    maxPushed: MAX_PUSHED,
    find: (skus) => find(call, skus),
    push: async (pushed) => {
      const byProduct = Map.groupBy(pushed, ({ externalId }) => Number(externalId.split(" ")[0]));
      const notPushed: NotPushed[] = [];
      for (const [product, ofProduct] of byProduct) {
        const path = product === 0 ? "/products/batch" : `/products/${product}/variations/batch`;
        const updated = await update(call, path, ofProduct);
        if (!updated.ok) return updated;
        notPushed.push(...updated.value);
      }
      return accept(notPushed);
    },
  };
}

async function find(
  call: ApiCaller,
  skus: readonly string[],
): Promise<Result<readonly Listing[], StorefrontRejection>> {
  // The list is separated by commas, so that a SKU with a comma cannot be requested.
  const list = skus.filter((sku) => !sku.includes(",")).map(encodeURIComponent);
  const fields = "id,parent_id,sku,manage_stock,stock_quantity";
  const path = `/products?per_page=100&_fields=${fields}&sku=${list.join(",")}`;
  const found = await call({ method: "GET", path }, Products);
  if (!found.ok) return found;
  const wanted = new Set(skus);
  return accept(
    found.value.flatMap(({ id, parent_id, sku, manage_stock, stock_quantity }): Listing[] =>
      wanted.has(sku) && manage_stock === true
        ? [{ sku, externalId: `${parent_id} ${id}`, shown: stock_quantity }]
        : [],
    ),
  );
}

async function update(
  call: ApiCaller,
  path: string,
  pushed: readonly StockToPush[],
): Promise<Result<readonly NotPushed[], StorefrontRejection>> {
  const idOf = ({ externalId }: StockToPush) => Number(externalId.split(" ")[1]);
  const body = { update: pushed.map((each) => ({ id: idOf(each), stock_quantity: each.quantity })) };
  const answer = await call({ method: "POST", path, body }, Updated);
  if (!answer.ok) return answer;
  const updates = new Map(answer.value.update.map((each) => [each.id, each]));
  return accept(
    pushed.flatMap((each) => {
      const updated = updates.get(idOf(each));
      if (updated && !updated.error) return [];
      return [{ sku: each.sku, detail: `WooCommerce answers ${updated?.error?.code ?? "nothing"} to it` }];
    }),
  );
}
