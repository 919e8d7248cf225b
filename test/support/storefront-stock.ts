/**
 * A stub of the storefronts' stock APIs, as their documentation describes them: Shopify's GraphQL Admin API from 2026-04
 * on, WooCommerce's REST API v3 and BigCommerce's Inventory API. It chooses the API by the host, and enforces its rules:
 * credentials, size of a call, idempotency keys, and Shopify's comparison with the quantity before.
 */
export type Shown = { sku: string; id: number; product: number; quantity: number; counted: boolean };

export const CREDENTIALS = {
  shopify: { accessToken: "shpat_0123456789abcdef", apiVersion: "2026-10" },
  woocommerce: { consumerKey: "ck_0123456789abcdef", consumerSecret: "cs_0123456789abcdef" },
  bigcommerce: { accessToken: "bc_0123456789abcdef" },
} as const;

export const BASE_URLS = {
  shopify: "https://stub.myshopify.com",
  woocommerce: "https://shop.example.com",
  bigcommerce: "https://api.bigcommerce.com/stores/stub123",
} as const;

type ShopifyQuantity = Readonly<{
  inventoryItemId: string;
  quantity: number;
  changeFromQuantity?: number | null;
}>;
type Body = Readonly<{
  query: string;
  variables: Readonly<{
    query?: string;
    most?: number;
    after?: string | null;
    key?: string;
    input?: { quantities: readonly ShopifyQuantity[] };
  }>;
  items: readonly Readonly<{ variant_id?: number; product_id?: number; quantity: number }>[];
  update: readonly Readonly<{ id: number; stock_quantity: number }>[];
}>;

/** Added to a product's id, it is the id of the base variant of a product without variants. */
const BASE_VARIANTS = 900_000;
const LOCATION = "gid://shopify/Location/1";

export class StorefrontStub {
  readonly items: Shown[] = [];
  readonly calls: string[] = [];
  readonly #answers = new Map<string, unknown>();

  put(sku: string, quantity: number, over: Partial<Shown> = {}): Shown {
    const item = { sku, id: 1_000 + this.items.length, product: 0, quantity, counted: true, ...over };
    this.items.push(item);
    return item;
  }

  shows(sku: string): number | undefined {
    return this.items.find((item) => item.sku === sku)?.quantity;
  }

