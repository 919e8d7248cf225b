/** BigCommerce's REST API: the store's address without a version, as its APIs have different ones, and a token. */
import { TOKEN, type Connection, type ConnectionRules } from "../domain/connection-rules";

type CredentialName = "accessToken";
export type BigCommerceConnection = Connection<CredentialName>;

export const bigCommerceConnection: ConnectionRules<CredentialName> = {
  baseUrlForm: "https://api.bigcommerce.com/stores/{hash}",
  baseUrlPattern: /^https:\/\/api\.bigcommerce\.com\/stores\/[a-z0-9]+$/,
  credentials: { accessToken: TOKEN },
};
