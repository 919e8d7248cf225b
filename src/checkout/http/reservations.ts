/** A checkout's hold on stock: asked for before payment, taken over by the order, or let go of. */
import { createRoute, z } from "@hono/zod-openapi";
import { reserveStock } from "../reserve-stock";
import { releaseReservation } from "../release-reservation";
import { isId } from "../../kernel/ids";
import type { LinePromise } from "../../promises/domain/promise";
import { reservationById, type Reservation } from "../storage/reservations";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../../orders/context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  CountryCode,
  IdempotencyHeader,
  Instant,
  instantOf,
  jsonAnswer,
  jsonBody,
  LocalDay,
  Quantity,
  SkuCode,
  Slug,
  text,
} from "../../platform/http/schemas";

const LONGEST_HOLD_SECONDS = 3_600;
const MAX_LINES = 100;

const ShipTo = z.strictObject({
  countryCode: CountryCode,
  region: text(100).nullable().default(null),
  postalCode: text(20).nullable().default(null),
  latitude: z.number().min(-90).max(90).nullable().default(null),
  longitude: z.number().min(-180).max(180).nullable().default(null),
});

const ReservationInput = z
  .strictObject({
    channelId: Slug,
    token: text(255).nullable().default(null).openapi({
      description:
        "The cart or checkout token. The same token again changes and extends the same reservation.",
    }),
    lines: z
      .array(z.strictObject({ sku: SkuCode, quantity: Quantity }))
      .min(1)
      .max(MAX_LINES),
    shipTo: ShipTo.nullable().default(null),
    ttlSeconds: z.int().min(1).max(LONGEST_HOLD_SECONDS).optional(),
  })
  .openapi("ReservationInput");

const ReservationSchema = z
  .object({
    id: z.string(),
    channelId: z.string(),
    status: z.enum(["held", "voided", "expired"]),
    expiresAt: Instant,
    lines: z.array(
      z.object({
        sku: z.string(),
        quantity: z.int(),
        allocated: z.array(z.object({ locationId: z.string(), quantity: z.int() })),
        backordered: z.int().openapi({ description: "Taken without stock, as the SKU's policy allows." }),
        promise: z
          .object({
            shipByOn: LocalDay.nullable(),
            deliverFromOn: LocalDay.nullable(),
            deliverByOn: LocalDay.nullable(),
            noDate: z
              .string()
              .nullable()
              .openapi({ description: "Why there is no day, or none of arrival." }),
          })
          .nullable()
          .openapi({ description: "Were it paid for at once; null without `shipTo`." }),
      }),
    ),
  })
  .openapi("Reservation");

const ReservationPath = z.object({ id: z.string().max(100) });

const reserve = createRoute({
  method: "post",
  path: "/v1/reservations",
  operationId: "createReservation",
  summary: "Hold stock for a checkout",
  description:
    "All lines or none. It expires by itself, after 15 minutes unless told otherwise. Scope `reservations:write`.",
  tags: ["Checkout"],
  security: withKey,
  middleware: [requireScope("reservations:write"), idempotent] as const,
  request: { headers: IdempotencyHeader, body: jsonBody(ReservationInput) },
  responses: {
    201: jsonAnswer(ReservationSchema, "It is held."),
    ...problems(...BODY_PROBLEMS, "insufficient_stock", "request_in_progress", "idempotency_key_reused"),
  },
});

const read = createRoute({
  method: "get",
  path: "/v1/reservations/{id}",
  operationId: "getReservation",
  summary: "Read a reservation",
  description: "As it was asked for. Scope `stock:read`.",
  tags: ["Checkout"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: { params: ReservationPath },
  responses: { 200: jsonAnswer(ReservationSchema, "The reservation."), ...problems("not_found") },
});

const releaseIfNotRenewed = createRoute({
  method: "delete",
  path: "/v1/reservations/{id}",
  operationId: "deleteReservation",
  summary: "Let go of a reservation",
  description: "What an order has taken over stays with the order. Scope `reservations:write`.",
  tags: ["Checkout"],
  security: withKey,
  middleware: [requireScope("reservations:write")] as const,
  request: { params: ReservationPath },
  responses: { 204: { description: "Nothing is held any more." }, ...problems("not_found") },
});

export function registerReservations(app: App<OrdersContext>): void {
  app.openapi(reserve, async (c) => {
    const { context, apiKey } = c.var;
    const { ttlSeconds, token, ...request } = c.req.valid("json");
    const idempotencyKey = c.req.header("idempotency-key");
    const reserved = await reserveStock(context, {
      ...request,
      // A retry after a crash must find its own allocations, token or not.
      token: token ?? (idempotencyKey ? `${apiKey.id}:${idempotencyKey}` : null),
      ttlMs: ttlSeconds === undefined ? context.config.reservationTtlMs : ttlSeconds * 1_000,
    });
    if (!reserved.ok) return problem(c, reserved.rejection);
    return c.json(answerOf(reserved.value, context.now()), 201);
  });

  app.openapi(read, async (c) => {
    const { databases, now } = c.var.context;
    const { id } = c.req.valid("param");
    const reservation = isId("res", id) ? await reservationById(databases.primary, id) : null;
    return reservation ? c.json(answerOf(reservation, now()), 200) : problem(c, { code: "not_found" });
  });

  app.openapi(releaseIfNotRenewed, async (c) => {
    const voided = await releaseReservation(c.var.context, c.req.valid("param").id);
    return voided.ok ? c.body(null, 204) : problem(c, voided.rejection);
  });
}

const answerOf = ({ id, channelId, status, expiresAt, lines }: Reservation, now: number) => ({
  id,
  channelId,
  status: status === "held" && expiresAt <= now ? ("expired" as const) : status,
  expiresAt: instantOf(expiresAt),
  lines: lines.map(({ promise, ...line }) => ({
    ...line,
    allocated: [...line.allocated],
    promise: promise ? promiseOf(promise) : null,
  })),
});

const promiseOf = ({ shipByOn, deliverFromOn, deliverByOn, noDate }: LinePromise) => ({
  shipByOn,
  deliverFromOn,
  deliverByOn,
  noDate,
});
