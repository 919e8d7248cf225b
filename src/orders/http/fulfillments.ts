/** Fulfillments: what a location has to send, and what it says of it. */
import { createRoute, z } from "@hono/zod-openapi";
import { releaseFulfillment } from "../release-fulfillment";
import { deliverShipment } from "../deliver-shipment";
import { rejectFulfillment } from "../reject-fulfillment";
import { shipFulfillment } from "../ship-fulfillment";
import { webLink } from "../domain/order-view";
import type { FulfillmentId, LineId, ShipmentId } from "../../kernel/ids";
import { fulfillmentsAt, type ListedFulfillment } from "../storage/fulfillments";
import type { App, RequestContext } from "../../platform/http/app-types";
import type { OrdersContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { OrderSchema } from "./order-schemas";
import { BODY_PROBLEMS, problems } from "../../platform/http/problem";
import {
  IdempotencyHeader,
  Instant,
  instantOf,
  jsonAnswer,
  jsonBody,
  LocalDay,
  PageQuery,
  pageOf,
  Slug,
  text,
  toPage,
} from "../../platform/http/schemas";
import { changed, onOrder } from "./order-changes";
import { OrderPath } from "./orders";

const STATUSES = [
  "planned",
  "released",
  "picked",
  "packed",
  "shipped",
  "delivered",
  "cancelled",
  "rejected",
] as const;

const Listed = z
  .object({
    id: z.string(),
    orderId: z.string(),
    orderNumber: z.string(),
    locationId: z.string(),
    status: z.enum(STATUSES),
    releaseAt: Instant,
    releasedAt: Instant.nullable(),
    shipByOn: LocalDay.nullable().openapi({ description: "By when it is to leave; local to the location." }),
    lines: z.array(
      z.object({
        lineId: z.string(),
        sku: z.string().nullable(),
        title: z.string(),
        quantity: z.int(),
        shipped: z.int(),
      }),
    ),
  })
  .openapi("Fulfillment");

const FulfillmentPath = OrderPath.extend({ fulfillmentId: z.string() });
const answers = jsonAnswer(OrderSchema, "The order as it is now.");
const writes = { tags: ["Fulfillments"], security: withKey };
const ALWAYS = [
  ...BODY_PROBLEMS,
  "not_found",
  "version_conflict",
  "request_in_progress",
  "idempotency_key_reused",
  "fulfillment_unknown",
  "fulfillment_not_open",
  "fulfillment_not_due",
  "fulfillment_moving",
  "order_on_hold",
  "quantity_not_in_fulfillment",
  "shipment_unknown",
  "delivered_before_shipped",
] as const;

const list = createRoute({
  method: "get",
  path: "/v1/fulfillments",
  operationId: "listFulfillments",
  summary: "List a location's fulfillments",
  description: "In one status, the oldest first. Scope `fulfillments:read`.",
  tags: ["Fulfillments"],
  security: withKey,
  middleware: [requireScope("fulfillments:read")] as const,
  request: {
    query: PageQuery.extend({ locationId: Slug, status: z.enum(STATUSES).default("released") }),
  },
  responses: { 200: jsonAnswer(pageOf(Listed), "A page of fulfillments."), ...problems() },
});

const release = createRoute({
  ...writes,
  middleware: [requireScope("fulfillments:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/fulfillments/{fulfillmentId}/release",
  operationId: "releaseFulfillment",
  summary: "Release a fulfillment to its location",
  description:
    "The sweep does it when it is due; this does it when asked, if it is due. Scope `fulfillments:write`.",
  request: { params: FulfillmentPath, headers: IdempotencyHeader },
  responses: { 200: answers, ...problems(...ALWAYS) },
});

const link = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .refine((url) => webLink(url) !== null, "is not a plain web link");
const Shipping = z
  .strictObject({
    carrier: text(100).nullable().default(null),
    service: text(100).nullable().default(null),
    trackingNumber: text(100).nullable().default(null),
    trackingUrl: link.nullable().default(null),
    lines: z
      .array(z.strictObject({ lineId: z.string(), quantity: z.int().min(1).max(1_000_000) }))
      .min(1)
      .max(500)
      .optional()
      .openapi({ description: "Everything left in it, where absent." }),
    reference: text(100)
      .optional()
      .openapi({ description: "The parcel's own name: the same one again is the same parcel." }),
  })
  .openapi("NewShipment");

const ship = createRoute({
  ...writes,
  middleware: [requireScope("fulfillments:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/fulfillments/{fulfillmentId}/shipments",
  operationId: "shipFulfillment",
  summary: "Ship a parcel",
  description:
    "The parcel is known again by `reference`, or its tracking number, or the Idempotency-Key, in this order: told twice it is one. Scope `fulfillments:write`.",
  request: { params: FulfillmentPath, headers: IdempotencyHeader, body: jsonBody(Shipping) },
  responses: { 200: answers, ...problems(...ALWAYS) },
});

const reject = createRoute({
  ...writes,
  middleware: [requireScope("fulfillments:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/fulfillments/{fulfillmentId}/rejections",
  operationId: "rejectFulfillment",
  summary: "Reject a fulfillment",
  description:
    "The location will not send it: its units are sourced elsewhere. `damaged` takes them off the location's stock; `out_of_stock` takes off whatever is free there, too, as none was found. Scope `fulfillments:write`.",
  request: {
    params: FulfillmentPath,
    headers: IdempotencyHeader,
    body: jsonBody(
      z
        .strictObject({
          reason: z.enum(["out_of_stock", "damaged", "too_busy", "closed", "other"]),
          note: text(500).nullable().default(null).openapi({ description: "In the location's own words." }),
        })
        .openapi("Rejection"),
    ),
  },
  responses: { 200: answers, ...problems(...ALWAYS) },
});

const deliver = createRoute({
  ...writes,
  middleware: [requireScope("fulfillments:write"), idempotent] as const,
  method: "post",
  path: "/v1/orders/{orderId}/shipments/{shipmentId}/deliveries",
  operationId: "deliverShipment",
  summary: "Say that a parcel arrived",
  description: "Scope `fulfillments:write`.",
  request: {
    params: OrderPath.extend({ shipmentId: z.string() }),
    headers: IdempotencyHeader,
    body: jsonBody(z.strictObject({ deliveredAt: Instant.optional() }).openapi("Delivery")),
  },
  responses: { 200: answers, ...problems(...ALWAYS) },
});

export function registerFulfillments(app: App<OrdersContext>): void {
  app.openapi(list, async (c) => {
    const { locationId, status, limit, cursor } = c.req.valid("query");
    const [releaseAt, orderId = "", id = ""] = cursor.split(" ");
    const after = cursor === "" ? null : { releaseAt: Number(releaseAt), orderId, id };
    const pages = await Promise.all(
      c.var.context.databases.allOrders.map((db) =>
        fulfillmentsAt(db, { locationId, status, after, limit: limit + 1 }),
      ),
    );
    const place = (part: ListedFulfillment) => `${part.releaseAt} ${part.orderId} ${part.id}`;
    return c.json(toPage(pages.flat().toSorted(oldestFirst), limit, place, listedJson), 200);
  });

  app.openapi(release, async (c) => {
    const id = fulfillmentIn(c);
    return changed(c, await onOrder(c, (context, orderId) => releaseFulfillment(context, orderId, id)));
  });

  app.openapi(ship, async (c) => {
    const { lines, reference, ...label } = c.req.valid("json");
    const known = reference ?? label.trackingNumber ?? c.req.valid("header")["idempotency-key"];
    const parcel = { ...label, reference: known ?? c.var.requestId };
    const units = lines?.map(({ lineId, quantity }) => ({ lineId: lineId as LineId, quantity })) ?? "all";
    const fulfillmentId = fulfillmentIn(c);
    return changed(
      c,
      await onOrder(c, (context, orderId) =>
        shipFulfillment(context, orderId, { fulfillmentId, units, parcel }),
      ),
    );
  });

  app.openapi(reject, async (c) => {
    const refusal = { ...c.req.valid("json"), fulfillmentId: fulfillmentIn(c) };
    return changed(c, await onOrder(c, (context, orderId) => rejectFulfillment(context, orderId, refusal)));
  });

  app.openapi(deliver, async (c) => {
    const shipmentId = c.req.valid("param").shipmentId as ShipmentId;
    const { deliveredAt } = c.req.valid("json");
    return changed(
      c,
      await onOrder(c, (context, orderId) => {
        const at = deliveredAt === undefined ? context.now() : Date.parse(deliveredAt);
        return deliverShipment(context, orderId, shipmentId, at);
      }),
    );
  });
}

const fulfillmentIn = (c: RequestContext) => c.req.param("fulfillmentId") as FulfillmentId;

const oldestFirst = (a: ListedFulfillment, b: ListedFulfillment) =>
  a.releaseAt - b.releaseAt || (a.orderId + a.id < b.orderId + b.id ? -1 : 1);

const listedJson = ({ releaseAt, releasedAt, lines, ...part }: ListedFulfillment) => ({
  ...part,
  lines: [...lines],
  releaseAt: instantOf(releaseAt),
  releasedAt: releasedAt === null ? null : instantOf(releasedAt),
});
