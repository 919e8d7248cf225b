/** The routes by which a location handles its fulfillments: release, ship, reject, deliver. */
import { createRoute, z } from "@hono/zod-openapi";
import type { OrdersContext } from "../context";
import { deliverShipment } from "../deliver-shipment";
import { webLink } from "../domain/web-link";
import { rejectFulfillment } from "../reject-fulfillment";
import { releaseFulfillment } from "../release-fulfillment";
import { shipFulfillment } from "../ship-fulfillment";
import {
  compositeKey,
  idFromBytes,
  type FulfillmentId,
  type LineId,
  type ShipmentId,
} from "../../kernel/ids";
import { requireScope } from "../../platform/auth/require-scope";
import type { App, RequestContext } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { problems } from "../../platform/http/problem";
import { IdempotencyHeader, Instant, jsonBody, text } from "../../platform/http/schemas";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { OrderPath } from "./order-schemas";
import { answerOrder, CHANGE_PROBLEMS, changedOrderAnswer, runOrderCommand } from "./run-order-command";

const FulfillmentPath = OrderPath.extend({ fulfillmentId: z.string() });

const changesFulfillment = { tags: ["Fulfillments"], security: withKey };

const responses = {
  200: changedOrderAnswer,
  ...problems(
    ...CHANGE_PROBLEMS,
    "fulfillment_unknown",
    "fulfillment_not_open",
    "fulfillment_not_due",
    "fulfillment_moving",
    "order_on_hold",
    "quantity_not_in_fulfillment",
    "parcel_reused",
    "shipment_unknown",
    "delivered_before_shipped",
  ),
};

const release = createRoute({
  ...changesFulfillment,
  middleware: [requireScope("fulfillments:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/fulfillments/{fulfillmentId}/release",
  operationId: "releaseFulfillment",
  summary: "Release a fulfillment to its location",
  description:
    "The sweep releases fulfillments that are due. This route releases one at once, if it is due. Scope `fulfillments:write`.",
  request: { params: FulfillmentPath, headers: IdempotencyHeader },
  responses,
});

const TrackingUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .refine((url) => webLink(url) !== null, "is not an http or https URL without credentials");
const NewShipment = z
  .strictObject({
    carrier: text(100).nullable().default(null),
    service: text(100).nullable().default(null),
    trackingNumber: text(100).nullable().default(null),
    trackingUrl: TrackingUrl.nullable().default(null),
    lines: z
      .array(z.strictObject({ lineId: z.string(), quantity: z.int().min(1).max(1_000_000) }))
      .min(1)
      .max(500)
      .optional()
      .openapi({ description: "Default: all units that are left." }),
    reference: text(100).optional().openapi({
      description: "Identifies the parcel: a repeat with the same reference is the same parcel.",
    }),
  })
  .openapi("NewShipment");

const ship = createRoute({
  ...changesFulfillment,
  middleware: [requireScope("fulfillments:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/fulfillments/{fulfillmentId}/shipments",
  operationId: "shipFulfillment",
  summary: "Ship units of a fulfillment",
  description:
    "Creates a shipment. The first of `reference`, the Idempotency-Key and `trackingNumber` identifies the parcel: a repeat creates no second one, and is refused if it names other units. Without any of them each request is a parcel of its own. Scope `fulfillments:write`.",
  request: { params: FulfillmentPath, headers: IdempotencyHeader, body: jsonBody(NewShipment) },
  responses,
});

const reject = createRoute({
  ...changesFulfillment,
  middleware: [requireScope("fulfillments:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/fulfillments/{fulfillmentId}/rejections",
  operationId: "rejectFulfillment",
  summary: "Reject a fulfillment",
  description:
    "The location will not send it, and its units are sourced elsewhere. `damaged` removes them from the location's stock. `out_of_stock` also removes the units that are available there, because none was found. Scope `fulfillments:write`.",
  request: {
    params: FulfillmentPath,
    headers: IdempotencyHeader,
    body: jsonBody(
      z
        .strictObject({
          reason: z.enum(["out_of_stock", "damaged", "too_busy", "closed", "other"]),
          note: text(500).nullable().default(null).openapi({ description: "The location's explanation." }),
        })
        .openapi("Rejection"),
    ),
  },
  responses,
});

const deliver = createRoute({
  ...changesFulfillment,
  middleware: [requireScope("fulfillments:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/shipments/{shipmentId}/deliveries",
  operationId: "deliverShipment",
  summary: "Mark a shipment delivered",
  description: "`deliveredAt` defaults to now. Scope `fulfillments:write`.",
  request: {
    params: OrderPath.extend({ shipmentId: z.string() }),
    headers: IdempotencyHeader,
    body: jsonBody(z.strictObject({ deliveredAt: Instant.optional() }).openapi("Delivery")),
  },
  responses,
});

export function registerFulfillmentChanges(app: App<OrdersContext>): void {
  app.openapi(release, async (c) => {
    const id = fulfillmentIdIn(c);
    return answerOrder(
      c,
      await runOrderCommand(c, (context, orderId) => releaseFulfillment(context, orderId, id)),
    );
  });

  app.openapi(ship, async (c) => {
    const { lines, reference, ...label } = c.req.valid("json");
    const idempotencyKey = c.req.valid("header")["idempotency-key"];
    const parcel = { ...label, reference: parcelReference(c, { reference, ...label, idempotencyKey }) };
    const units = lines?.map(({ lineId, quantity }) => ({ lineId: lineId as LineId, quantity })) ?? "all";
    const fulfillmentId = fulfillmentIdIn(c);
    return answerOrder(
      c,
      await runOrderCommand(c, (context, orderId) =>
        shipFulfillment(context, orderId, { fulfillmentId, units, parcel }),
      ),
    );
  });

  app.openapi(reject, async (c) => {
    const refusal = { ...c.req.valid("json"), fulfillmentId: fulfillmentIdIn(c) };
    return answerOrder(
      c,
      await runOrderCommand(c, (context, orderId) => rejectFulfillment(context, orderId, refusal)),
    );
  });

  app.openapi(deliver, async (c) => {
    const shipmentId = c.req.valid("param").shipmentId as ShipmentId;
    const { deliveredAt } = c.req.valid("json");
    return answerOrder(
      c,
      await runOrderCommand(c, (context, orderId) => {
        const at = deliveredAt === undefined ? context.now() : Date.parse(deliveredAt);
        return deliverShipment(context, orderId, shipmentId, at);
      }),
    );
  });
}

type ParcelIdentity = Readonly<{
  reference: string | undefined;
  trackingNumber: string | null;
  idempotencyKey: string | undefined;
}>;

/**
 * What identifies the parcel. Each kind has a namespace of its own. A request that gives none is a parcel of its own: an
 * `X-Request-Id` names a trace, and several parcels may be sent in one.
 */
function parcelReference(
  c: RequestContext<OrdersContext>,
  { reference, trackingNumber, idempotencyKey }: ParcelIdentity,
): string {
  if (reference !== undefined) return compositeKey("reference", reference);
  if (idempotencyKey !== undefined) return compositeKey("key", c.var.apiKey.id, idempotencyKey);
  if (trackingNumber !== null) return compositeKey("tracking", trackingNumber);
  return compositeKey("request", idFromBytes("shp", c.var.context.randomBytes(17)));
}

const fulfillmentIdIn = (c: RequestContext) => c.req.param("fulfillmentId") as FulfillmentId;
