/** SKUs, locations and channels: written whole, read back, listed page by page; secrets stay inside. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { upsertSkus } from "../../src/inventory/upsert-skus";
import { USUAL_SOURCING } from "../../src/catalog/domain/reference";
import { createContext } from "../../src/app-context";
import { channelSecrets } from "../../src/catalog/storage/channels";
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
import { plainLocation } from "../support/reference";

let staff: Call;
const context = createContext(env, { waitUntil: () => undefined }, "test");
beforeAll(async () => {
  staff = await callerWith("reference:read", "reference:write", "stock:read");
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
  it("is new once, changed after that, and read as written", async () => {
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
    ["its days", { workingDays: [1, 1] }, "workingDays"],
    ["its latitude", { latitude: 91 }, "latitude"],
    ["its kind", { kind: "barn" }, "kind"],
    ["its priority", { priority: 1.5 }, "priority"],
    ["a day it is closed", { closedOn: ["2026-02-30"] }, "closedOn.0"],
    ["its capacity", { capacityPerDay: -1 }, "capacityPerDay"],
    ["where it sends to", { countries: ["Germany"] }, "countries.0"],
    ["its country", { address: { ...anAddress, countryCode: "de" } }, "address.countryCode"],
  ])("is refused where %s cannot be", async (_what, over, path) => {
    const { status, body } = await staff("PUT", `/v1/locations/${unique("loc")}`, aLocation(over));
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path })]]);
  });

  it("keeps what it may send, when and at what cost", async () => {
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

  it("is not found where there is none", async () => {
    expect((await staff("GET", "/v1/locations/nowhere")).status).toBe(404);
  });
});

describe("a list", () => {
  it("gives every row once over its pages, in order", async () => {
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
    ["limit=0", "limit"],
    ["limit=201", "limit"],
    ["limit=many", "limit"],
    ["cursor=%20", "cursor"],
    ["cursor=4pyT4", "cursor"],
  ])("refuses ?%s", async (query, path) => {
    const { status, body } = await staff("GET", `/v1/skus?${query}`);
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path })]]);
  });
});

describe("a SKU", () => {
  it("has any printable code, and tells its object", async () => {
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

  it("is refused with a bin at no location, or a code that cannot be", async () => {
    const bins = await staff("PUT", `/v1/skus/${unique("sku")}`, aSku({ bins: { nowhere: "A1" } }));
    expect([bins.status, bins.body.errors]).toEqual([
      422,
      [{ path: "bins.nowhere", message: "there is no location nowhere" }],
    ]);
    expect((await staff("PUT", `/v1/skus/${"x".repeat(101)}`, aSku())).status).toBe(422);
    expect((await staff("PUT", "/v1/skus/a%00b", aSku())).status).toBe(422);
  });

  it("is told to its object by the sweep, where that failed at first, and only once", async () => {
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

  it("is new once, changed after that, read as written, and known to what sources orders", async () => {
    const id = unique("service");
    const path = `/v1/carrier-services/${id}`;
    const { zones } = withZone({ countries: [], maxDistanceKm: null, perExtraKgMinor: null });
    const unsaid = { active: true, volumeDivisor: null, locationIds: [], zones };
    const written = { id, ...aCarrierService(unsaid) };
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
    ["no zone", { zones: [] }, "zones"],
    ["a location that is none", { locationIds: ["nowhere"] }, "locationIds.0"],
    ["lighter parcels last", withZone({ prices: [heavy, light] }), "zones.0.prices"],
    [
      "heavier parcels that are cheaper",
      withZone({ prices: [light, { ...heavy, priceMinor: 499 }] }),
      "zones.0.prices",
    ],
    ["days that end before they begin", withZone({ minTransitDays: 4 }), "zones.0.maxTransitDays"],
  ])("is refused with %s", async (_what, over, path) => {
    const { status, body } = await staff(
      "PUT",
      `/v1/carrier-services/${unique("service")}`,
      aCarrierService(over),
    );
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path })]]);
  });
});

describe("a channel", () => {
  it("keeps its secrets sealed, and tells only when they were set", async () => {
    const id = unique("shop");
    const secrets = ["a-new-webhook-secret", "an-old-webhook-secret"];
    const first = await staff("PUT", `/v1/channels/${id}`, aChannel({ secrets }));
    expect([first.status, first.body.secretsSetAt.length]).toEqual([201, 2]);

    const answers = [
      first,
      await staff("GET", `/v1/channels/${id}`),
      await staff("GET", "/v1/channels?limit=200"),
    ];
    const stored = await env.DB.prepare("SELECT * FROM channels WHERE id = ?1").bind(id).first();
    const told = JSON.stringify([answers.map(({ body }) => body), stored]);
    for (const secret of secrets) {
      expect(told).not.toContain(secret);
      expect(told).not.toContain(btoa(secret));
    }
    expect(await channelSecrets(context, id)).toEqual(secrets);
  });

  it("keeps its secrets where none are given, and takes new ones in their place", async () => {
    const id = unique("shop");
    await staff("PUT", `/v1/channels/${id}`, aChannel({ secrets: ["the-first-secret"] }));
    await staff("PUT", `/v1/channels/${id}`, aChannel({ name: "Renamed" }));
    expect(await channelSecrets(fresh(), id)).toEqual(["the-first-secret"]);
    await staff("PUT", `/v1/channels/${id}`, aChannel({ secrets: ["the-second-secret"] }));
    expect(await channelSecrets(fresh(), id)).toEqual(["the-second-secret"]);
  });

  it("keeps how its orders are sourced, filled in where it is left out", async () => {
    const id = unique("shop");
    const sourcing = { splitPenaltyMinor: 300, maxParcels: 2, wholeUnderMinor: 5_000 };
    const over = { sourcing, stockBuffer: 2, countries: ["DE"] };
    const { status, body } = await staff("PUT", `/v1/channels/${id}`, aChannel(over));
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...over, sourcing: { ...USUAL_SOURCING, ...sourcing } });
    expect((await context.reference()).channels.get(id)?.sourcing).toEqual(body.sourcing);
  });

  it("cannot use a secret copied from another channel's row", async () => {
    const [from, to] = [unique("shop"), unique("shop")];
    await staff("PUT", `/v1/channels/${from}`, aChannel({ secrets: ["a-secret-of-its-own"] }));
    await staff("PUT", `/v1/channels/${to}`, aChannel());
    await env.DB.prepare(
      "UPDATE channels SET secrets = (SELECT secrets FROM channels WHERE id = ?1) WHERE id = ?2",
    )
      .bind(from, to)
      .run();
    await expect(channelSecrets(fresh(), to)).rejects.toThrow(/./);
  });

  it.each([
    ["a third secret", { secrets: ["secret-one", "secret-two", "secret-three"] }, "secrets"],
    ["a currency that is none", { currency: "XYZ" }, "currency"],
    ["a location that is none", { locationIds: ["nowhere"] }, "locationIds.0"],
    ["an unknown policy", { shortagePolicy: "refuse" }, "shortagePolicy"],
  ])("is refused with %s", async (_what, over, path) => {
    const { status, body } = await staff("PUT", `/v1/channels/${unique("shop")}`, aChannel(over));
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path })]]);
  });
});

/** The same context a while later, when nothing kept in the isolate counts any more. */
const fresh = () => ({ ...context, now: () => Date.now() + 3_600_000 });
