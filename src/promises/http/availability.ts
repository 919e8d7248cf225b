/**
 * Availability quotes for product pages. Stock is read from the database, which is seconds behind the SKUs' objects;
 * with `strong=1` it is read from the objects.
 */
import { createRoute, z } from "@hono/zod-openapi";
import { availabilityOf, type Market } from "../domain/availability";
import { regionOfPostalCode, type Destination } from "../../sourcing/domain/destination";
import { positionOf } from "../../kernel/geography";
import { locationPreference } from "../../sourcing/domain/preference";
import { skusToSell, type SkuToSell } from "../storage/availability";
import type { App, RequestContext } from "../../platform/http/app-types";
import type { InventoryContext } from "../../inventory/context";
import { requireScope } from "../../platform/auth/require-scope";
import { isNotModified, entityTag } from "../../platform/http/entity-tags";
import { withKey } from "../../platform/http/openapi";
import { problem, problems } from "../../platform/http/problem";
import {
  CountryCode,
  Instant,
  instantOf,
  jsonAnswer,
  LocalDay,
  SkuCode,
  Slug,
  text,
} from "../../platform/http/schemas";

const MAX_SKUS = 50;
/** The database is about as far behind the objects. */
const FRESH_SECONDS = 5;

const AvailabilityQuery = z
  .object({
    skus: z
      .string()
      .openapi({
        description: `SKUs, separated by commas; at most ${MAX_SKUS}.`,
        example: "MUG-BLUE,MUG-RED",
      })
      .transform((skus) => [...new Set(skus.split(","))])
      .pipe(z.array(SkuCode).min(1).max(MAX_SKUS)),
    channelId: Slug,
    countryCode: CountryCode.optional().openapi({ description: "The destination." }),
    region: text(100).optional(),
    postalCode: text(20).optional(),
    strong: z
      .enum(["0", "1"])
      .default("0")
      .openapi({ description: "1 reads stock from the SKUs' objects instead of the database." }),
  })
  .refine(({ countryCode, region, postalCode }) => countryCode !== undefined || !(region ?? postalCode), {
    path: ["countryCode"],
    error: "is needed with a region or a postal code",
  });

const Option = z.object({
  serviceId: z.string(),
  serviceName: z.string(),
  locationId: z.string(),
  shipByOn: LocalDay,
  deliverFromOn: LocalDay,
  deliverByOn: LocalDay,
});

const Item = z.object({
  sku: z.string(),
  known: z.boolean().openapi({ description: "False if there is no such SKU." }),
  available: z.int().openapi({ description: "Units that can be shipped now, less the channel's buffer." }),
  policy: z.enum(["deny", "backorder", "preorder"]).nullable(),
  locations: z.array(z.object({ locationId: z.string(), available: z.int() })),
  availableToPromise: z
    .array(z.object({ on: LocalDay, quantity: z.int() }))
    .openapi({ description: "Units in all from each day on, after backorders are served." }),
  delivery: z
    .object({
      shipByOn: LocalDay.nullable(),
      cheapest: Option.nullable(),
      fastest: Option.nullable(),
      noDate: z
        .enum([
          "no_destination",
          "nothing_expected",
          "location_closed",
          "no_service",
          "not_sourced",
          "supply_unknown",
        ])
        .nullable()
        .openapi({ description: "Why there is no day of arrival." }),
    })
    .openapi({ description: "Delivery of one unit that is ordered now." }),
  pickup: z.array(
    z.object({
      locationId: z.string(),
      name: z.string(),
      available: z.int(),
      readyOn: LocalDay.nullable().openapi({ description: "Local to the store. Null if it has none." }),
    }),
  ),
});
type Item = z.infer<typeof Item>;

const AvailabilitySchema = z
  .object({
    channelId: z.string(),
    asOf: Instant,
    destination: z
      .object({
        countryCode: z.string(),
        region: z.string().nullable(),
        precision: z.enum(["region", "country", "unknown"]).openapi({
          description:
            "How exactly it is known. The less exactly, the wider the range of days. An unknown postal code counts as its country.",
        }),
      })
      .nullable(),
    items: z.array(Item),
  })
  .openapi("Availability");

