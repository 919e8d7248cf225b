/**
 * What a product page may say: what can be bought now and by which day more, when it would arrive, where it can be
 * fetched. Read from the database, which follows the SKUs' objects by seconds; `strong=1` asks the objects.
 */
import { createRoute, z } from "@hono/zod-openapi";
import { availabilityOf, type Market } from "../domain/availability";
import { destinationOf, type Destination } from "../../sourcing/domain/destination";
import { positionOf } from "../../kernel/geography";
import { locationPreference } from "../../sourcing/domain/preference";
import { skusToSell, type SkuToSell } from "../storage/availability";
import type { App, RequestContext } from "../../platform/http/app-types";
import type { InventoryContext } from "../../inventory/context";
import { requireScope } from "../../platform/auth/require-scope";
import { isNotModified, entityTag } from "../../platform/http/caching";
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
/** As long as the database may be behind the objects. */
const FRESH_SECONDS = 5;

const AvailabilityQuery = z
  .object({
    skus: z
      .string()
      .openapi({
        description: `SKUs with commas between, at most ${MAX_SKUS}.`,
        example: "MUG-BLUE,MUG-RED",
      })
      .transform((skus) => [...new Set(skus.split(","))])
      .pipe(z.array(SkuCode).min(1).max(MAX_SKUS)),
    channel: Slug,
    country: CountryCode.optional().openapi({ description: "Where it would go." }),
    region: text(100).optional(),
    postalCode: text(20).optional(),
    strong: z
      .enum(["0", "1"])
      .default("0")
      .openapi({ description: "1 asks the SKUs' objects instead of the database." }),
  })
  .refine(({ country, region, postalCode }) => country !== undefined || !(region ?? postalCode), {
    path: ["country"],
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
  known: z.boolean().openapi({ description: "False where there is no such SKU." }),
  available: z.int().openapi({ description: "To be sent, after the channel's buffer." }),
  policy: z.enum(["deny", "backorder", "preorder"]).nullable(),
  locations: z.array(z.object({ locationId: z.string(), available: z.int() })),
  availableToPromise: z
    .array(z.object({ on: LocalDay, quantity: z.int() }))
    .openapi({ description: "So many in all from each day on, once those who wait are served." }),
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
    .openapi({ description: "Of one unit, bought now." }),
  pickup: z.array(
    z.object({
      locationId: z.string(),
      name: z.string(),
      available: z.int(),
      readyOn: LocalDay.nullable().openapi({ description: "Local to the store, where it has it." }),
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
            "How closely it is known. The less, the wider the range of days: a postal code nobody knows is its country.",
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
  summary: "What may be sold, and when it arrives",
  description:
    "Over the channel's active locations, seconds old; the answer may be kept for as long. Nothing is held by asking. Scope `stock:read`.",
  tags: ["Checkout"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: { query: AvailabilityQuery },
  responses: {
    200: jsonAnswer(AvailabilitySchema, "What is available."),
    304: { description: "It is as the `If-None-Match` of the request has it." },
    ...problems(),
  },
});

export function registerAvailability(app: App<InventoryContext>): void {
  app.openapi(read, async (c) => {
    const { skus, channel: channelId, strong, ...to } = c.req.valid("query");
    const { databases, now, reference } = c.var.context;
    const { channels, locations, carrierServices } = await reference();
    const channel = channels.get(channelId);
    if (!channel?.active) {
      const errors = [{ path: "channel", message: `there is no active channel ${channelId}` }];
      return problem(c, { code: "invalid_request", errors });
    }
    const destination = placeOf(to);
    const market = { channel, locations, carrierServices, destination, now: now() };
    const known = await skusToSell(databases.primary, skus);
    const stock = strong === "1" ? await stockNow(c, skus) : stockSaid(known);
    const items = skus.map((sku) => itemOf(market, sku, known.get(sku), stock.get(sku)));
    const answer = { channelId, destination: destination && precisionOf(destination), items };
    if (strong === "1") return c.json({ ...answer, asOf: instantOf(now()) }, 200);
    // Of a copy that is seconds old anyhow, another may be kept for seconds: by the one who asked, as it took a key.
    const tag = entityTag(answer);
    const headers = { etag: tag, "cache-control": `private, max-age=${FRESH_SECONDS}` };
    if (isNotModified(c, tag)) return c.body(null, 304, headers);
    return c.json({ ...answer, asOf: instantOf(now()) }, 200, headers);
  });
}

type Asked = Readonly<{
  country?: string | undefined;
  region?: string | undefined;
  postalCode?: string | undefined;
}>;

const placeOf = ({ country, region, postalCode }: Asked): (Destination & { countryCode: string }) | null =>
  country === undefined
    ? null
    : {
        countryCode: country,
        region:
          region ??
          destinationOf({ ...NOWHERE, countryCode: country, postalCode: postalCode ?? null })?.region ??
          null,
        postalCode: postalCode ?? null,
        latitude: null,
        longitude: null,
      };

const NOWHERE = { region: null, latitude: null, longitude: null };

function precisionOf(place: Destination & { countryCode: string }) {
  const position = positionOf(place);
  const precision =
    position === null
      ? ("unknown" as const)
      : position.withinKm === null
        ? ("country" as const)
        : ("region" as const);
  return { countryCode: place.countryCode, region: place.region, precision };
}

/** Free units by location, and what is owed. */
type Stock = Readonly<{ free: ReadonlyMap<string, number>; owed: number }>;
type Levels = readonly Readonly<{ locationId: string; available: number }>[];

const stockOf = ({ levels, backordered }: Readonly<{ levels: Levels; backordered: number }>): Stock => ({
  free: new Map(levels.map(({ locationId, available }) => [locationId, available])),
  owed: backordered,
});

const stockSaid = (known: ReadonlyMap<string, SkuToSell>): ReadonlyMap<string, Stock> =>
  new Map([...known].flatMap(([sku, { stock }]) => (stock ? [[sku, stockOf(stock)] as const] : [])));

async function stockNow(
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
  if (!toSell) return unknown(sku);
  const { free = new Map<string, number>(), owed = 0 } = stock ?? {};
  const facts = { sku: toSell.sku, free, owed, inbound: toSell.inbound };
  const { available, availableToPromise, pickup, ...delivery } = availabilityOf(market, facts);
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

const unknown = (sku: string): Item => ({
  sku,
  known: false,
  available: 0,
  policy: null,
  locations: [],
  availableToPromise: [],
  delivery: { shipByOn: null, cheapest: null, fastest: null, noDate: "not_sourced" },
  pickup: [],
});
