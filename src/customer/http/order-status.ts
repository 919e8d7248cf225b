/**
 * Routes of the customer's view of an order, as a page and as JSON. The signed link is the only authorization. A wrong
 * signature is answered like an order that does not exist, without a query.
 */
import { createRoute, z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { isId } from "../../kernel/ids";
import { publicView, type PublicOrder } from "../../orders/domain/order-view";
import { TRACKING_STATUSES } from "../../orders/domain/tracking-status";
import { verifyStatusSignature } from "../../orders/domain/status-link";
import { OrderNotFoundPage, OrderStatusPage } from "../pages/order-status";
import { readWholeOrderWith } from "../../orders/orders";
import type { App, AppEnv, RequestContext } from "../../platform/http/app-types";
import type { ShippingContext } from "../../shipping/context";
import { trackedShipments, trackingOf } from "../../shipping/tracking-of-order";
import { limitPublic } from "../../platform/http/limits";
import { problem, publicProblems } from "../../platform/http/problem";
import { Currency, Instant, instantOf, jsonAnswer, LocalDay } from "../../platform/http/schemas";

const Units = z.int().min(0);
const Minor = z.int().openapi({ description: "In minor units of the order's currency." });

const PublicOrderSchema = z
  .object({
    number: z.string().openapi({ example: "#1002" }),
    placedAt: Instant,
    status: z.enum([
      "being_prepared",
      "waiting_for_stock",
      "partly_sent",
      "on_its_way",
      "delivered",
      "returned",
      "cancelled",
    ]),
    currency: Currency,
    taxIncluded: z.boolean(),
    lines: z.array(
      z.object({
        title: z.string(),
        quantity: Units,
        amountMinor: Minor,
        units: z.array(
          z.object({
            state: z.enum([
              "delivered",
              "on_its_way",
              "sent",
              "being_prepared",
              "waiting_for_stock",
              "returned",
              "cancelled",
            ]),
            quantity: Units,
          }),
        ),
        leavesByOn: LocalDay.nullable().openapi({
          description: "The latest day on which the unshipped units ship.",
        }),
        collectFromOn: LocalDay.nullable().openapi({
          description: "The first day on which units can be collected.",
        }),
        arrivesFromOn: LocalDay.nullable(),
        arrivesByOn: LocalDay.nullable(),
      }),
    ),
    shipments: z.array(
      z.object({
        carrier: z.string().nullable(),
        trackingNumber: z.string().nullable(),
        trackingUrl: z.string().nullable(),
        shippedAt: Instant,
        deliveredAt: Instant.nullable(),
        tracking: z
          .object({
            status: z.enum(TRACKING_STATUSES),
            at: Instant,
            place: z.string().nullable(),
            estimatedAt: Instant.nullable().openapi({ description: "The carrier's estimate." }),
          })
          .nullable()
          .openapi({ description: "Null if the parcel is not tracked here." }),
        lines: z.array(z.object({ title: z.string(), quantity: Units })),
      }),
    ),
    itemsMinor: Minor,
    shippingMinor: Minor,
    taxMinor: Minor,
    totalMinor: Minor,
    paidMinor: Minor,
    refundedMinor: Minor,
    refundDueMinor: Minor,
    destination: z.object({ city: z.string().nullable(), countryCode: z.string().nullable() }),
  })
  .openapi("PublicOrder");

const Link = z.object({
  orderId: z.string().openapi({ example: "ord_1fpyfwhbfj7fhqv53rdc8ygsyv" }),
  signature: z.string().openapi({ description: "The signature in the order's status link." }),
});

/** The link is a secret: answers are not cached, not indexed, and send no referrer to linked pages. */
const confidential = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  c.header("cache-control", "no-store");
  c.header("x-robots-tag", "noindex");
  c.header("referrer-policy", "no-referrer");
});

const publicOrder = createRoute({
  method: "get",
  path: "/v1/public/orders/{orderId}/{signature}",
  operationId: "getPublicOrder",
  tags: ["Customer"],
  summary: "Get an order by its signed link",
  security: [],
  middleware: [confidential, limitPublic] as const,
  request: { params: Link },
  responses: { 200: jsonAnswer(PublicOrderSchema, "The order."), ...publicProblems("not_found") },
});

/** Adds the page `/s/{orderId}/{signature}` and its JSON. Neither needs an API key. */
export function registerPublicOrders(app: App<ShippingContext>): void {
  app.openapi(publicOrder, async (c) => {
    const order = await orderOfLink(c, c.req.valid("param"));
    return order ? c.json(answerOf(order), 200) : problem(c, { code: "not_found" });
  });

  app.get("/s/:orderId/:signature", confidential, limitPublic, async (c) => {
    const order = await orderOfLink(c, c.req.param());
    return order ? c.html(OrderStatusPage({ order })) : c.html(OrderNotFoundPage(), 404);
  });
}

/** One query for a valid signature, none for a wrong one. An archived order is read from the archive. */
async function orderOfLink(
  c: RequestContext<ShippingContext>,
  { orderId, signature }: z.infer<typeof Link>,
): Promise<PublicOrder | null> {
  const { config } = c.var.context;
  if (!isId("ord", orderId) || !verifyStatusSignature(orderId, signature, config.linkSigningKey)) return null;
  const found = await readWholeOrderWith(c.var.context, orderId, trackedShipments);
  return found && publicView(found.order, trackingOf(found.rows));
}

const answerOf = (order: PublicOrder): z.infer<typeof PublicOrderSchema> => ({
  ...order,
  placedAt: instantOf(order.placedAt),
  lines: order.lines.map((line) => ({ ...line, units: [...line.units] })),
  shipments: order.shipments.map((shipment) => ({
    ...shipment,
    shippedAt: instantOf(shipment.shippedAt),
    deliveredAt: shipment.deliveredAt === null ? null : instantOf(shipment.deliveredAt),
    tracking: shipment.tracking && {
      ...shipment.tracking,
      at: instantOf(shipment.tracking.at),
      estimatedAt: shipment.tracking.estimatedAt === null ? null : instantOf(shipment.tracking.estimatedAt),
    },
    lines: [...shipment.lines],
  })),
});
