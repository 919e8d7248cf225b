/** Shopify's Admin API: its address, token and version. */
import { TOKEN, type Connection, type ConnectionRules } from "../domain/connection-rules";

type CredentialName = "accessToken" | "apiVersion";
export type ShopifyConnection = Connection<CredentialName>;

export const shopifyConnection: ConnectionRules<CredentialName> = {
  baseUrlForm: "https://{shop}.myshopify.com",
  baseUrlPattern: /^https:\/\/[a-z0-9][a-z0-9-]*\.myshopify\.com$/,
  credentials: {
    accessToken: TOKEN,
    apiVersion: {
      pattern: /^(?:20\d\d-(?:01|04|07|10)|unstable)$/,
      message: "is not a version, such as 2026-10",
    },
  },
};
