/** WooCommerce's REST API: the site that has `/wp-json/wc/v3` under it, on any host, and a pair of keys. */
import { TOKEN, type Connection, type ConnectionRules } from "../domain/connection-rules";

type CredentialName = "consumerKey" | "consumerSecret";
export type WooCommerceConnection = Connection<CredentialName>;

export const wooCommerceConnection: ConnectionRules<CredentialName> = {
  baseUrlForm: "the site's address",
  baseUrlPattern: null,
  credentials: { consumerKey: TOKEN, consumerSecret: TOKEN },
};
