/** Orders that are placed on an availability quote: by its id, without it, and on one that does not count. */
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { env } from "cloudflare:workers";
import { createContext } from "../../src/app-context";
import { runJob } from "../support/jobs";
import { aChannel, aLocation, aSku, callerWith, unique, type Call } from "../support/api";

/** Monday morning. */
const NOW = Date.UTC(2026, 10, 30, 9);
const MINUTE = 60_000;

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});
beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const LONDON = {
  name: "Ada Byron",
  line1: "1 Main Street",
  city: "London",
  postalCode: "SW1Y 4JH",
  countryCode: "GB",
};

type Shop = Readonly<{ channelId: string; rotterdam: string; porto: string; sku: string }>;

/** A parcel from the vendor in Porto to London costs 1.35 less than one from Rotterdam, and takes six days more. */
async function aShop(
  sourcing: Record<string, unknown> = {},
  stock = { rotterdam: 5, porto: 5 },
): Promise<Shop> {
  const [rotterdam, porto, channelId, sku] = [
    unique("rotterdam"),
    unique("porto"),
    unique("shop"),
    unique("MUG"),
  ];
  const at = (city: string, countryCode: string, over: object) =>
    aLocation({ name: city, address: { line1: "Dock 1", city, countryCode }, timeZone: "UTC", ...over });
  await call("PUT", `/v1/locations/${rotterdam}`, at("Rotterdam", "NL", { latitude: 51.9, longitude: 4.5 }));
  await call("PUT", `/v1/locations/${porto}`, at("Porto", "PT", { latitude: 41.1, longitude: -8.6 }));
  const service = async (locationId: string, price: number, [min, max]: [number, number]) => {
    const zone = {
      name: "To Britain",
      countries: ["GB"],
      minTransitDays: min,
      maxTransitDays: max,
      prices: [{ upToGrams: 9_000, priceMinor: price }],
    };
    const body = {
      carrier: "Post",
      service: "Parcel",
      name: "Parcel",
      locationIds: [locationId],
      zones: [zone],
    };
    await call("PUT", `/v1/carrier-services/${unique("parcel")}`, body);
  };
  await service(rotterdam, 835, [2, 5]);
  await service(porto, 700, [7, 10]);
  await putChannel({ channelId, rotterdam, porto, sku }, sourcing);
  await call("PUT", `/v1/skus/${sku}`, aSku({ policy: "backorder" }));
  const shop = { channelId, rotterdam, porto, sku };
  for (const [place, quantity] of Object.entries(stock)) {
    if (quantity > 0) await receive(shop, place as "rotterdam" | "porto", quantity);
  }
  return shop;
}

const putChannel = ({ channelId, rotterdam, porto }: Shop, sourcing: Record<string, unknown>) =>
  call("PUT", `/v1/channels/${channelId}`, aChannel({ locationIds: [rotterdam, porto], sourcing }));

const receive = (shop: Shop, place: "rotterdam" | "porto", quantity: number) =>
  call("POST", `/v1/skus/${shop.sku}/receipts`, { locationId: shop[place], quantity, ref: unique("note") });

async function quoted({ channelId, sku }: Shop, query: Record<string, string> = {}) {
  const to = { countryCode: "GB", postalCode: LONDON.postalCode };
  const all = { skus: sku, channelId, strong: "1", ...to, ...query };
  const parameters = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ""));
  const { status, body } = await call("GET", `/v1/availability?${parameters.toString()}`);
  expect(status).toBe(200);
  return body;
}

async function placed({ channelId, sku }: Shop, over: Record<string, unknown> = {}, quantity = 1) {
  const total = `${quantity * 10}.00`;
  const order = {
    channelId,
    externalId: unique("order"),
    currency: "EUR",
    placedAt: new Date().toISOString(),
    email: "ada@example.com",
    shippingAddress: LONDON,
    lines: [{ externalId: "1", sku, title: "Mug", quantity, unitPrice: "10.00" }],
    total,
    payments: [{ externalId: "p", kind: "captured", amount: total, at: new Date().toISOString() }],
    ...over,
  };
  const { status, body } = await call("POST", "/v1/orders", order);
  expect(status).toBe(201);
  return body;
}

