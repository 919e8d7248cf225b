/** The availability route: reads from the database or the SKUs' objects, caching, and inexact destinations. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { carrierDaysAfter } from "../../src/promises/domain/working-days";
import { aChannel, aLocation, aSku, callerOf, makeKey, unique, type Call } from "../support/api";
import { countingDatabases } from "../support/databases";
import { fetchIn, stockAway } from "../support/faulty-bindings";

let call: Call;
let token: string;
const [berlin, store, shop] = [unique("berlin"), unique("store"), unique("shop")];

beforeAll(async () => {
  ({ token } = await makeKey("admin"));
  call = callerOf(token);
  await call("PUT", `/v1/locations/${berlin}`, aLocation());
  await call(
    "PUT",
    `/v1/locations/${store}`,
    aLocation({ kind: "store", offersPickup: true, shipsOrders: false }),
  );
  await call("PUT", `/v1/channels/${shop}`, aChannel({ locationIds: [berlin, store], stockBuffer: 1 }));
  const zones = [
    {
      name: "Near",
      countries: ["US"],
      maxDistanceKm: 8_000,
      minTransitDays: 2,
      maxTransitDays: 4,
      prices: [{ upToGrams: 9_000, priceMinor: 900 }],
    },
    {
      name: "Far",
      countries: ["US"],
      minTransitDays: 3,
      maxTransitDays: 9,
      prices: [{ upToGrams: 9_000, priceMinor: 1_900 }],
    },
    {
      name: "Home",
      countries: ["DE"],
      minTransitDays: 1,
      maxTransitDays: 2,
      prices: [{ upToGrams: 9_000, priceMinor: 500 }],
    },
  ];
  await call("PUT", `/v1/carrier-services/${unique("post")}`, {
    carrier: "DHL",
    service: "Paket",
    name: "DHL Paket",
    locationIds: [berlin],
    zones,
  });
});

/** Waits until the database has the last snapshot of the SKU's object. */
async function databaseCaughtUp(sku: string): Promise<void> {
  await runDurableObjectAlarm(env.SKU_INVENTORY.getByName(sku));
  await vi.waitFor(
    async () => {
      const strong = await items(`skus=${sku}&strong=1`);
      expect(await items(`skus=${sku}`)).toEqual(strong);
    },
    { timeout: 15_000, interval: 100 },
  );
}

const newSku = async (stock: Record<string, number> = {}) => {
  const sku = unique("sku");
  await call("PUT", `/v1/skus/${sku}`, aSku({ policy: "backorder" }));
  for (const [locationId, quantity] of Object.entries(stock)) {
    await call("POST", `/v1/skus/${sku}/receipts`, { locationId, quantity, ref: unique("note") });
  }
  return sku;
};
const getQuote = (query: string, headers = {}) =>
  call("GET", `/v1/availability?channelId=${shop}&${query}`, undefined, headers);
const items = async (query: string) => (await getQuote(query)).body.items;

