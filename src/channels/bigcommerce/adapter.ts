/** BigCommerce: callbacks only name the order that changed. Orders are fetched, and stock is set, by the REST API. */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { textSecretFault, verifyStandardWebhook } from "../shared/signatures";
import { defineStorefront } from "../storefront-adapter";
import { readBigCommerceCallback } from "./callback";
import { bigCommerceConnection } from "./connection";
import { createOrderFetcher } from "./fetch-order";
import { createChangeLister } from "./list-changed";
import { createBigCommerceStock } from "./stock";

export const bigCommerce = defineStorefront({
  kind: "bigcommerce",
  secretFault: textSecretFault,
  // The secret is the client secret of the app or API account that made the webhook. Its text is the key as it is.
  verify: (callback, secrets, now) => verifyStandardWebhook(callback, secrets, now, utf8ToBytes),
  read: readBigCommerceCallback,
  acceptsRefusals: false,
  api: {
    connection: bigCommerceConnection,
    stock: createBigCommerceStock,
    fetchOrder: createOrderFetcher,
    listChanged: createChangeLister,
  },
});
