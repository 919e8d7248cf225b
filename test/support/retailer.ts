/** Sets up a small retailer for a test: locations, a Shopify channel and SKUs with stock. */
import { unique, type Call } from "./api";
import { signedStorefrontRequest, shopifyPayload, type TrafficOrder } from "./storefront-traffic";

export const SECRET = "a storefront's webhook secret";

export type Retailer = Readonly<{
  channelId: string;
  locationIds: readonly string[];
  skus: readonly string[];
}>;

type Plan = Readonly<{
  /** Units of each SKU received at each location: `[[5, 0], [3, 3]]` is two SKUs at two locations. */
  stock: readonly (readonly number[])[];
  channel?: Readonly<Record<string, unknown>>;
  sku?: Readonly<Record<string, unknown>>;
}>;

const SITES = [
  { name: "Louisville", latitude: 38.25, longitude: -85.76, region: "KY" },
  { name: "Reno", latitude: 39.53, longitude: -119.81, region: "NV" },
  { name: "Allentown", latitude: 40.6, longitude: -75.47, region: "PA" },
];

export async function openRetailer(call: Call, { stock, channel, sku }: Plan): Promise<Retailer> {
  const locationIds = await Promise.all(
    SITES.slice(0, stock[0]!.length).map(async ({ name, region, ...at }) => {
      const id = unique("loc");
      const address = { city: name, region, countryCode: "US", postalCode: "00000", line1: "1 Dock Road" };
      const location = { name, kind: "warehouse", address, ...at, timeZone: "America/New_York" };
      await succeeded(
        call("PUT", `/v1/locations/${id}`, {
          ...location,
          cutOff: "16:00",
          workingDays: [1, 2, 3, 4, 5],
          priority: 1,
        }),
      );
      return id;
    }),
  );
  const channelId = unique("shop");
  await succeeded(
    call("PUT", `/v1/channels/${channelId}`, {
      name: "The shop",
      kind: "shopify",
      currency: "USD",
      locationIds,
      shortagePolicy: "backorder",
      gracePeriodMinutes: 0,
      secrets: [SECRET],
      ...channel,
    }),
  );
  const skus = await Promise.all(
    stock.map(async (units) => {
      const id = unique("SKU");
      await succeeded(
        call("PUT", `/v1/skus/${id}`, {
          title: `Thing ${id}`,
          weightGrams: 200,
          unitCostMinor: 700,
          policy: "deny",
          ...sku,
        }),
      );
      for (const [i, quantity] of units.entries()) {
        if (quantity === 0) continue;
        const receipt = { locationId: locationIds[i], quantity, ref: unique("po") };
        await succeeded(call("POST", `/v1/skus/${id}/receipts`, receipt));
      }
      return id;
    }),
  );
  return { channelId, locationIds, skus };
}

async function succeeded(answer: ReturnType<Call>): Promise<void> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
}

let orders = 4_000_000 + Math.floor(Math.random() * 1_000_000);

/** A paid order of so many units of each SKU, at 20.00 each, with a discount, tax and shipping. */
export function anOrderOf(
  { skus }: Retailer,
  quantities: readonly number[],
  over: Partial<TrafficOrder> = {},
): TrafficOrder {
  orders += 1;
  return {
    id: orders,
    number: orders,
    currency: "USD",
    decimals: 2,
    placedAt: Date.now(),
    email: `buyer${orders}@example.com`,
    address: {
      firstName: "Ada",
      lastName: "Byron",
      line1: "1 Main Street",
      city: "Louisville",
      region: "KY",
      postalCode: "40202",
      countryCode: "US",
      latitude: 38.25,
      longitude: -85.75,
    },
    lines: quantities.flatMap((quantity, i) =>
      quantity === 0
        ? []
        : [
            {
              id: orders * 10 + i,
              sku: skus[i]!,
              title: `Thing ${i}`,
              quantity,
              unitPriceMinor: 2000,
              discountMinor: 100,
              taxMinor: 119,
            },
          ],
    ),
    shippingMinor: 599,
    shippingTaxMinor: 36,
    ...over,
  };
}

/** A signed callback as Shopify sends it. */
export async function shopifyCallback(
  retailer: Retailer,
  order: TrafficOrder,
  { topic = "orders/create", id = unique("event") }: { topic?: string; id?: string } = {},
): Promise<Request> {
  const signed = await signedStorefrontRequest("shopify", SECRET, topic, shopifyPayload(order), {
    id,
    now: Date.now(),
  });
  return new Request(`https://aftercart.test/v1/webhooks/${retailer.channelId}`, {
    method: "POST",
    ...signed,
  });
}

/** Customers may collect orders at the location. */
export async function offerPickup(call: Call, locationId: string): Promise<void> {
  const path = `/v1/locations/${locationId}`;
  const { id: _id, ...fields } = (await call("GET", path)).body as Record<string, unknown>;
  await succeeded(call("PUT", path, { ...fields, offersPickup: true }));
}
