/** The API's description in OpenAPI 3.1, generated from the schemas that validate requests. */
import { SCOPES } from "../auth/api-keys";
import type { App } from "./app-types";
import { withNullableReferences } from "./nullable-references";

const scopes = Object.entries(SCOPES).map(([scope, meaning]) => `- \`${scope}\`: ${meaning}.`);

/** For `security` of a route. The route's description ends with its scope, such as "Scope `orders:read`." */
export const withKey = [{ apiKey: [] }];

const TAGS = {
  Orders: "Orders: place, hold, change and cancel them.",
  Fulfillments: "The units of an order that one location ships.",
  Labels: "Labels for parcels, bought from carriers, and where the parcels are.",
  Stock: "Units on hand, and movements of them.",
  Checkout: "Availability, and reservations of stock before payment.",
  Reference: "SKUs, locations, channels and carrier services.",
  Sourcing: "Which locations ship an order, and why.",
  Books: "Journal, reconciliations and reports.",
  Webhooks: "Callbacks from storefronts.",
  Customer:
    "The view of an order that its customer opens by a signed link; requests to erase or export a customer's data.",
  Operations: "API keys, dead letters, health.",
} as const;

/** The document of `/openapi.json`. @param publicUrl without a slash at the end. */
export const openApiDocument = (app: Pick<App, "getOpenAPI31Document">, publicUrl: string) =>
  withNullableReferences(
    app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "Aftercart",
        version: "1.0.0",
        description: [
          "Order management for everything that happens after checkout.",
          "Quantities are integers. Amounts are integers in the currency's minor unit (`amountMinor`).",
          "Times are ISO 8601 in UTC. Errors are RFC 9457 problems with a stable `code`.",
          "Lists are paged: pass `nextCursor` of a page as `cursor` to get the next page.",
          "Writes that have the header `Idempotency-Key` can be retried safely. Others have the same effect if repeated, except `createApiKey`: its answer is a secret, which is not kept.",
        ].join("\n"),
        contact: { name: "Aftercart", url: publicUrl },
        license: { name: "MIT", url: "https://opensource.org/license/mit" },
      },
      servers: [{ url: publicUrl }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    }),
  );

/** Registers the security scheme that the routes refer to. */
export function registerSecurity(app: App): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description: ["An API key with the scope that the operation requires.", "", ...scopes].join("\n"),
  });
}
