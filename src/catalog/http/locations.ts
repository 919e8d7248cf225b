/** The routes of locations. */
import { createRoute, z } from "@hono/zod-openapi";
import { putLocation } from "../put-location";
import { isTimeZone } from "../../kernel/calendar";
import type { Location } from "../domain/location";
import { locationById, locationsAfter } from "../storage/locations";
import type { App } from "../../platform/http/app-types";
import type { CatalogContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  AddressSchema,
  CountryCode,
  IdempotencyHeader,
  jsonAnswer,
  jsonBody,
  LocalDay,
  PageQuery,
  pageOf,
  Slug,
  text,
  toPage,
} from "../../platform/http/schemas";

const cost = z.int().min(0).max(1_000_000_000).default(0);

const LocationInput = z
  .strictObject({
    name: text(200).openapi({ example: "Berlin warehouse" }),
    kind: z.enum(["warehouse", "store", "vendor"]),
    address: AddressSchema,
    latitude: z.number().min(-90).max(90).openapi({ example: 52.52 }),
    longitude: z.number().min(-180).max(180).openapi({ example: 13.405 }),
    timeZone: z
      .string()
      .refine(isTimeZone, "is not an IANA time zone")
      .openapi({ description: "IANA zone", example: "Europe/Berlin" }),
    cutOff: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "is not HH:MM")
      .openapi({
        description: "Local time. A fulfillment that is released later leaves on the next working day.",
        example: "16:00",
      }),
    workingDays: z
      .array(z.int().min(1).max(7))
      .min(1)
      .refine((days) => new Set(days).size === days.length, "contains a day twice")
      .transform((days) => days.toSorted((a, b) => a - b))
      .openapi({ type: "array", items: { type: "integer" }, description: "ISO weekdays, 1 is Monday." }),
    closedOn: z
      .array(LocalDay)
      .max(400)
      .default([])
      .openapi({
        description: "Local dates on which nothing leaves: holidays, stocktaking.",
        example: ["2026-12-25"],
      }),
    processingDays: z.int().min(0).max(90).default(0).openapi({
      description: "Working days from the release until the parcel is handed over; a vendor's lead time.",
    }),
    capacityPerDay: z.int().min(0).max(1_000_000).nullable().default(null).openapi({
      description: "Fulfillments that it can ship on a local day; null if there is no limit.",
    }),
    shipsOrders: z.boolean().default(true).openapi({ description: "Whether it ships parcels." }),
    offersPickup: z
      .boolean()
      .default(false)
      .openapi({ description: "Whether customers may collect their orders there." }),
    countries: z
      .array(CountryCode)
      .max(250)
      .default([])
      .openapi({ description: "Countries that it ships to; empty means all." }),
    acceptsHazardous: z.boolean().default(true),
    acceptsOversize: z.boolean().default(true),
    handlingPerParcelMinor: cost.openapi({
      description: "The cost of packing a parcel, in the books' currency.",
    }),
    handlingPerUnitMinor: cost.openapi({
      description: "The cost of picking a unit, in the books' currency.",
    }),
    priority: z
      .int()
      .min(0)
      .max(1_000)
      .default(100)
      .openapi({ description: "A smaller number is preferred if distance does not decide." }),
    active: z.boolean().default(true),
  })
  .openapi("LocationInput");

const LocationSchema = z.object({ id: z.string(), ...LocationInput.shape }).openapi("Location");
const LocationPath = z.object({ locationId: Slug });

const put = createRoute({
  method: "put",
  path: "/v1/locations/{locationId}",
  operationId: "putLocation",
  summary: "Create or replace a location",
  description: "Replaces all fields. Scope `reference:write`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:write"), idempotent] as const,
  request: { params: LocationPath, headers: IdempotencyHeader, body: jsonBody(LocationInput) },
  responses: {
    200: jsonAnswer(LocationSchema, "Replaced."),
    201: jsonAnswer(LocationSchema, "Created."),
    ...problems(...BODY_PROBLEMS, ...KEY_PROBLEMS),
  },
});

const get = createRoute({
  method: "get",
  path: "/v1/locations/{locationId}",
  operationId: "getLocation",
  summary: "Read a location",
  description: "Scope `reference:read`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:read")] as const,
  request: { params: LocationPath },
  responses: { 200: jsonAnswer(LocationSchema, "The location."), ...problems("not_found") },
});

const list = createRoute({
  method: "get",
  path: "/v1/locations",
  operationId: "listLocations",
  summary: "List locations",
  description: "Sorted by id. Scope `reference:read`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:read")] as const,
  request: { query: PageQuery },
  responses: {
    200: jsonAnswer(pageOf("LocationPage", LocationSchema), "A page of locations."),
    ...problems(),
  },
});

export function registerLocations(app: App<CatalogContext>): void {
  app.openapi(put, async (c) => {
    const location = { id: c.req.valid("param").locationId, ...c.req.valid("json") };
    const created = await putLocation(c.var.context, location);
    return created ? c.json(answerOf(location), 201) : c.json(answerOf(location), 200);
  });

  app.openapi(get, async (c) => {
    const location = await locationById(c.var.context.databases.primary, c.req.valid("param").locationId);
    return location ? c.json(answerOf(location), 200) : problem(c, { code: "not_found" });
  });

  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const rows = await locationsAfter(c.var.context.databases.primary, cursor, limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id, answerOf),
      200,
    );
  });
}

/** Copies read-only arrays, since the type of the answer has mutable ones. */
const answerOf = (location: Location) => ({
  ...location,
  workingDays: [...location.workingDays],
  closedOn: [...location.closedOn],
  countries: [...location.countries],
});
