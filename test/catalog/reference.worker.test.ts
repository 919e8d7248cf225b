/** The routes of the catalog: creating, replacing, reading and listing; and the secrets of channels. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { upsertSkus } from "../../src/inventory/upsert-skus";
import { DEFAULT_SOURCING_RULES } from "../../src/catalog/domain/channel";
import { createContext } from "../../src/app-context";
import { channelSecrets } from "../../src/catalog/storage/channels";
import { cachedReference } from "../../src/catalog/storage/reference";
import {
  aCarrierService,
  aChannel,
  aLocation,
  anAddress,
  aSku,
  callerWith,
  unique,
  type Call,
} from "../support/api";
import { plainLocation } from "../support/reference-defaults";

let staff: Call;
const context = createContext(env, { waitUntil: () => undefined }, "test");
beforeAll(async () => {
  staff = await callerWith("admin");
});

const withoutDefaults = {
  name: null,
  company: null,
  line2: null,
  region: null,
  phone: null,
  latitude: null,
  longitude: null,
};

describe("a location", () => {
  it("is created once, then replaced, and read as written", async () => {
    const id = unique("loc");
    const address = { ...withoutDefaults, ...anAddress };
    const written = { id, ...aLocation(), ...plainLocation, address, active: true };
    const first = await staff("PUT", `/v1/locations/${id}`, aLocation({ workingDays: [5, 1, 2, 4, 3] }));
    expect([first.status, first.body]).toEqual([201, written]);
    const second = await staff("PUT", `/v1/locations/${id}`, aLocation({ active: false }));
    expect([second.status, second.body]).toEqual([200, { ...written, active: false }]);
    expect((await staff("GET", `/v1/locations/${id}`)).body).toEqual({ ...written, active: false });
  });

  it.each([
    { over: { workingDays: [1, 1] }, path: "workingDays" },
    { over: { latitude: 91 }, path: "latitude" },
    { over: { kind: "barn" }, path: "kind" },
    { over: { priority: 1.5 }, path: "priority" },
    { over: { closedOn: ["2026-02-30"] }, path: "closedOn.0" },
    { over: { capacityPerDay: -1 }, path: "capacityPerDay" },
    { over: { countries: ["Germany"] }, path: "countries.0" },
    { over: { address: { ...anAddress, countryCode: "de" } }, path: "address.countryCode" },
  ])("is rejected with an error at $path for $over", async ({ over, path }) => {
    const { status, body } = await staff("PUT", `/v1/locations/${unique("loc")}`, aLocation(over));
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path })]]);
  });

  it("keeps its rules, its closed days and its costs", async () => {
    const id = unique("loc");
    const rules = {
      closedOn: ["2026-12-25", "2027-01-01"],
      processingDays: 2,
      capacityPerDay: 40,
      shipsOrders: false,
      offersPickup: true,
      countries: ["DE", "AT"],
      acceptsHazardous: false,
      acceptsOversize: false,
      handlingPerParcelMinor: 120,
      handlingPerUnitMinor: 15,
    };
    await staff("PUT", `/v1/locations/${id}`, aLocation(rules));
    expect((await staff("GET", `/v1/locations/${id}`)).body).toMatchObject(rules);
  });

  it("is not found if it does not exist", async () => {
    expect((await staff("GET", "/v1/locations/nowhere")).status).toBe(404);
  });
});

describe("a list", () => {
  it("returns every row once over its pages, in order", async () => {
    const prefix = unique("page");
    const ids = Array.from({ length: 7 }, (_, i) => `${prefix}-${i}`);
    for (const id of ids) await staff("PUT", `/v1/locations/${id}`, aLocation());

    const seen: string[] = [];
    for (let query = "limit=3"; query !== "";) {
      const { status, body } = await staff("GET", `/v1/locations?${query}`);
      expect(status).toBe(200);
      const { items, nextCursor }: { items: { id: string }[]; nextCursor: string | null } = body;
      expect(items.length).toBeLessThanOrEqual(3);
      seen.push(...items.map(({ id }) => id));
      query = nextCursor === null ? "" : `limit=3&cursor=${nextCursor}`;
    }
    expect(seen.filter((id) => id.startsWith(prefix))).toEqual(ids);
    expect(seen).toEqual([...new Set(seen)].sort());
  });

  it.each([
    { query: "limit=0", path: "limit" },
    { query: "limit=201", path: "limit" },
    { query: "limit=many", path: "limit" },
    { query: "cursor=%20", path: "cursor" },
    { query: "cursor=4pyT4", path: "cursor" },
  ])("rejects ?$query with an error at $path", async ({ query, path }) => {
    const { status, body } = await staff("GET", `/v1/skus?${query}`);
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path })]]);
  });
});

describe("a SKU", () => {
  it("may have any printable code, and is upserted to its object", async () => {
    const sku = `${unique("Größe L")} / 50% "rot"?#&`;
    const path = `/v1/skus/${encodeURIComponent(sku)}`;
    const written = {
      sku,
      ...aSku(),
      lengthMm: null,
      widthMm: null,
      heightMm: null,
      bins: {},
      taxCategory: null,
      hazardous: false,
      oversize: false,
      active: true,
    };
    const first = await staff("PUT", path, aSku());
    expect([first.status, first.body]).toEqual([201, written]);
    expect((await staff("PUT", path, aSku({ title: "Cup" }))).status).toBe(200);
    expect((await staff("GET", path)).body).toEqual({ ...written, title: "Cup" });
    expect((await staff("GET", `${path}/stock`)).body).toMatchObject({ sku, levels: [] });
  });

  it("is rejected with a bin at an unknown location, or an invalid code", async () => {
    const bins = await staff("PUT", `/v1/skus/${unique("sku")}`, aSku({ bins: { nowhere: "A1" } }));
    expect([bins.status, bins.body.errors]).toEqual([
      422,
      [{ path: "bins.nowhere", message: "there is no location nowhere" }],
    ]);
    expect((await staff("PUT", `/v1/skus/${"x".repeat(101)}`, aSku())).status).toBe(422);
    expect((await staff("PUT", "/v1/skus/a%00b", aSku())).status).toBe(422);
  });

  it("is upserted to its object by the sweep, once, if that failed before", async () => {
    const sku = unique("late");
    await env.DB.prepare(
      `INSERT INTO skus (sku, title, weight_grams, unit_cost_minor, policy, active, created_at, updated_at)
       VALUES (?1, 'Late', 1, 1, 'deny', 1, 1, 1)`,
    )
      .bind(sku)
      .run();
    expect((await staff("GET", `/v1/skus/${sku}/stock`)).body.code).toBe("unknown_sku");
    expect(await upsertSkus(context)).toBeGreaterThan(0);
    expect((await staff("GET", `/v1/skus/${sku}/stock`)).status).toBe(200);
    expect(await upsertSkus(context)).toBe(0);
  });
});

describe("a carrier's service", () => {
  const [zone] = aCarrierService().zones;
  const withZone = (over: Record<string, unknown>) => ({ zones: [{ ...zone, ...over }] });

  it("is created once, then replaced, read as written, and part of the reference data", async () => {
    const id = unique("service");
    const path = `/v1/carrier-services/${id}`;
    const { zones } = withZone({ countries: [], maxDistanceKm: null, perExtraKgMinor: null });
    const defaults = { active: true, volumeDivisor: null, locationIds: [], zones };
    const written = { id, ...aCarrierService(defaults) };
    const first = await staff("PUT", path, aCarrierService());
    expect([first.status, first.body]).toEqual([201, written]);
    const second = await staff("PUT", path, aCarrierService({ active: false }));
    expect([second.status, second.body]).toEqual([200, { ...written, active: false }]);
    expect((await staff("GET", path)).body).toEqual({ ...written, active: false });
    expect((await staff("GET", "/v1/carrier-services?limit=200")).body.items).toContainEqual(second.body);
    expect((await context.reference()).carrierServices).toContainEqual(second.body);
  });

  const [light, heavy] = zone!.prices;
  it.each([
    { name: "without zones", over: { zones: [] }, path: "zones" },
    { name: "with an unknown location", over: { locationIds: ["nowhere"] }, path: "locationIds.0" },
    {
      name: "with prices in descending order",
      over: withZone({ prices: [heavy, light] }),
      path: "zones.0.prices",
    },
    {
      name: "with heavier parcels that cost less",
      over: withZone({ prices: [light, { ...heavy, priceMinor: 499 }] }),
      path: "zones.0.prices",
    },
    {
      name: "with fewer transit days at most than at least",
      over: withZone({ minTransitDays: 4 }),
      path: "zones.0.maxTransitDays",
    },
  ])("is rejected $name", async ({ over, path }) => {
    const { status, body } = await staff(
      "PUT",
      `/v1/carrier-services/${unique("service")}`,
      aCarrierService(over),
    );
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path })]]);
  });
});

/** As Standard Webhooks requires it. */
const standardSecret = (name: string) => `whsec_${btoa(`the ${name} webhook secret`)}`;