const sourcingOf = async (order: { id: string }) =>
  (await call("GET", `/v1/orders/${order.id}/sourcing`)).body;

describe("a quote", () => {
  it.each([
    { name: "the cheaper vendor, if a day is worth nothing", dayValueMinor: 0, from: "porto" as const },
    { name: "the nearer location, if days are worth more", dayValueMinor: 50, from: "rotterdam" as const },
  ])("is what is promised a minute later: from $name", async ({ dayValueMinor, from }) => {
    const shop = await aShop({ dayValueMinor });
    const { quote, items } = await quoted(shop);
    expect(items[0].delivery.cheapest.locationId).toBe(shop[from]);
    vi.setSystemTime(NOW + MINUTE);
    const order = await placed(shop);
    expect(order.fulfillments.map(({ locationId }: { locationId: string }) => locationId)).toEqual([
      shop[from],
    ]);
    const { shipByOn, deliverFromOn, deliverByOn } = order.lines[0];
    expect([shipByOn, deliverFromOn, deliverByOn]).toEqual([
      quote.lines[0].shipByOn,
      quote.deliverFromOn,
      quote.deliverByOn,
    ]);
    expect(order.quotedOn).toBeNull();
  });

  it.each<{ name: string; query: Record<string, string>; noQuote: string }>([
    {
      name: "the destination is not known",
      query: { countryCode: "", postalCode: "" },
      noQuote: "no_destination",
    },
    { name: "units have no day", query: { quantities: "11" }, noQuote: "no_date" },
  ])("is none, and names why, if $name", async ({ query, noQuote }) => {
    const { quote, ...answer } = await quoted(await aShop(), query);
    expect([quote, answer.noQuote, answer.items[0].known]).toEqual([null, noQuote, true]);
  });

  it("is none if one of several SKUs is not known, and the others still have their days", async () => {
    const shop = await aShop();
    const { quote, noQuote, items } = await quoted(shop, { skus: `${shop.sku},unknown` });
    expect([quote, noQuote]).toEqual([null, "unknown_sku"]);
    expect(items).toMatchObject([
      { known: true, delivery: { cheapest: { locationId: shop.porto } } },
      { known: false },
    ]);
  });

  it("covers all SKUs and units together", async () => {
    const shop = await aShop({}, { rotterdam: 2, porto: 0 });
    await receive(shop, "porto", 1);
    const [one, three] = [await quoted(shop), await quoted(shop, { quantities: "3" })];
    expect(three.quote.lines).toMatchObject([{ sku: shop.sku, quantity: 3 }]);
    expect(three.quote.deliverByOn >= one.quote.deliverByOn).toBe(true);
    const refused = await call(
      "GET",
      `/v1/availability?channelId=${shop.channelId}&skus=${shop.sku}&quantities=1,2`,
    );
    expect(refused.status).toBe(422);
  });

  it("is as exact as its destination, and counts for an address there", async () => {
    const shop = await aShop({ latenessPerDayMinor: 100 });
    const { quote, destination } = await quoted(shop, { postalCode: "" });
    expect(destination.precision).toBe("country");
    const order = await placed(shop, { quoteId: quote.quoteId });
    expect(order.quotedOn).toBe(quote.deliverByOn);
  });
});

