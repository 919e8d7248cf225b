/** The address and credentials of BigCommerce's REST API, which has versions under the store's address. */
import type { BigCommerceConnection } from "./connection";

export const apiOf = ({ baseUrl, accessToken }: BigCommerceConnection) => ({
  name: "BigCommerce",
  baseUrl,
  headers: { "x-auth-token": accessToken },
});