describe("a channel", () => {
  it("stores its secrets sealed, and returns only when they were set", async () => {
    const id = unique("shop");
    const secrets = [standardSecret("new"), standardSecret("old")];
    const first = await staff("PUT", `/v1/channels/${id}`, aChannel({ secrets }));
    expect([first.status, first.body.secretsSetAt.length]).toEqual([201, 2]);

    const answers = [
      first,
      await staff("GET", `/v1/channels/${id}`),
      await staff("GET", "/v1/channels?limit=200"),
    ];
    const stored = await env.DB.prepare("SELECT * FROM channels WHERE id = ?1").bind(id).first();
    const visible = JSON.stringify([answers.map(({ body }) => body), stored]);
    for (const secret of secrets) {
      expect(visible).not.toContain(secret);
      expect(visible).not.toContain(btoa(secret));
    }
    expect(await channelSecrets(context, id)).toEqual(secrets);
  });

  it("keeps its secrets if none are given, and replaces them with new ones", async () => {
    const id = unique("shop");
    await staff("PUT", `/v1/channels/${id}`, aChannel({ secrets: [standardSecret("first")] }));
    await staff("PUT", `/v1/channels/${id}`, aChannel({ name: "Renamed" }));
    expect(await channelSecrets(fresh(), id)).toEqual([standardSecret("first")]);
    await staff("PUT", `/v1/channels/${id}`, aChannel({ secrets: [standardSecret("second")] }));
    expect(await channelSecrets(fresh(), id)).toEqual([standardSecret("second")]);
  });

  it("is not changed to a kind whose callbacks its stored secrets cannot verify", async () => {
    const id = unique("shop");
    const shopify = { kind: "shopify", secrets: ["shpss_0123456789abcdef"] };
    expect((await staff("PUT", `/v1/channels/${id}`, aChannel(shopify))).status).toBe(201);
    const { status, body } = await staff("PUT", `/v1/channels/${id}`, aChannel());
    expect([status, body.errors]).toEqual([
      422,
      [{ path: "secrets", message: expect.stringContaining("not base64") }],
    ]);
    expect(JSON.stringify(body)).not.toContain("0123456789abcdef");
    const given = aChannel({ secrets: [standardSecret("new")] });
    expect((await staff("PUT", `/v1/channels/${id}`, given)).status).toBe(200);
    expect((await staff("PUT", `/v1/channels/${id}`, aChannel({ kind: "woocommerce" }))).status).toBe(200);
  });

  it("maps the storefront's locations to ours, and has no map if none is given", async () => {
    const [id, reno] = [unique("shop"), unique("loc")];
    await staff("PUT", `/v1/locations/${reno}`, aLocation());
    expect((await staff("PUT", `/v1/channels/${id}`, aChannel())).body.locationMap).toEqual({});
    const locationMap = { "655441491": reno, main: reno };
    await staff("PUT", `/v1/channels/${id}`, aChannel({ locationMap }));
    expect((await staff("GET", `/v1/channels/${id}`)).body.locationMap).toEqual(locationMap);
    expect((await cachedReference(env.DB, Date.now())).channels.get(id)!.locationMap).toEqual(locationMap);
  });

  it("keeps its sourcing rules, with defaults for those that are left out", async () => {
    const id = unique("shop");
    const sourcing = { splitPenaltyMinor: 300, maxParcels: 2, wholeUnderMinor: 5_000 };
    const over = { sourcing, stockBuffer: 2, countries: ["DE"] };
    const { status, body } = await staff("PUT", `/v1/channels/${id}`, aChannel(over));
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...over, sourcing: { ...DEFAULT_SOURCING_RULES, ...sourcing } });
    expect((await context.reference()).channels.get(id)?.sourcing).toEqual(body.sourcing);
  });

  it("cannot use a secret copied from another channel's row", async () => {
    const [from, to] = [unique("shop"), unique("shop")];
    await staff("PUT", `/v1/channels/${from}`, aChannel({ secrets: [standardSecret("only")] }));
    await staff("PUT", `/v1/channels/${to}`, aChannel());
    await env.DB.prepare(
      "UPDATE channels SET secrets = (SELECT secrets FROM channels WHERE id = ?1) WHERE id = ?2",
    )
      .bind(from, to)
      .run();
    await expect(channelSecrets(fresh(), to)).rejects.toThrow(/./);
  });

  it.each([
    {
      name: "a third secret",
      over: { secrets: ["one", "two", "three"].map(standardSecret) },
      path: "secrets",
    },
    {
      name: "a secret that cannot verify its callbacks",
      over: { secrets: [standardSecret("new"), "not base64, but long"] },
      path: "secrets.1",
    },
    {
      name: "a secret of Shopify with a line break",
      over: { kind: "shopify", secrets: ["shpss_0123456789abcdef\n"] },
      path: "secrets.0",
    },
    { name: "an unknown currency", over: { currency: "XYZ" }, path: "currency" },
    { name: "an unknown location", over: { locationIds: ["nowhere"] }, path: "locationIds.0" },
    {
      name: "an unknown location for one of the storefront's",
      over: { locationMap: { "655441491": "nowhere" } },
      path: "locationMap.655441491",
    },
    { name: "an unknown policy", over: { shortagePolicy: "refuse" }, path: "shortagePolicy" },
  ])("is rejected with $name", async ({ over, path }) => {
    const { status, body } = await staff("PUT", `/v1/channels/${unique("shop")}`, aChannel(over));
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path })]]);
  });
});

/** The same context an hour later, when the caches of the isolate have expired. */
const fresh = () => ({ ...context, now: () => Date.now() + 3_600_000 });