describe("an order on a quote", () => {
  /** Quoted from Rotterdam, before the cheaper vendor has stock. */
  const quotedBeforePorto = async (sourcing: Record<string, unknown>, query: Record<string, string> = {}) => {
    const shop = await aShop(sourcing, { rotterdam: 5, porto: 0 });
    const { quote } = await quoted(shop, { quantities: "2", ...query });
    await receive(shop, "porto", 5);
    vi.setSystemTime(NOW + MINUTE);
    return { shop, quote };
  };
  const LATE = { latenessPerDayMinor: 100 };
  const locationOf = (order: { fulfillments: { locationId: string }[] }) => order.fulfillments[0]?.locationId;

  it("keeps to the quoted day, which an order without a quote does not", async () => {
    const { shop, quote } = await quotedBeforePorto(LATE);
    const order = await placed(shop, { quoteId: quote.quoteId });
    expect(locationOf(order)).toBe(shop.rotterdam);
    expect(order.lines[0].deliverByOn).toBe(quote.deliverByOn);
    expect(order.quotedOn).toBe(quote.deliverByOn);
    expect(locationOf(await placed(shop))).toBe(shop.porto);
    expect((await sourcingOf(order)).quote).toEqual({
      quoteId: quote.quoteId,
      quotedOn: quote.deliverByOn,
      fault: null,
      explanation: `The customer was quoted arrival by ${quote.deliverByOn}.`,
    });
  });

  it("is found without the id, if the quote was to be remembered", async () => {
    const { shop, quote } = await quotedBeforePorto(LATE, { remember: "1" });
    expect(quote.remembered).toBe(true);
    const order = await placed(shop);
    expect([locationOf(order), order.quotedOn]).toEqual([shop.rotterdam, quote.deliverByOn]);
    expect((await sourcingOf(order)).quote).toMatchObject({ quoteId: null, fault: null });
    const elsewhere = await placed(shop, { shippingAddress: { ...LONDON, postalCode: "E1 6AN" } });
    expect([locationOf(elsewhere), elsewhere.quotedOn]).toEqual([shop.porto, null]);
    expect((await placed(shop, {}, 3)).quotedOn).toBeNull();
    vi.setSystemTime(NOW + 2 * 60 * MINUTE);
    expect((await placed(shop)).quotedOn).toBeNull();
  });

  it("is not stored for a key that may only read", async () => {
    const { shop } = await quotedBeforePorto(LATE);
    const path = `/v1/availability?channelId=${shop.channelId}&skus=${shop.sku}&countryCode=GB&strong=1`;
    const reader = await callerWith("stock:read");
    expect((await reader("GET", path)).status).toBe(200);
    const refused = await reader("GET", `${path}&remember=1`);
    expect([refused.status, refused.body.scope]).toEqual([403, "reservations:write"]);
    const checkout = await callerWith("stock:read", "reservations:write");
    expect((await checkout("GET", `${path}&remember=1`)).body.quote.remembered).toBe(true);
  });

  it("writes one row for a quote that is asked for again and again, and none after days", async () => {
    const { shop } = await quotedBeforePorto(LATE, { remember: "1" });
    const rows = async () =>
      (await env.DB.prepare("SELECT count(*) AS n FROM remembered_quotes").first<{ n: number }>())!.n;
    await quoted(shop, { remember: "1" });
    const before = await rows();
    for (let i = 0; i < 3; i += 1) await quoted(shop, { remember: "1" });
    expect(await rows()).toBe(before);
    vi.setSystemTime(NOW + 5 * 86_400_000);
    const context = createContext(env, { waitUntil: () => undefined }, "cron");
    const { progress } = await runJob(context, { name: "aged-rows" });
    expect(progress).toMatchObject({ rememberedQuotes: before });
    expect(await rows()).toBe(0);
  });

  it("is sourced by cost alone if a late day costs the channel nothing, and shows what was quoted", async () => {
    const { shop, quote } = await quotedBeforePorto({});
    const order = await placed(shop, { quoteId: quote.quoteId });
    expect([locationOf(order), order.quotedOn]).toEqual([shop.porto, quote.deliverByOn]);
    expect(order.lines[0].deliverByOn > quote.deliverByOn).toBe(true);
  });

  it("is promised a later day if the quoted units were sold, with the days that it is late", async () => {
    const shop = await aShop(LATE, { rotterdam: 1, porto: 5 });
    await putChannel(shop, { ...LATE, dayValueMinor: 50 });
    const { quote } = await quoted(shop);
    await placed(shop);
    const order = await placed(shop, { quoteId: quote.quoteId });
    expect([locationOf(order), order.quotedOn]).toEqual([shop.porto, quote.deliverByOn]);
    expect(order.lines[0].deliverByOn > quote.deliverByOn).toBe(true);
    const { decisions } = await sourcingOf(order);
    expect(decisions[0].decision.parcels[0].lateDays).toBeGreaterThan(0);
  });

  it("is sourced elsewhere if the quoted location has closed", async () => {
    const { shop, quote } = await quotedBeforePorto(LATE);
    const { body } = await call("GET", `/v1/locations/${shop.rotterdam}`);
    const { id: _, createdAt: __, updatedAt: ___, ...location } = body;
    const closed = await call("PUT", `/v1/locations/${shop.rotterdam}`, { ...location, active: false });
    expect(closed.status).toBe(200);
    const order = await placed(shop, { quoteId: quote.quoteId });
    expect([locationOf(order), order.quotedOn]).toEqual([shop.porto, quote.deliverByOn]);
  });

  it.each<{ name: string; fault: string; over: (quoteId: string) => Record<string, unknown> }>([
    { name: "is forged", fault: "invalid", over: (id) => ({ quoteId: `${id.slice(0, -1)}x` }) },
    { name: "is far too long", fault: "invalid", over: (id) => ({ quoteId: id.repeat(50) }) },
    {
      name: "has expired",
      fault: "expired",
      over: (quoteId) => ({ quoteId, placedAt: new Date(NOW + 7_200_000).toISOString() }),
    },
    {
      name: "is for another destination",
      fault: "other_destination",
      over: (quoteId) => ({ quoteId, shippingAddress: { ...LONDON, postalCode: "E1 6AN" } }),
    },
  ])("is taken if the quote $name, which its history names", async ({ fault, over }) => {
    const { shop, quote } = await quotedBeforePorto(LATE);
    const order = await placed(shop, over(quote.quoteId));
    expect([locationOf(order), order.quotedOn]).toEqual([shop.porto, null]);
    expect((await sourcingOf(order)).quote).toMatchObject({ quotedOn: null, fault });
    const { body } = await call("GET", `/v1/orders/${order.id}/events?limit=200`);
    const events = body.items.flatMap((item: { events: unknown[] }) => item.events);
    expect(events).toContainEqual(expect.objectContaining({ type: "order.quoted", fault }));
  });

  it("is taken with more units than quoted, and the quote does not count", async () => {
    const { shop, quote } = await quotedBeforePorto(LATE);
    const order = await placed(shop, { quoteId: quote.quoteId }, 3);
    expect((await sourcingOf(order)).quote).toMatchObject({ fault: "other_goods" });
  });
});

