/** The API's description, OpenAPI 3.1, made from the schemas that validate. */
import { SCOPES } from "../auth/api-keys";
import type { App } from "./app-types";

const scopes = Object.entries(SCOPES).map(([scope, meaning]) => `- \`${scope}\`: ${meaning}.`);

/** For `security` of a route, whose description ends with the one scope it takes: "Scope `orders:read`." */
export const withKey = [{ apiKey: [] }];

const TAGS = {
  Orders: "What customers bought: placed, held, changed, cancelled.",
  Fulfillments: "The lines of an order to be sent from one location.",
  Stock: "Units on hand, and what moves them.",
  Checkout: "Availability, and holds on stock before payment.",
  Reference: "SKUs, locations, channels and carriers' services.",
  Sourcing: "Where orders are sent from, and why.",
  Books: "The journal, reconciliations and reports.",
  Webhooks: "Callbacks of storefronts.",
  Customer: "What a customer sees by a signed link.",
  Operations: "API keys, dead letters, health.",
} as const;

export type Tag = keyof typeof TAGS;

/** The document as it is served at /openapi.json. `publicUrl` has no slash at its end. */
export const openApiDocument = (app: Pick<App, "getOpenAPI31Document">, publicUrl: string) =>
  app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Aftercart",
      version: "1.0.0",
      description: [
        "Order management for everything that happens after checkout.",
        "Quantities are integers. Amounts are integers in the currency's minor unit (`amountMinor`).",
        "Times are ISO 8601 in UTC. Refusals are RFC 9457 problems with a stable `code`.",
        "Lists are pages: pass `nextCursor` of one as `cursor` for the next.",
        "Writes take an `Idempotency-Key`.",
      ].join("\n"),
      contact: { name: "Aftercart", url: publicUrl },
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: publicUrl }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });

/** Registers what the document's routes refer to. */
export function registerSecurity(app: App): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description: ["An API key with the scope that the operation names.", "", ...scopes].join("\n"),
  });
}
