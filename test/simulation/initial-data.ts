/** What each simulated world starts with: two channels, two locations, a carrier service, and SKUs with stock. */
import { env } from "cloudflare:workers";
import { putCarrierService } from "../../src/catalog/put-carrier-service";
import { putChannel } from "../../src/channels/put-channel";
import { putLocation } from "../../src/catalog/put-location";
import { putSku } from "../../src/catalog/put-sku";
import type { CarrierService } from "../../src/catalog/domain/carrier-service";
import type { Location } from "../../src/catalog/domain/location";
import type { SkuPolicy } from "../../src/catalog/domain/sku";
import { forgetReference } from "../../src/catalog/storage/reference";
import { createContext } from "../../src/app-context";
import { makeKeyIn } from "../support/api";
import { CREDENTIALS } from "../support/storefront-stock";
import { newInvocation } from "./invocation";
import { platform } from "./platform";
import { plainChannel, plainLocation } from "../support/reference-defaults";
import { BUCKETS } from "../../src/kernel/buckets";
import { ordersDatabases } from "../../src/platform/d1/databases";
import { placeBucket } from "../../src/platform/d1/order-buckets";

export const CHANNEL = "shop";
/** A storefront whose callbacks name the order that changed, without its content. */
export const STORE = "store";
export const LOCATIONS = ["east", "west"] as const;
export const SECRET = "simulated webhook secret";

const KEPT_TABLES = ["channels", "locations", "carrier_services", "api_keys"];

const seedContext = () =>
  createContext(platform().env(newInvocation()), { waitUntil: () => undefined }, "seed");

let adminToken: Promise<string> | undefined;

/** Creates the channels and locations once, and returns the token of an admin's API key. */
export const setUpOnce = (): Promise<string> => (adminToken ??= setUp());

async function setUp(): Promise<string> {
  const context = seedContext();
  for (const location of initialLocations) await putLocation(context, location);
  await putCarrierService(context, POST);
  const channel = {
    id: CHANNEL,
    name: "Simulated",
    kind: "shopify",
    currency: "USD",
    locationIds: [...LOCATIONS],
    shortagePolicy: "backorder",
    gracePeriodMinutes: 5,
    ...plainChannel,
    active: true,
  } as const;
  await putChannel(context, channel, { secrets: [SECRET], connection: undefined, mayChangeTrust: true });
  const store = { ...channel, id: STORE, kind: "bigcommerce" } as const;
  const connection = {
    baseUrl: "https://api.bigcommerce.com/stores/simulated",
    credentials: CREDENTIALS.bigcommerce,
  };
  await putChannel(context, store, { secrets: [SECRET], connection, mayChangeTrust: true });
  return (await makeKeyIn(platform().databases.DB, "admin")).token;
}

const changedIds = new Set<string>();

/** Returns a location as it was set up, with the change. The next world resets it. */
export function locationWith(id: string, change: Partial<Location>): Omit<Location, "id"> {
  changedIds.add(id);
  const { id: _id, ...location } = { ...initialLocations.find((each) => each.id === id)!, ...change };
  return location;
}

export const changedLocationIds = () => LOCATIONS.filter((id) => changedIds.has(id));

/** Undoes what an earlier world changed of the locations. */
export async function resetLocations(): Promise<void> {
  const context = seedContext();
  for (const location of initialLocations.filter(({ id }) => changedIds.has(id)))
    await putLocation(context, location);
  changedIds.clear();
  forgetReference();
}

/** Deletes every row that an earlier world left. */
export async function deleteRows(): Promise<void> {
  const { DB, DIRECTORY } = platform().databases;
  const all = [
    [DB, "primary"],
    [DIRECTORY, "directory"],
    ...[...ordersDatabases(platform().databases).values()].map((each) => [each, "orders"] as const),
  ] as const;
  await Promise.all(
    all.map(([database, kind]) =>
      database.batch([
        database.prepare("PRAGMA defer_foreign_keys = ON"),
        ...clearedTables(kind).map((name) => database.prepare(`DELETE FROM ${name}`)),
      ]),
    ),
  );
}

/** Deletes the documents of an earlier world, whose orders had the same ids. */
export async function emptyArchive(): Promise<void> {
  for (;;) {
    const { objects } = await env.ARCHIVE.list();
    if (objects.length === 0) return;
    await env.ARCHIVE.delete(objects.map(({ key }) => key));
  }
}

/** Each orders database has as many buckets. */
export async function placeBuckets(): Promise<void> {
  const { databases } = platform();
  const names = [...ordersDatabases(databases).keys()];
  if (names.length === 1) return;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    await placeBucket(databases.DB, bucket, names[bucket % names.length]!);
  }
}

/** All tables but those of the reference data that every world shares. */
const clearedTables = (kind: "primary" | "orders" | "directory"): string[] =>
  env.TEST_MIGRATIONS[kind]
    .flatMap(({ queries }) => queries.flatMap((sql) => [...sql.matchAll(/^\s*CREATE TABLE (\w+)/gm)]))
    .map(([, name]) => name!)
    .filter((name) => !KEPT_TABLES.includes(name));

/** @param received units at each of the two locations. */
export async function createStockedSku(
  sku: string,
  unitCostMinor: number,
  policy: SkuPolicy,
  received: readonly [number, number],
): Promise<void> {
  const context = seedContext();
  await putSku(context, {
    sku,
    title: sku,
    weightGrams: 100,
    lengthMm: null,
    widthMm: null,
    heightMm: null,
    unitCostMinor,
    bins: {},
    taxCategory: null,
    hazardous: false,
    oversize: false,
    policy,
    active: true,
  });
  for (const [i, quantity] of received.entries()) {
    if (quantity === 0) continue;
    const receipt = { type: "receive", locationId: LOCATIONS[i]!, quantity, ref: `opening ${i}` } as const;
    await context.inventory.recordMovement(sku, { ...receipt, at: context.now(), by: "seed" });
  }
}

const POST: CarrierService = {
  id: "post",
  carrier: "Post",
  service: "Ground",
  name: "Post Ground",
  active: true,
  volumeDivisor: null,
  locationIds: [],
  zones: [
    {
      name: "Home",
      countries: ["US"],
      maxDistanceKm: null,
      minTransitDays: 1,
      maxTransitDays: 4,
      prices: [{ upToGrams: 30_000, priceMinor: 700 }],
      perExtraKgMinor: null,
    },
  ],
};

const locationAt = (id: string, latitude: number, longitude: number, priority: number): Location => ({
  id,
  name: id,
  kind: "warehouse",
  address: {
    name: null,
    company: null,
    line1: "1 Dock Road",
    line2: null,
    city: "Town",
    region: "PA",
    postalCode: "18101",
    countryCode: "US",
    phone: null,
    latitude,
    longitude,
  },
  latitude,
  longitude,
  timeZone: "UTC",
  cutOff: "16:00",
  workingDays: [1, 2, 3, 4, 5],
  ...plainLocation,
  priority,
  active: true,
});

const initialLocations = [locationAt("east", 40.6, -75.5, 1), locationAt("west", 39.5, -119.8, 2)];
