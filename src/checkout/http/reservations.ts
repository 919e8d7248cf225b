/** The reservations API: stock for a checkout, reserved before payment. */
import { createRoute, z } from "@hono/zod-openapi";
import { reserveStock } from "../reserve-stock";
import { releaseReservation } from "../release-reservation";
import { isId, reservationIdOfKey } from "../../kernel/ids";
import type { LinePromise } from "../../promises/domain/promise";
import { reservationById, type Reservation } from "../storage/reservations";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../../orders/context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
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

const MAX_TTL_SECONDS = 3_600;
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
        "The cart or checkout token. A request with the same token changes and extends the same reservation.",
    }),
    lines: z
      .array(z.strictObject({ sku: SkuCode, quantity: Quantity }))
      .min(1)
      .max(MAX_LINES),
    shipTo: ShipTo.nullable().default(null),
    ttlSeconds: z.int().min(1).max(MAX_TTL_SECONDS).optional(),
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
        backordered: z
          .int()
          .openapi({ description: "Units without stock, which the SKU's policy allows to sell." }),
        promise: z
          .object({
            shipByOn: LocalDay.nullable(),
            deliverFromOn: LocalDay.nullable(),
            deliverByOn: LocalDay.nullable(),
            noDate: z
              .string()
              .nullable()
              .openapi({ description: "Why there is no date, or no delivery date." }),
          })
          .nullable()
          .openapi({
            description: "What would be promised if the order were placed now. Null without `shipTo`.",
          }),
      }),
    ),
  })
  .openapi("Reservation");

const ReservationPath = z.object({ reservationId: z.string().max(100) });

const reserve = createRoute({
  method: "post",
  path: "/v1/reservations",
  operationId: "createReservation",
  summary: "Reserve stock for a checkout",
  description:
    "Reserves all lines or none. The reservation expires after `ttlSeconds`, 15 minutes by default. Scope `reservations:write`.",
  tags: ["Checkout"],
  security: withKey,
  middleware: [requireScope("reservations:write"), idempotent] as const,
  request: { headers: IdempotencyHeader, body: jsonBody(ReservationInput) },
  responses: {
    201: jsonAnswer(ReservationSchema, "The reservation."),
    ...problems(...BODY_PROBLEMS, "insufficient_stock", ...KEY_PROBLEMS),
  },
});

const read = createRoute({
  method: "get",
  path: "/v1/reservations/{reservationId}",
  operationId: "getReservation",
  summary: "Read a reservation",
  description: "As it was last requested. Scope `stock:read`.",
  tags: ["Checkout"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: { params: ReservationPath },
  responses: { 200: jsonAnswer(ReservationSchema, "The reservation."), ...problems("not_found") },
});

const release = createRoute({
  method: "delete",
  path: "/v1/reservations/{reservationId}",
  operationId: "deleteReservation",
  summary: "Release a reservation",
  description: "Units that an order has taken over stay with the order. Scope `reservations:write`.",
  tags: ["Checkout"],
  security: withKey,
  middleware: [requireScope("reservations:write")] as const,
  request: { params: ReservationPath },
  responses: { 204: { description: "The reservation is released." }, ...problems("not_found") },
});

export function registerReservations(app: App<OrdersContext>): void {
  app.openapi(reserve, async (c) => {
    const { context, apiKey } = c.var;
    const { ttlSeconds, token, ...request } = c.req.valid("json");
    const idempotencyKey = c.req.header("idempotency-key");
    const reserved = await reserveStock(context, {
      ...request,
      token,
      // A retry after a crash must find its own allocations, also without a token.
      retryId: idempotencyKey ? reservationIdOfKey(request.channelId, apiKey.id, idempotencyKey) : null,
      ttlMs: ttlSeconds === undefined ? context.config.reservationTtlMs : ttlSeconds * 1_000,
    });
    if (!reserved.ok) return problem(c, reserved.rejection);
    return c.json(reservationJson(reserved.value, context.now()), 201);
  });

  app.openapi(read, async (c) => {
    const { databases, now } = c.var.context;
    const { reservationId: id } = c.req.valid("param");
    const reservation = isId("res", id) ? await reservationById(databases.primary, id) : null;
    return reservation ? c.json(reservationJson(reservation, now()), 200) : problem(c, { code: "not_found" });
  });

  app.openapi(release, async (c) => {
    const released = await releaseReservation(c.var.context, c.req.valid("param").reservationId);
    return released.ok ? c.body(null, 204) : problem(c, released.rejection);
  });
}

const reservationJson = ({ id, channelId, status, expiresAt, lines }: Reservation, now: number) => ({
  id,
  channelId,
  status: status === "held" && expiresAt <= now ? ("expired" as const) : status,
  expiresAt: instantOf(expiresAt),
  lines: lines.map(({ promise, ...line }) => ({
    ...line,
    allocated: [...line.allocated],
    promise: promise ? promiseJson(promise) : null,
  })),
});

const promiseJson = ({ shipByOn, deliverFromOn, deliverByOn, noDate }: LinePromise) => ({
  shipByOn,
  deliverFromOn,
  deliverByOn,
  noDate,
});
