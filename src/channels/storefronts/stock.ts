/** The stock of a storefront, by the kind of its connection. */
import type { ConnectStock } from "../ports";
import { createBigCommerceStock } from "../bigcommerce/stock";
import { createShopifyStock } from "../shopify/stock";
import { createWooCommerceStock } from "../woocommerce/stock";

export const stockConnector =
  (fetch: typeof globalThis.fetch): ConnectStock =>
  (connection) => {
    switch (connection.kind) {
      case "shopify":
        return createShopifyStock(connection, fetch);
      case "woocommerce":
        return createWooCommerceStock(connection, fetch);
      case "bigcommerce":
        return createBigCommerceStock(connection, fetch);
    }
  };
