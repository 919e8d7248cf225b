/**
 * Stock in WooCommerce, by its REST API v3. Variations are pushed under their product. A product that does not
 * manage its stock is not pushed: its merchant has switched counting off, and may have meant to.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/ (list all products, batch update), November 2026.
 */
import { z } from "zod";
import type { ConnectionOf } from "../domain/channel-connection";
import { accept, type Result } from "../../kernel/result";
import type { Listing, NotPushed, StorefrontRejection, StorefrontStock, StockToPush } from "../ports";
import { away, callApi, type ApiCall } from "../storefronts/api-call";

/** Its servers take an address of eight thousand characters, and a SKU has a hundred at most. */
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

type Connection = ConnectionOf<"woocommerce">;
type Fetch = typeof globalThis.fetch;

/** `fetch` is asked for, so that a test can answer as WooCommerce does. */
export const createWooCommerceStock = (connection: Connection, fetch: Fetch): StorefrontStock => ({
  maxFound: MAX_FOUND,
  maxPushed: MAX_PUSHED,
  find: async (skus) => {
    // It takes a list with commas in between, so that a SKU with a comma cannot be asked for.
    const list = skus.filter((sku) => !sku.includes(",")).map(encodeURIComponent);
    const fields = "id,parent_id,sku,manage_stock,stock_quantity";
    const path = `/products?per_page=100&_fields=${fields}&sku=${list.join(",")}`;
    const found = await ask(connection, fetch, { method: "GET", path }, Products);
    if (!found.ok) return found;
    const wanted = new Set(skus);
    return accept(
      found.value.flatMap(({ id, parent_id, sku, manage_stock, stock_quantity }): Listing[] =>
        wanted.has(sku) && manage_stock === true
          ? [{ sku, externalId: `${parent_id} ${id}`, shown: stock_quantity }]
          : [],
      ),
    );
  },
  push: async (pushed) => {
    const byProduct = Map.groupBy(pushed, ({ externalId }) => Number(externalId.split(" ")[0]));
    const notPushed: NotPushed[] = [];
    for (const [product, ofProduct] of byProduct) {
      const path = product === 0 ? "/products/batch" : `/products/${product}/variations/batch`;
      const answer = await update(connection, fetch, path, ofProduct);
      if (!answer.ok) return answer;
      notPushed.push(...answer.value);
    }
    return accept(notPushed);
  },
});

async function update(
  connection: Connection,
  fetch: Fetch,
  path: string,
  pushed: readonly StockToPush[],
): Promise<Result<readonly NotPushed[], StorefrontRejection>> {
  const idOf = ({ externalId }: StockToPush) => Number(externalId.split(" ")[1]);
  const body = { update: pushed.map((each) => ({ id: idOf(each), stock_quantity: each.quantity })) };
  const answer = await ask(connection, fetch, { method: "POST", path, body }, Updated);
  if (!answer.ok) return answer;
  const answered = new Map(answer.value.update.map((each) => [each.id, each]));
  return accept(
    pushed.flatMap((each) => {
      const of = answered.get(idOf(each));
      if (of && !of.error) return [];
      return [{ sku: each.sku, detail: `WooCommerce answers ${of?.error?.code ?? "nothing"} to it` }];
    }),
  );
}

type Asked = Pick<ApiCall, "method" | "body"> & Readonly<{ path: string }>;

async function ask<Schema extends z.ZodType>(
  { baseUrl, consumerKey, consumerSecret }: Connection,
  fetch: Fetch,
  { path, ...call }: Asked,
  schema: Schema,
): Promise<Result<z.output<Schema>, StorefrontRejection>> {
  const answer = await callApi(fetch, {
    ...call,
    url: `${baseUrl}/wp-json/wc/v3${path}`,
    headers: { authorization: `Basic ${btoa(`${consumerKey}:${consumerSecret}`)}` },
  });
  if (!answer.ok) return answer;
  const read = schema.safeParse(answer.value);
  return read.success ? accept(read.data) : away("WooCommerce answers in a form that is not its own");
}
