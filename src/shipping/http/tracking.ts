/** The routes of a parcel's tracking. */
import { createRoute } from "@hono/zod-openapi";
import type { ShippingContext } from "../context";
import { currentLabel } from "../find-labels";
import { labelToPoll, pollTracking } from "../poll-tracking";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { problem, problems } from "../../platform/http/problem";
import { jsonAnswer } from "../../platform/http/schemas";
import { trackingJson, TrackingSchema } from "./label-schemas";
import { ShipmentPath } from "./shipments";

const get = createRoute({
  method: "get",
  path: "/v1/shipments/{shipmentId}/tracking",
  operationId: "getTracking",
  summary: "Get where a parcel is",
  description:
    "From the carrier's callbacks and from asking it. `exception` also stands for a parcel without a scan for five days. Only parcels with a label that was bought here are tracked. Scope `fulfillments:read`.",
  tags: ["Labels"],
  security: withKey,
  middleware: [requireScope("fulfillments:read")] as const,
  request: { params: ShipmentPath },
  responses: { 200: jsonAnswer(TrackingSchema, "The tracking."), ...problems("not_found") },
});

const refresh = createRoute({
  method: "post",
  path: "/v1/shipments/{shipmentId}/tracking/refresh",
  operationId: "refreshTracking",
  summary: "Ask the carrier where a parcel is",
  description: "Scope `fulfillments:write`.",
  tags: ["Labels"],
  security: withKey,
  middleware: [requireScope("fulfillments:write")] as const,
  request: { params: ShipmentPath },
  responses: {
    200: jsonAnswer(TrackingSchema, "The tracking."),
    ...problems("not_found", "label_not_bought", "carrier_unavailable", "version_conflict"),
  },
});

export function registerTracking(app: App<ShippingContext>): void {
  app.openapi(get, async (c) => {
    const label = await currentLabel(c.var.context, c.req.valid("param").shipmentId);
    return label ? c.json(trackingJson(label, label.tracking), 200) : problem(c, { code: "not_found" });
  });

  app.openapi(refresh, async (c) => {
    const found = await currentLabel(c.var.context, c.req.valid("param").shipmentId);
    if (found === null) return problem(c, { code: "not_found" });
    const label = labelToPoll(found);
    if (!label.ok) return problem(c, label.rejection);
    const polled = await pollTracking(c.var.context, label.value);
    return polled.ok
      ? c.json(trackingJson(polled.value, polled.value.tracking), 200)
      : problem(c, polled.rejection);
  });
}
