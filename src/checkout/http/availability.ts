/**
 * Availability of SKUs for product pages, and the quote of a cart: when an order of all of them would arrive. Stock is
 * read from the database, which is seconds behind the SKUs' objects; with `strong=1` it is read from the objects.
 */
import { createRoute, type z } from "@hono/zod-openapi";
import { positionOf } from "../../kernel/geography";
import type { OrdersContext } from "../../orders/context";
import { sourcingNetwork } from "../../orders/sourcing-problem";
import { hasScope } from "../../platform/auth/api-keys";
import { requireScope } from "../../platform/auth/require-scope";
import type { App, RequestContext } from "../../platform/http/app-types";
import { entityTag, isNotModified } from "../../platform/http/entity-tags";
import { withKey } from "../../platform/http/openapi";
import { problem, problems } from "../../platform/http/problem";
import { instantOf, jsonAnswer } from "../../platform/http/schemas";
import { availabilityOf, marketOf, type Market } from "../../promises/domain/availability";
import { quoteOfCart, type StockOfSku } from "../../promises/domain/cart";
import { quoteIdOf } from "../../promises/domain/quote-id";
import { quoteValidUntil } from "../../promises/domain/quoted-order";
import { rememberQuote } from "../../promises/remember-quote";
import { regionOfPostalCode, type Destination } from "../../sourcing/domain/destination";
import { locationPreference } from "../../sourcing/domain/preference";
import type { SourcingRequest } from "../../sourcing/domain/problem";
import { skusToSell, type SkuToSell } from "../storage/quoted-skus";
import { AvailabilityQuery, AvailabilitySchema, type Item } from "./availability-schemas";

/** The database is about as far behind the objects. */
const FRESH_SECONDS = 5;
/** A part of the time for which a quote is valid. */
const QUOTE_WINDOW_MS = 10 * 60_000;

