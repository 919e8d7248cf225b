/** Shopify: callbacks hold whole orders. Orders are read back by the REST Admin API, stock is set by the GraphQL one. */
import { isSignedByAny, signBase64, textSecretFault } from "../shared/signatures";
import { defineStorefront } from "../storefront-adapter";
import { readShopifyCallback } from "./callback";
import { shopifyConnection } from "./connection";
import { createChangeLister, createOrderFetcher } from "./orders";
import { createShopifyStock } from "./stock";

export const shopify = defineStorefront({
  kind: "shopify",
  secretFault: textSecretFault,
  verify: ({ headers, body }, secrets) =>
    isSignedByAny([headers.get("x-shopify-hmac-sha256")], secrets, (secret) => signBase64(secret, body)),
  read: readShopifyCallback,
  acceptsRefusals: false,
  api: {
    connection: shopifyConnection,
    stock: createShopifyStock,
    fetchOrder: createOrderFetcher,
    listChanged: createChangeLister,
  },
});