describe("availability", () => {
  it("changes after the stock changes, at once with `strong=1` and later without", async () => {
    const sku = await newSku({ [berlin]: 5, [store]: 2 });
    await databaseCaughtUp(sku);
    expect(await items(`skus=${sku}&countryCode=DE`)).toMatchObject([
      {
        sku,
        known: true,
        available: 4,
        policy: "backorder",
        locations: [
          { locationId: berlin, available: 5 },
          { locationId: store, available: 2 },
        ],
        availableToPromise: [{ quantity: 4 }],
        delivery: { noDate: null, cheapest: { locationId: berlin, serviceName: "DHL Paket" } },
        pickup: [{ locationId: store, available: 1 }],
      },
    ]);
    await call("POST", `/v1/skus/${sku}/adjustments`, { locationId: berlin, quantity: -5, reason: "lost" });
    expect((await items(`skus=${sku}&strong=1`))[0].available, "the objects have it at once").toBe(0);
    await databaseCaughtUp(sku);
    expect((await items(`skus=${sku}&countryCode=DE`))[0]).toMatchObject({
      available: 0,
      delivery: { noDate: "nothing_expected" },
    });
  });

  it("includes inbound", async () => {
    const sku = await newSku();
    const inbound = { sku, locationId: berlin, quantity: 7, expectedOn: "2090-05-03" };
    await call("PUT", `/v1/inbound/${unique("po")}`, inbound);
    const [item] = await items(`skus=${sku}&countryCode=DE`);
    expect(item.availableToPromise.at(-1)).toEqual({ on: "2090-05-03", quantity: 6 });
    expect(item.delivery.cheapest).toMatchObject({ shipByOn: "2090-05-04", deliverByOn: "2090-05-08" });
  });

  it("takes one round trip to the database for any number of SKUs, and reads no object", async () => {
    const skus = await Promise.all([newSku({ [berlin]: 1 }), newSku(), newSku({ [store]: 2 })]);
    await getQuote(`skus=${skus[0]}`);
    const limited = countingDatabases(1);
    const request = new Request(
      `https://aftercart.test/v1/availability?channelId=${shop}&countryCode=DE&skus=${skus.join()}`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    const bindings = { ...limited.bindings, SKU_INVENTORY: stockAway() };
    const execution = { waitUntil: () => undefined } as unknown as ExecutionContext;
    const answer = await fetchIn(execution, bindings, request);
    expect([answer.status, limited.roundTrips()]).toEqual([200, 1]);
  });

  it("may be cached privately for seconds, and is not sent again while it is unchanged", async () => {
    const sku = await newSku({ [berlin]: 3 });
    await databaseCaughtUp(sku);
    const first = await getQuote(`skus=${sku}`);
    expect(first.headers.get("cache-control")).toBe("private, max-age=5");
    const tag = first.headers.get("etag")!;
    const again = await getQuote(`skus=${sku}`, { "if-none-match": tag });
    expect([again.status, again.body, again.headers.get("etag")]).toEqual([304, {}, tag]);
    expect((await getQuote(`skus=${sku}&countryCode=DE`, { "if-none-match": tag })).status).toBe(200);
    expect((await getQuote(`skus=${sku}&strong=1`)).headers.get("cache-control")).toBe("no-store");
    expect((await getQuote("skus=")).headers.get("cache-control")).toBe("no-store");
  });

  // The state of New York is within 8,000 km of Berlin, California is not.
  it.each([
    {
      query: "countryCode=US&postalCode=10001",
      place: { region: "NY", precision: "region" },
      transit: [2, 4],
    },
    { query: "countryCode=US&region=CA", place: { region: "CA", precision: "region" }, transit: [3, 9] },
    {
      query: "countryCode=US&postalCode=nowhere",
      place: { region: null, precision: "country" },
      transit: [2, 9],
    },
    { query: "countryCode=US", place: { region: null, precision: "country" }, transit: [2, 9] },
  ])("is as exact as the place in $query", async ({ query, place, transit }) => {
    const sku = await newSku({ [berlin]: 3 });
    await databaseCaughtUp(sku);
    const { body } = await getQuote(`skus=${sku}&${query}`);
    expect(body.destination).toMatchObject(place);
    const { shipByOn, deliverFromOn, deliverByOn } = body.items[0].delivery.cheapest;
    expect([deliverFromOn, deliverByOn]).toEqual(transit.map((days) => carrierDaysAfter(shipByOn, days)));
  });

  it("has no date for an unknown country that no service goes to, and no units", async () => {
    const sku = await newSku({ [berlin]: 3 });
    await databaseCaughtUp(sku);
    expect((await getQuote(`skus=${sku}&countryCode=ZZ`)).body).toMatchObject({
      destination: { precision: "unknown" },
      items: [{ available: 0, delivery: { cheapest: null, noDate: "no_service" } }],
    });
  });

  it("is rejected for a postal code without a country", async () => {
    const { status, body } = await getQuote("skus=A&postalCode=10001");
    expect([status, body.errors[0].path]).toEqual([422, "countryCode"]);
  });
});

describe("availability at several locations", () => {
  const [paris, closed, channel] = [unique("paris"), unique("closed"), unique("shop")];

  beforeAll(async () => {
    await call(
      "PUT",
      `/v1/locations/${paris}`,
      aLocation({ latitude: 48.86, longitude: 2.35, priority: 20 }),
    );
    await call("PUT", `/v1/locations/${closed}`, aLocation({ active: false }));
    await call("PUT", `/v1/channels/${channel}`, aChannel({ locationIds: [berlin, paris, closed] }));
  });

  it("is the sum of the channel's active locations, and zero for an unknown SKU", async () => {
    const [sku, none] = [await newSku({ [berlin]: 5, [paris]: 3, [closed]: 50 }), unique("none")];
    await call("PUT", `/v1/skus/${sku}`, aSku({ policy: "deny" }));
    const { status, body } = await call(
      "GET",
      `/v1/availability?skus=${sku},${none}&channelId=${channel}&strong=1`,
    );
    expect(status).toBe(200);
    expect(body.channelId).toBe(channel);
    expect(body.items).toMatchObject([
      {
        sku,
        known: true,
        available: 8,
        policy: "deny",
        locations: [
          { locationId: berlin, available: 5 },
          { locationId: paris, available: 3 },
        ],
      },
      { sku: none, known: false, available: 0, policy: null, locations: [] },
    ]);
  });

  it("is rejected for an inactive channel", async () => {
    const inactive = unique("shop");
    await call("PUT", `/v1/channels/${inactive}`, aChannel({ active: false }));
    const { status, body } = await call("GET", `/v1/availability?skus=A&channelId=${inactive}`);
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path: "channelId" })]]);
  });

  it("is rejected for an unknown channel", async () => {
    const { status, body } = await call("GET", "/v1/availability?skus=A&channelId=none");
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path: "channelId" })]]);
  });

  it("is rejected for too many SKUs, and without any", async () => {
    const many = Array.from({ length: 51 }, (_, i) => `S${i}`).join(",");
    expect((await call("GET", `/v1/availability?skus=${many}&channelId=${channel}`)).status).toBe(422);
    expect((await call("GET", `/v1/availability?channelId=${channel}`)).status).toBe(422);
  });
});
