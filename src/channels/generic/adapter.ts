/** Any shop that sends canonical orders with a Standard Webhooks signature. It has no API that we call. */
import { standardWebhookSecretFault, verifyStandardWebhook } from "../shared/signatures";
import { defineStorefront } from "../storefront-adapter";
import { readGenericCallback } from "./callback";

export const generic = defineStorefront({
  kind: "generic",
  secretFault: standardWebhookSecretFault,
  verify: verifyStandardWebhook,
  read: readGenericCallback,
  acceptsRefusals: true,
  api: null,
});
