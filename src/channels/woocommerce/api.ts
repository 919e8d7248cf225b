/** The address and credentials of WooCommerce's REST API v3. */
import type { WooCommerceConnection } from "./connection";

export const apiOf = ({ baseUrl, consumerKey, consumerSecret }: WooCommerceConnection) => ({
  name: "WooCommerce",
  baseUrl: `${baseUrl}/wp-json/wc/v3`,
  headers: { authorization: `Basic ${btoa(`${consumerKey}:${consumerSecret}`)}` },
});