  async answer(input: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(input);
    const headers = new Headers(init.headers);
    const body: Body = JSON.parse(typeof init.body === "string" ? init.body : "{}");
    this.calls.push(`${init.method ?? "GET"} ${url.pathname}`);
    if (url.hostname.endsWith(".myshopify.com")) {
      if (headers.get("x-shopify-access-token") !== CREDENTIALS.shopify.accessToken) return unauthorized();
      return Response.json(this.#shopify(body));
    }
    if (url.hostname === "api.bigcommerce.com") {
      if (headers.get("x-auth-token") !== CREDENTIALS.bigcommerce.accessToken) return unauthorized();
      return this.#bigCommerce(url, body);
    }
    const { consumerKey, consumerSecret } = CREDENTIALS.woocommerce;
    if (headers.get("authorization") !== `Basic ${btoa(`${consumerKey}:${consumerSecret}`)}`) {
      return unauthorized();
    }
    return this.#wooCommerce(url, body);
  }

  #shopify({ query, variables }: Pick<Body, "query" | "variables">): unknown {
    if (query.includes("location { id }")) return { data: { location: { id: LOCATION } } };
    if (query.includes("inventoryItems(")) {
      const wanted = [...String(variables.query).matchAll(/sku:"((?:[^"\\]|\\.)*)"/g)].map(([, sku]) =>
        sku!.replaceAll(/\\(.)/g, "$1").toLowerCase(),
      );
      const alike = this.items.filter(({ sku }) =>
        wanted.some((start) => sku.toLowerCase().startsWith(start)),
      );
      const from = Number(variables.after ?? 0);
      const to = from + (variables.most ?? 0);
      const pageInfo = { hasNextPage: to < alike.length, endCursor: String(to) };
      const nodes = alike.slice(from, to).map(({ sku, id, quantity, counted }) => ({
        id: `gid://shopify/InventoryItem/${id}`,
        sku,
        tracked: counted,
        inventoryLevel: { quantities: [{ quantity }] },
      }));
      return { data: { inventoryItems: { nodes, pageInfo } } };
    }
    if (!/@idempotent\(key: \$key\)/.test(query) || !variables.key) {
      return { errors: [{ message: "missing", extensions: { code: "BAD_REQUEST" } }] };
    }
    const known = this.#answers.get(variables.key);
    if (known !== undefined) return known;
    const answer = {
      data: { inventorySetQuantities: { userErrors: this.#set(variables.input?.quantities ?? []) } },
    };
    this.#answers.set(variables.key, answer);
    return answer;
  }

  /** Sets all quantities, or none. Returns the errors. */
  #set(quantities: readonly ShopifyQuantity[]): unknown[] {
    if (quantities.length > 250)
      return [{ code: "INVALID_QUANTITY_TOO_MANY", field: ["input"], message: "" }];
    const found = quantities.map(({ inventoryItemId }) =>
      this.items.find(({ id }) => inventoryItemId === `gid://shopify/InventoryItem/${id}`),
    );
    const errors = quantities.flatMap((pushed, i) => {
      const field = ["input", "quantities", String(i)];
      if (!("changeFromQuantity" in pushed))
        return [{ code: "CHANGE_FROM_QUANTITY_REQUIRED", field, message: "" }];
      if (!found[i]) return [{ code: "INVALID_INVENTORY_ITEM", field, message: "" }];
      const stale = pushed.changeFromQuantity !== null && pushed.changeFromQuantity !== found[i].quantity;
      return stale ? [{ code: "CHANGE_FROM_QUANTITY_STALE", field, message: "" }] : [];
    });
    if (errors.length === 0) {
      for (const [i, item] of found.entries()) item!.quantity = quantities[i]!.quantity;
    }
    return errors;
  }

  #bigCommerce(url: URL, body: Body): Response {
    if (url.pathname.endsWith("/v3/inventory/items")) {
      const wanted = (url.searchParams.get("sku:in") ?? "").split(",");
      const data = this.items
        .filter(({ sku }) => wanted.includes(sku))
        .map(({ sku, id, product, quantity }) => ({
          identity: product
            ? { sku, variant_id: id, product_id: product, sku_id: id + 7 }
            : { sku, variant_id: id + BASE_VARIANTS, product_id: id, sku_id: null },
          locations: [{ location_id: 1, available_to_sell: quantity, total_inventory_onhand: quantity }],
        }));
      return Response.json({ data, meta: {} });
    }
    // A product without variants must be named by its product id, a variant by its variant id.
    const pushed = body.items.map((item) => ({
      item: this.items.find(({ id, product }) => id === (product ? item.variant_id : item.product_id)),
      quantity: item.quantity,
    }));
    if (pushed.length > 2_000 || pushed.some(({ item }) => !item)) {
      return Response.json({ status: 422, title: "invalid", errors: {} }, { status: 422 });
    }
    for (const { item, quantity } of pushed) item!.quantity = quantity;
    return Response.json({ transaction_id: "t-1" });
  }

  #wooCommerce(url: URL, body: Body): Response {
    const path = url.pathname.replace("/wp-json/wc/v3", "");
    if (path === "/products") {
      const wanted = (url.searchParams.get("sku") ?? "").split(",");
      return Response.json(
        this.items
          .filter(({ sku }) => wanted.includes(sku))
          .map(({ sku, id, product, quantity, counted }) => ({
            id,
            parent_id: product,
            sku,
            manage_stock: counted,
            stock_quantity: counted ? quantity : null,
          })),
      );
    }
    if (body.update.length > 100) return Response.json({ code: "too_large" }, { status: 413 });
    const product = Number(/^\/products\/(\d+)\/variations\/batch$/.exec(path)?.[1] ?? 0);
    const update = body.update.map(({ id, stock_quantity }) => {
      const item = this.items.find((each) => each.id === id && each.product === product);
      if (!item) return { id, error: { code: "woocommerce_rest_product_invalid_id" } };
      item.quantity = stock_quantity;
      return { id, stock_quantity };
    });
    return Response.json({ update });
  }
}

const unauthorized = () => Response.json({ errors: "invalid credentials" }, { status: 401 });