const read = createRoute({
  method: "get",
  path: "/v1/availability",
  operationId: "getAvailability",
  summary: "Quote availability and delivery",
  description:
    "Covers the channel's active locations. Stock is seconds old, and the answer may be cached as long. A quote holds no stock. Scope `stock:read`.",
  tags: ["Checkout"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: { query: AvailabilityQuery },
  responses: {
    200: jsonAnswer(AvailabilitySchema, "The availability."),
    304: { description: "Unchanged since the `ETag` in `If-None-Match`." },
    ...problems(),
  },
});

export function registerAvailability(app: App<InventoryContext>): void {
  app.openapi(read, async (c) => {
    const { skus, channelId, strong, ...to } = c.req.valid("query");
    const { databases, now, reference } = c.var.context;
    const { channels, locations, carrierServices } = await reference();
    const channel = channels.get(channelId);
    if (!channel?.active) {
      const errors = [{ path: "channelId", message: `there is no active channel ${channelId}` }];
      return problem(c, { code: "invalid_request", errors });
    }
    const destination = placeOf(to);
    const market = { channel, locations, carrierServices, destination, now: now() };
    const known = await skusToSell(databases.primary, skus);
    const stock = strong === "1" ? await currentStock(c, [...known.keys()]) : storedStock(known);
    const items = skus.map((sku) => itemOf(market, sku, known.get(sku), stock.get(sku)));
    const answer = { channelId, destination: destination && precisionOf(destination), items };
    if (strong === "1") return c.json({ ...answer, asOf: instantOf(now()) }, 200);
    // The data is seconds old anyway. `private`: the answer needed an API key.
    const tag = entityTag(answer);
    const headers = { etag: tag, "cache-control": `private, max-age=${FRESH_SECONDS}` };
    if (isNotModified(c, tag)) return c.body(null, 304, headers);
    return c.json({ ...answer, asOf: instantOf(now()) }, 200, headers);
  });
}

type Quoted = Destination & Readonly<{ countryCode: string }>;
type PlaceQuery = Readonly<{
  countryCode?: string | undefined;
  region?: string | undefined;
  postalCode?: string | null | undefined;
}>;

/** The region is taken from the postal code if it is missing. */
const placeOf = ({ countryCode, region, postalCode = null }: PlaceQuery): Quoted | null =>
  countryCode === undefined
    ? null
    : {
        countryCode,
        region: region ?? regionOfPostalCode(countryCode, postalCode),
        postalCode,
        latitude: null,
        longitude: null,
      };

function precisionOf(place: Quoted) {
  const position = positionOf(place);
  const precision =
    position === null
      ? ("unknown" as const)
      : position.withinKm === null
        ? ("country" as const)
        : ("region" as const);
  return { countryCode: place.countryCode, region: place.region, precision };
}

/** Available units by location, and backordered units. */
type Stock = Readonly<{ free: ReadonlyMap<string, number>; owed: number }>;
type Levels = readonly Readonly<{ locationId: string; available: number }>[];

const stockOf = ({ levels, backordered }: Readonly<{ levels: Levels; backordered: number }>): Stock => ({
  free: new Map(levels.map(({ locationId, available }) => [locationId, available])),
  owed: backordered,
});

const storedStock = (known: ReadonlyMap<string, SkuToSell>): ReadonlyMap<string, Stock> =>
  new Map([...known].flatMap(([sku, { stock }]) => (stock ? [[sku, stockOf(stock)] as const] : [])));

/** Stock from the objects of known SKUs. One whose object does not have its facts yet is left out. */
async function currentStock(
  c: RequestContext<InventoryContext>,
  skus: readonly string[],
): Promise<ReadonlyMap<string, Stock>> {
  const { inventory } = c.var.context;
  const readings = await Promise.all(skus.map(async (sku) => [sku, await inventory.readStock(sku)] as const));
  return new Map(
    readings.flatMap(([sku, answer]) => (answer.ok ? [[sku, stockOf(answer.value)] as const] : [])),
  );
}

function itemOf(market: Market, sku: string, toSell: SkuToSell | undefined, stock: Stock | undefined): Item {
  if (!toSell) return unknownItem(sku);
  const { free = new Map<string, number>(), owed = 0 } = stock ?? {};
  const stockOfSku = { sku: toSell.sku, free, owed, inbound: toSell.inbound };
  const { available, availableToPromise, pickup, ...delivery } = availabilityOf(market, stockOfSku);
  return {
    sku,
    known: true,
    available,
    policy: toSell.sku.policy,
    locations: locationPreference([...market.locations.values()], market.channel, market.destination).map(
      (locationId) => ({ locationId, available: free.get(locationId) ?? 0 }),
    ),
    availableToPromise: [...availableToPromise],
    delivery,
    pickup: [...pickup],
  };
}

const unknownItem = (sku: string): Item => ({
  sku,
  known: false,
  available: 0,
  policy: null,
  locations: [],
  availableToPromise: [],
  delivery: { shipByOn: null, cheapest: null, fastest: null, noDate: "not_sourced" },
  pickup: [],
});