describe("an order of a reservation", () => {
  it("is promised what the reservation was, although the units have become cheaper elsewhere", async () => {
    const sourcing = { latenessPerDayMinor: 100 };
    const shop = await aShop(sourcing, { rotterdam: 1, porto: 0 });
    const { status, body } = await call("POST", "/v1/reservations", {
      channelId: shop.channelId,
      token: unique("cart"),
      lines: [{ sku: shop.sku, quantity: 1 }],
      shipTo: { countryCode: "GB", postalCode: LONDON.postalCode },
    });
    expect(status).toBe(201);
    await receive(shop, "porto", 5);
    const order = await placed(shop, { reservationTokens: [body.id] });
    expect(order.fulfillments[0].locationId).toBe(shop.rotterdam);
    expect(order.lines[0].deliverByOn).toBe(body.lines[0].promise.deliverByOn);
    expect(order.quotedOn).toBe(body.lines[0].promise.deliverByOn);
  });

  it("is promised by the plan that sourcing will choose, not by where the units were reserved first", async () => {
    const shop = await aShop({ dayValueMinor: 50 });
    const { body } = await call("POST", "/v1/reservations", {
      channelId: shop.channelId,
      lines: [{ sku: shop.sku, quantity: 2 }],
      shipTo: { countryCode: "GB", postalCode: LONDON.postalCode },
    });
    const order = await placed(shop, { reservationTokens: [body.id] }, 2);
    expect(order.fulfillments[0].locationId).toBe(shop.rotterdam);
    expect(order.lines[0].deliverByOn).toBe(body.lines[0].promise.deliverByOn);
  });
});
