/** The route that lists a location's fulfillments. */
import { createRoute, z } from "@hono/zod-openapi";
import { fulfillmentsAt, type ListedFulfillment } from "../storage/fulfillments";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import { problems } from "../../platform/http/problem";
import {
  Instant,
  instantOf,
  jsonAnswer,
  LocalDay,
  PageQuery,
  pageOf,
  Slug,
  toPage,
} from "../../platform/http/schemas";

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
    serviceId: z.string().nullable().openapi({
      description: "The carrier service that it is planned to go with, which the delivery promise relies on.",
    }),
    status: z.enum(STATUSES),
    releaseAt: Instant,
    releasedAt: Instant.nullable(),
    shipByOn: LocalDay.nullable().openapi({
      description: "The day by which it leaves; local to the location.",
    }),
    stopReason: z.string().nullable().openapi({
      description:
        "Why the location is asked to stop and to reject it: the storefront has changed the order.",
    }),
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

const list = createRoute({
  method: "get",
  path: "/v1/fulfillments",
  operationId: "listFulfillments",
  summary: "List a location's fulfillments",
  description: "Those in one status, oldest first. Scope `fulfillments:read`.",
  tags: ["Fulfillments"],
  security: withKey,
  middleware: [requireScope("fulfillments:read")] as const,
  request: {
    query: PageQuery.extend({ locationId: Slug, status: z.enum(STATUSES).default("released") }),
  },
  responses: { 200: jsonAnswer(pageOf("FulfillmentPage", Listed), "A page of fulfillments."), ...problems() },
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
    const cursorOf = ({ releaseAt: at, orderId: order, id: last }: ListedFulfillment) =>
      `${at} ${order} ${last}`;
    return c.json(toPage(pages.flat().toSorted(oldestFirst), limit, cursorOf, listedJson), 200);
  });
}

const oldestFirst = (a: ListedFulfillment, b: ListedFulfillment) =>
  a.releaseAt - b.releaseAt || (a.orderId + a.id < b.orderId + b.id ? -1 : 1);

const listedJson = ({ releaseAt, releasedAt, lines, ...fulfillment }: ListedFulfillment) => ({
  ...fulfillment,
  lines: [...lines],
  releaseAt: instantOf(releaseAt),
  releasedAt: releasedAt === null ? null : instantOf(releasedAt),
});
