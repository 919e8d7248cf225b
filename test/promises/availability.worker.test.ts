/** Availability: from the database, seconds behind the objects, and kept by whoever asks for as long. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { carrierDaysAfter } from "../../src/promises/domain/working-days";
import worker from "../../src/worker";
import { aChannel, aLocation, aSku, callerOf, makeKey, unique, type Call } from "../support/api";
import { limitedDatabase } from "../support/counting-database";
import { stockAway } from "../support/faulty-bindings";

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

/** Every word that the SKU's object has said is in the database. */
async function followed(sku: string): Promise<void> {
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
const ask = (query: string, headers = {}) =>
  call("GET", `/v1/availability?channel=${shop}&${query}`, undefined, headers);
const items = async (query: string) => (await ask(query)).body.items;

describe("availability", () => {
  it("follows a change of stock, as soon as its word has come", async () => {
    const sku = await newSku({ [berlin]: 5, [store]: 2 });
    await followed(sku);
    expect(await items(`skus=${sku}&country=DE`)).toMatchObject([
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
    expect((await items(`skus=${sku}&strong=1`))[0].available, "the objects know at once").toBe(0);
    await followed(sku);
    expect((await items(`skus=${sku}&country=DE`))[0]).toMatchObject({
      available: 0,
      delivery: { noDate: "nothing_expected" },
    });
  });

  it("says by which day more of it can be promised", async () => {
    const sku = await newSku();
    const inbound = { sku, locationId: berlin, quantity: 7, expectedOn: "2090-05-03" };
    await call("PUT", `/v1/inbound/${unique("po")}`, inbound);
    const [item] = await items(`skus=${sku}&country=DE`);
    expect(item.availableToPromise.at(-1)).toEqual({ on: "2090-05-03", quantity: 6 });
    expect(item.delivery.cheapest).toMatchObject({ shipByOn: "2090-05-04", deliverByOn: "2090-05-08" });
  });

  it("is one round trip to the database, whatever the number of SKUs, and asks no object", async () => {
    const skus = await Promise.all([newSku({ [berlin]: 1 }), newSku(), newSku({ [store]: 2 })]);
    await ask(`skus=${skus[0]}`);
    const limited = limitedDatabase(env.DB, 1);
    const request = new Request(
      `https://aftercart.test/v1/availability?channel=${shop}&country=DE&skus=${skus.join()}`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    const bindings = { ...env, DB: limited.database, SKU_INVENTORY: stockAway() };
    const execution = { waitUntil: () => undefined } as unknown as ExecutionContext;
    const answer = await worker.fetch(
      request as Request<unknown, IncomingRequestCfProperties>,
      bindings,
      execution,
    );
    expect([answer.status, limited.roundTrips()]).toEqual([200, 1]);
  });

  it("may be kept for seconds by who asked, and is not sent again while it says the same", async () => {
    const sku = await newSku({ [berlin]: 3 });
    await followed(sku);
    const first = await ask(`skus=${sku}`);
    expect(first.headers.get("cache-control")).toBe("private, max-age=5");
    const tag = first.headers.get("etag")!;
    const again = await ask(`skus=${sku}`, { "if-none-match": tag });
    expect([again.status, again.body, again.headers.get("etag")]).toEqual([304, {}, tag]);
    expect((await ask(`skus=${sku}&country=DE`, { "if-none-match": tag })).status).toBe(200);
    expect((await ask(`skus=${sku}&strong=1`)).headers.get("cache-control")).toBe("no-store");
    expect((await ask("skus=")).headers.get("cache-control")).toBe("no-store");
  });

  // From Berlin, New York is nearer than 8,000 km and California is not.
  it.each([
    ["country=US&postalCode=10001", { region: "NY", precision: "region" }, [2, 4]],
    ["country=US&region=CA", { region: "CA", precision: "region" }, [3, 9]],
    ["country=US&postalCode=nowhere", { region: null, precision: "country" }, [2, 9]],
    ["country=US", { region: null, precision: "country" }, [2, 9]],
  ])("says for %s how closely it knows the place, with days as far apart", async (query, place, transit) => {
    const sku = await newSku({ [berlin]: 3 });
    await followed(sku);
    const { body } = await ask(`skus=${sku}&${query}`);
    expect(body.destination).toMatchObject(place);
    const { shipByOn, deliverFromOn, deliverByOn } = body.items[0].delivery.cheapest;
    expect([deliverFromOn, deliverByOn]).toEqual(transit.map((days) => carrierDaysAfter(shipByOn, days)));
  });

  it("says that nobody knows of a country to which nothing goes", async () => {
    const sku = await newSku({ [berlin]: 3 });
    await followed(sku);
    expect((await ask(`skus=${sku}&country=ZZ`)).body).toMatchObject({
      destination: { precision: "unknown" },
      items: [{ delivery: { cheapest: null, noDate: "no_service" } }],
    });
  });

  it("is refused for a postal code of no country", async () => {
    const { status, body } = await ask("skus=A&postalCode=10001");
    expect([status, body.errors[0].path]).toEqual([422, "country"]);
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
      `/v1/availability?skus=${sku},${none}&channel=${channel}&strong=1`,
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

  it("is rejected for an unknown channel", async () => {
    const { status, body } = await call("GET", "/v1/availability?skus=A&channel=none");
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path: "channel" })]]);
  });

  it("is rejected for too many SKUs, and for none", async () => {
    const many = Array.from({ length: 51 }, (_, i) => `S${i}`).join(",");
    expect((await call("GET", `/v1/availability?skus=${many}&channel=${channel}`)).status).toBe(422);
    expect((await call("GET", `/v1/availability?channel=${channel}`)).status).toBe(422);
  });
});
