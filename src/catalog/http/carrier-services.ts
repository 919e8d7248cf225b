/** The routes of carriers' services: their price lists, for sourcing, and their transit days, for promises. */
import { createRoute, z } from "@hono/zod-openapi";
import { putCarrierService } from "../put-carrier-service";
import type { CarrierService } from "../domain/carrier-service";
import { carrierServiceById, carrierServicesAfter } from "../storage/carrier-services";
import type { App } from "../../platform/http/app-types";
import type { CatalogContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  CountryCode,
  IdempotencyHeader,
  jsonAnswer,
  jsonBody,
  PageQuery,
  pageOf,
  Slug,
  text,
  toPage,
} from "../../platform/http/schemas";

const cost = z.int().min(0).max(1_000_000_000);
const days = z.int().min(0).max(90);

const PriceSchema = z.strictObject({
  upToGrams: z.int().min(1).max(10_000_000).openapi({ example: 2_000 }),
  priceMinor: cost.openapi({ example: 649 }),
});

const ZoneSchema = z
  .strictObject({
    name: text(100).openapi({ example: "Regional" }),
    countries: z
      .array(CountryCode)
      .max(250)
      .default([])
      .openapi({ description: "Destinations; empty means all." }),
    maxDistanceKm: z
      .number()
      .min(0)
      .max(25_000)
      .nullable()
      .default(null)
      .openapi({ description: "From the location, by great circle; null means any distance.", example: 500 }),
    minTransitDays: days.openapi({
      description: "Working days from the handover to the carrier until delivery.",
      example: 1,
    }),
    maxTransitDays: days.openapi({ example: 3 }),
    prices: z.array(PriceSchema).min(1).max(200).refine(isPriceList, "is not ascending by weight and price"),
    perExtraKgMinor: cost.nullable().default(null).openapi({
      description:
        "For each kilogram begun beyond the last price; null if heavier goods go in several parcels.",
    }),
  })
  .refine((zone) => zone.minTransitDays <= zone.maxTransitDays, {
    path: ["maxTransitDays"],
    message: "is less than minTransitDays",
  })
  .openapi("CarrierZone");

const CarrierServiceInput = z
  .strictObject({
    carrier: text(100).openapi({ example: "UPS" }),
    service: text(100).openapi({ example: "Ground" }),
    name: text(200).openapi({ description: "The name that customers see.", example: "UPS Ground" }),
    active: z.boolean().default(true),
    volumeDivisor: z.int().min(1).max(1_000_000).nullable().default(null).openapi({
      description: "Cubic millimetres that count as a gram; null if volume does not count.",
      example: 5_000,
    }),
    locationIds: z
      .array(Slug)
      .max(500)
      .default([])
      .openapi({ description: "Locations that hand parcels to it; empty means all." }),
    zones: z
      .array(ZoneSchema)
      .min(1)
      .max(100)
      .openapi({ description: "The first zone that a destination is in counts." }),
  })
  .openapi("CarrierServiceInput", { description: "Amounts in the books' currency." });

const CarrierServiceSchema = z
  .object({ id: z.string(), ...CarrierServiceInput.shape })
  .openapi("CarrierService");
const ServicePath = z.object({ serviceId: Slug });

const put = createRoute({
  method: "put",
  path: "/v1/carrier-services/{serviceId}",
  operationId: "putCarrierService",
  summary: "Create or replace a carrier's service",
  description: "Replaces all fields. Scope `reference:write`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:write"), idempotent] as const,
  request: { params: ServicePath, headers: IdempotencyHeader, body: jsonBody(CarrierServiceInput) },
  responses: {
    200: jsonAnswer(CarrierServiceSchema, "Replaced."),
    201: jsonAnswer(CarrierServiceSchema, "Created."),
    ...problems(...BODY_PROBLEMS, ...KEY_PROBLEMS),
  },
});

const get = createRoute({
  method: "get",
  path: "/v1/carrier-services/{serviceId}",
  operationId: "getCarrierService",
  summary: "Read a carrier's service",
  description: "Scope `reference:read`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:read")] as const,
  request: { params: ServicePath },
  responses: { 200: jsonAnswer(CarrierServiceSchema, "The service."), ...problems("not_found") },
});

const list = createRoute({
  method: "get",
  path: "/v1/carrier-services",
  operationId: "listCarrierServices",
  summary: "List carriers' services",
  description: "Sorted by id. Scope `reference:read`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:read")] as const,
  request: { query: PageQuery },
  responses: {
    200: jsonAnswer(pageOf("CarrierServicePage", CarrierServiceSchema), "A page of services."),
    ...problems(),
  },
});

export function registerCarrierServices(app: App<CatalogContext>): void {
  app.openapi(put, async (c) => {
    const service = { id: c.req.valid("param").serviceId, ...c.req.valid("json") };
    const written = await putCarrierService(c.var.context, service);
    if (!written.ok) return problem(c, written.rejection);
    return written.value ? c.json(answerOf(service), 201) : c.json(answerOf(service), 200);
  });

  app.openapi(get, async (c) => {
    const service = await carrierServiceById(c.var.context.databases.primary, c.req.valid("param").serviceId);
    return service ? c.json(answerOf(service), 200) : problem(c, { code: "not_found" });
  });

  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const rows = await carrierServicesAfter(c.var.context.databases.primary, cursor, limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id, answerOf),
      200,
    );
  });
}

/** Copies read-only arrays, since the type of the answer has mutable ones. */
const answerOf = (service: CarrierService) => ({
  ...service,
  locationIds: [...service.locationIds],
  zones: service.zones.map((zone) => ({
    ...zone,
    countries: [...zone.countries],
    prices: zone.prices.map((price) => ({ ...price })),
  })),
});

/** Whether weights ascend and prices never fall. */
function isPriceList(prices: readonly Readonly<{ upToGrams: number; priceMinor: number }>[]): boolean {
  return prices.every((price, i) => {
    const before = prices[i - 1];
    return !before || (price.upToGrams > before.upToGrams && price.priceMinor >= before.priceMinor);
  });
}
