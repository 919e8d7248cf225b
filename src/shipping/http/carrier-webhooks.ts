/** Callbacks of carriers. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ShippingContext } from "../context";
import { receiveCarrierWebhook } from "../receive-carrier-webhook";
import type { App } from "../../platform/http/app-types";
import { limitCallbacks } from "../../platform/http/limits";
import { problem, publicProblems } from "../../platform/http/problem";
import { readAtMost } from "../../platform/http/read-at-most";
import { jsonAnswer } from "../../platform/http/schemas";

const MAX_BYTES = 1024 * 1024;

const Received = z
  .object({
    outcome: z.enum(["recorded", "ignored"]),
    orderId: z.string().nullable(),
    shipmentId: z.string().nullable(),
  })
  .openapi("CarrierCallbackOutcome");

const receive = createRoute({
  method: "post",
  path: "/v1/webhooks/carriers/{carrier}",
  operationId: "receiveCarrierWebhook",
  summary: "Receive a carrier's callback",
  description:
    "The signature is verified over the raw bytes. Callbacks may come in any sequence and more than once. A callback about a parcel without a label of ours is ignored. An unknown carrier is answered like a wrong signature.",
  tags: ["Webhooks"],
  security: [],
  middleware: [limitCallbacks] as const,
  request: { params: z.object({ carrier: z.string().max(50) }) },
  responses: {
    200: jsonAnswer(Received, "Recorded, or nothing to do."),
    ...publicProblems("invalid_signature", "payload_too_large", "version_conflict"),
  },
});

export function registerCarrierWebhooks(app: App<ShippingContext>): void {
  app.openapi(receive, async (c) => {
    const { headers, body: stream } = c.req.raw;
    const body = await readAtMost(stream, MAX_BYTES);
    if (body === null) return problem(c, { code: "payload_too_large", maxBytes: MAX_BYTES });
    const { carrier } = c.req.valid("param");
    const received = await receiveCarrierWebhook(c.var.context, carrier, { headers, body });
    return received.ok ? c.json(received.value, 200) : problem(c, received.rejection);
  });
}
