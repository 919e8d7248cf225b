/** What a world starts with: an empty database but for a channel and two locations, and its SKUs with stock. */
import { putCarrierService } from "../../src/catalog/put-carrier-service";
import { putChannel } from "../../src/channels/put-channel";
import { putLocation } from "../../src/catalog/put-location";
import { putSku } from "../../src/catalog/put-sku";
import type { CarrierService, Location } from "../../src/catalog/domain/reference";
import type { SkuPolicy } from "../../src/catalog/domain/reference";
import { forgetReference } from "../../src/catalog/storage/reference";
import { createContext } from "../../src/app-context";
import { makeKeyIn } from "../support/api";
import { CREDENTIALS } from "../support/storefront-stock";
import { newInvocation } from "./invocation";
import { platform } from "./platform";
import { plainChannel, plainLocation } from "../support/reference-defaults";

export const CHANNEL = "shop";
/** A storefront that only says which order changed. */
export const STORE = "store";
export const LOCATIONS = ["east", "west"] as const;
export const SECRET = "simulated webhook secret";

const KEPT = ["channels", "locations", "carrier_services", "api_keys", "d1_migrations"];

const seeding = () => createContext(platform().env(newInvocation()), { waitUntil: () => undefined }, "seed");

let token: Promise<string> | undefined;
let tables: Promise<readonly string[]> | undefined;

/** The key of whoever calls the API. Made once, with the channel and the locations. */
export const founded = (): Promise<string> => (token ??= found());

async function found(): Promise<string> {
  const context = seeding();
  for (const location of placed) await putLocation(context, location);
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
  await putChannel(context, channel, { secrets: [SECRET], connection: undefined });
  const store = { ...channel, id: STORE, kind: "bigcommerce" } as const;
  const connection = {
    baseUrl: "https://api.bigcommerce.com/stores/simulated",
    credentials: CREDENTIALS.bigcommerce,
  };
  await putChannel(context, store, { secrets: [SECRET], connection });
  return (await makeKeyIn(platform().database, "admin")).token;
}

const changed = new Set<string>();

/** Writes a location anew with the change; whoever opens the next world puts it back. */
export function changedLocation(id: string, change: Partial<Location>): Omit<Location, "id"> {
  changed.add(id);
  const { id: _id, ...location } = { ...placed.find((each) => each.id === id)!, ...change };
  return location;
}

export const changedLocations = () => LOCATIONS.filter((id) => changed.has(id));

/** As they were founded, whatever an earlier world did to them. */
export async function putBack(): Promise<void> {
  const context = seeding();
  for (const location of placed.filter(({ id }) => changed.has(id))) await putLocation(context, location);
  changed.clear();
  forgetReference();
}

/** Every row that an earlier world left is gone, so that this one is alone. */
export async function cleared(): Promise<void> {
  tables ??= tablesOfWorlds();
  const names = await tables;
  await platform().database.batch([
    platform().database.prepare("PRAGMA defer_foreign_keys = ON"),
    ...names.map((name) => platform().database.prepare(`DELETE FROM ${name}`)),
  ]);
}

/** The tables that hold what happens, by their names. */
export async function tablesOfWorlds(): Promise<string[]> {
  const { results } = await platform()
    .database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all<{ name: string }>();
  const internal = /^(sqlite_|_cf_)/;
  return results.map(({ name }) => name).filter((name) => !KEPT.includes(name) && !internal.test(name));
}

/** @param units received at each of the two locations. */
export async function stocked(
  sku: string,
  unitCostMinor: number,
  policy: SkuPolicy,
  units: readonly [number, number],
): Promise<void> {
  const context = seeding();
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
  for (const [i, quantity] of units.entries()) {
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

const placed = [locationAt("east", 40.6, -75.5, 1), locationAt("west", 39.5, -119.8, 2)];
