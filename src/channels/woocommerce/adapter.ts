/** WooCommerce: callbacks hold whole orders, and stock is set by the REST API. */
import { isSignedByAny, signBase64, textSecretFault } from "../shared/signatures";
import { defineStorefront } from "../storefront-adapter";
import { isWooCommercePing, readWooCommerceCallback } from "./callback";
import { wooCommerceConnection } from "./connection";
import { createOrderFetcher } from "./fetch-order";
import { createChangeLister } from "./list-changed";
import { createWooCommerceStock } from "./stock";

export const wooCommerce = defineStorefront({
  kind: "woocommerce",
  secretFault: textSecretFault,
  verify: ({ headers, body }, secrets) =>
    isSignedByAny([headers.get("x-wc-webhook-signature")], secrets, (secret) => signBase64(secret, body)),
  isPing: isWooCommercePing,
  read: readWooCommerceCallback,
  acceptsRefusals: false,
  api: {
    connection: wooCommerceConnection,
    stock: createWooCommerceStock,
    fetchOrder: createOrderFetcher,
    listChanged: createChangeLister,
  },
});
