/** What each simulated world starts with: two channels, two locations, a carrier service, and SKUs with stock. */
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

export const CHANNEL = "shop";
/** A storefront whose callbacks name the order that changed, without its content. */
export const STORE = "store";
export const LOCATIONS = ["east", "west"] as const;
export const SECRET = "simulated webhook secret";

const KEPT_TABLES = ["channels", "locations", "carrier_services", "api_keys", "d1_migrations"];

const seedContext = () =>
  createContext(platform().env(newInvocation()), { waitUntil: () => undefined }, "seed");

let adminToken: Promise<string> | undefined;
let tables: Promise<readonly (readonly string[])[]> | undefined;

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
  const { DB, ORDERS_00 } = platform().databases;
  const cleared = await (tables ??= Promise.all([DB, ORDERS_00].map(clearedTables)));
  await Promise.all(
    [DB, ORDERS_00].map((database, i) =>
      database.batch([
        database.prepare("PRAGMA defer_foreign_keys = ON"),
        ...cleared[i]!.map((name) => database.prepare(`DELETE FROM ${name}`)),
      ]),
    ),
  );
}

/** All tables but those of the reference data that every world shares. */
async function clearedTables(database: D1Database): Promise<string[]> {
  const { results } = await database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all<{ name: string }>();
  const internal = /^(sqlite_|_cf_)/;
  return results
    .map(({ name }) => name)
    .filter((name) => !KEPT_TABLES.includes(name) && !internal.test(name));
}

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