const read = createRoute({
  method: "get",
  path: "/v1/availability",
  operationId: "getAvailability",
  summary: "Quote availability and delivery",
  description:
    "Availability of each SKU, and the quote of one order of them all, by the same decision that sources orders. Stock is seconds old, and the answer may be cached as long. A quote holds no stock. Scope `stock:read`, and `reservations:write` too to store the quote.",
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

export function registerAvailability(app: App<OrdersContext>): void {
  app.openapi(read, async (c) => {
    const query = c.req.valid("query");
    const { skus, quantities, channelId, shippingMethod = null, ...more } = query;
    const { context, apiKey } = c.var;
    const isRemembered = query.remember === "1";
    // A key that only reads must not write, nor change from where orders are sent.
    if (isRemembered && !hasScope(apiKey, "reservations:write")) {
      return problem(c, { code: "forbidden", scope: "reservations:write" });
    }
    const channel = (await context.reference()).channels.get(channelId);
    if (!channel?.active) {
      const errors = [{ path: "channelId", message: `there is no active channel ${channelId}` }];
      return problem(c, { code: "invalid_request", errors });
    }
    const now = context.now();
    const destination = placeOf(more);
    const request = { channel, destination, pickupLocationId: null, shippingMethod };
    const market = marketOf({ ...request, valueMinor: null }, await sourcingNetwork(context), now);
    const wanted = quantitiesOf(skus, quantities);
    const known = await skusToSell(context.databases.primary, [...wanted.keys()], now);
    const stock = await (query.strong === "1" ? currentStock(c, known) : storedStock(known));
    const items = [...wanted.keys()].map((sku) => itemOf(market, sku, known.get(sku), stock.get(sku)));
    const cart = {
      request: { ...request, valueMinor: more.valueMinor ?? null },
      wanted,
      stock,
      isRemembered,
    };
    const quoted = await quoteAnswer(context, market, cart);
    const answer = { channelId, destination: destination && precisionOf(destination), items };
    const asOf = instantOf(now);
    if (query.strong === "1" || isRemembered) return c.json({ ...answer, ...quoted, asOf }, 200);
    // The data is seconds old anyway. `private`: the answer needed an API key. A quote's id is new at least so often
    // that a caller who only revalidates always has a valid one.
    const window = Math.floor(now / QUOTE_WINDOW_MS);
    const stable = quoted.quote && { ...quoted.quote, quoteId: window, validUntil: null };
    const tag = entityTag({ ...answer, ...quoted, quote: stable });
    const headers = { etag: tag, "cache-control": `private, max-age=${FRESH_SECONDS}` };
    if (isNotModified(c, tag)) return c.body(null, 304, headers);
    return c.json({ ...answer, ...quoted, asOf }, 200, headers);
  });
}

/** By SKU. */
function quantitiesOf(
  skus: readonly string[],
  quantities: readonly number[] | undefined,
): Map<string, number> {
  const wanted = new Map<string, number>();
  for (const [i, sku] of skus.entries()) {
    const before = quantities === undefined ? 0 : (wanted.get(sku) ?? 0);
    wanted.set(sku, before + (quantities?.[i] ?? 1));
  }
  return wanted;
}

type Cart = Readonly<{
  request: SourcingRequest & Readonly<{ destination: Quoted | null }>;
  wanted: ReadonlyMap<string, number>;
  stock: ReadonlyMap<string, StockOfSku>;
  isRemembered: boolean;
}>;

type QuoteAnswer = Pick<z.output<typeof AvailabilitySchema>, "quote" | "noQuote">;

/** The quote of the cart, stored if the caller asks for that. */
async function quoteAnswer(
  context: OrdersContext,
  { terms }: Market,
  { request, wanted, stock, isRemembered }: Cart,
): Promise<QuoteAnswer> {
  const { destination } = request;
  if (destination === null) return { quote: null, noQuote: "no_destination" };
  const goods = [...wanted].flatMap(([sku, quantity]) => {
    const ofSku = stock.get(sku);
    return ofSku ? [{ code: sku, quantity, stock: ofSku }] : [];
  });
  if (goods.length < wanted.size) return { quote: null, noQuote: "unknown_sku" };
  const { deliverFromOn, deliverByOn, lines } = quoteOfCart({ ...terms, request }, goods);
  if (deliverFromOn === null || deliverByOn === null) return { quote: null, noQuote: "no_date" };
  const order = {
    channelId: request.channel.id,
    destination,
    shippingMethod: request.shippingMethod ?? null,
    lines,
  };
  const time = { deliverByOn, issuedAt: terms.now };
  const quote = {
    quoteId: quoteIdOf(order, time, context.config.linkSigningKey),
    validUntil: instantOf(quoteValidUntil(terms.now)),
    remembered: isRemembered && (await rememberQuote(context, order, time)),
    deliverFromOn,
    deliverByOn,
    lines: lines.map(({ sku, quantity, promise }) => ({
      sku,
      quantity,
      shipByOn: promise.shipByOn,
      deliverFromOn: promise.deliverFromOn,
      deliverByOn: promise.deliverByOn,
      noDate: promise.noDate,
    })),
  };
  return { quote, noQuote: null };
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

type Levels = readonly Readonly<{ locationId: string; available: number }>[];

const freeOf = (levels: Levels): ReadonlyMap<string, number> =>
  new Map(levels.map(({ locationId, available }) => [locationId, available]));

/** By SKU. One without a snapshot has no stock yet. */
const storedStock = (known: ReadonlyMap<string, SkuToSell>): ReadonlyMap<string, StockOfSku> =>
  new Map(
    [...known].map(([code, { sku, stock, stockPrices, inbound }]) => [
      code,
      { sku, stockPrices, inbound, free: freeOf(stock?.levels ?? []), owed: stock?.backordered ?? 0 },
    ]),
  );

/** Stock from the SKUs' objects. */
async function currentStock(
  c: RequestContext<OrdersContext>,
  known: ReadonlyMap<string, SkuToSell>,
): Promise<ReadonlyMap<string, StockOfSku>> {
  const { inventory } = c.var.context;
  const stored = storedStock(known);
  const current = await Promise.all(
    [...stored].map(async ([code, before]): Promise<[string, StockOfSku]> => {
      const reading = await inventory.readStock(code);
      if (!reading.ok) return [code, before];
      const { levels, backordered: owed, stockPrices = {} } = reading.value;
      return [code, { ...before, free: freeOf(levels), owed, stockPrices }];
    }),
  );
  return new Map(current);
}

function itemOf(
  market: Market,
  sku: string,
  toSell: SkuToSell | undefined,
  stock: StockOfSku | undefined,
): Item {
  if (!toSell || !stock) return unknownItem(sku);
  const { channel, destination } = market.terms.request;
  const { available, availableToPromise, pickup, ...delivery } = availabilityOf(market, stock);
  return {
    sku,
    known: true,
    available,
    policy: toSell.sku.policy,
    locations: locationPreference(market.terms.network.locations, channel, destination).map((locationId) => ({
      locationId,
      available: stock.free.get(locationId) ?? 0,
    })),
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
