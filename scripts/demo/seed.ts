/** Puts the demo retailer into an empty system, as a merchant would: through the API. */
import { forEachOf, type Api } from "../local/api.ts";
import { counted, say } from "../local/say.ts";
import { CARRIER_SERVICES } from "./carriers.ts";
import { CATALOGUE } from "./catalogue.ts";
import { binsOf, CHANNELS, LOCATIONS, openingStock } from "./retailer.ts";

const AT_ONCE = 8;

/** What may be sold before it is there is on its way: dates are promised from it. */
const EXPECTED = { locationId: "reno", kind: "purchase_order", quantity: 80 } as const;
const EXPECTED_IN_MS = 12 * 86_400_000;

export const purchaseOrderOf = (sku: string): string => `po-${sku}`;

/** The channels come last: where they are, everything is. */
export async function isSeeded(api: Api): Promise<boolean> {
  const { items } = await api.get<{ items: { id: string }[] }>("/v1/channels");
  return CHANNELS.every(({ id }) => items.some((channel) => channel.id === id));
}

/** Stopped in the middle and run again, it goes on: every write is a replacement or names its own receipt. */
export async function seedRetailer(api: Api): Promise<void> {
  await forEachOf(LOCATIONS, AT_ONCE, ({ id, ...location }) =>
    api.send("PUT", `/v1/locations/${id}`, location),
  );
  say(LOCATIONS.map(({ name }) => name).join(", "));

  await forEachOf(CARRIER_SERVICES, AT_ONCE, ({ id, ...service }) =>
    api.send("PUT", `/v1/carrier-services/${id}`, service),
  );
  say(CARRIER_SERVICES.map(({ name }) => name).join(", "));

  await forEachOf(CATALOGUE, AT_ONCE, (product) => {
    const { sku, priceMinor: _storefrontsOwn, ...facts } = product;
    return api.send("PUT", `/v1/skus/${encodeURIComponent(sku)}`, { ...facts, bins: binsOf(product) });
  });
  say(`${counted(CATALOGUE.length, "SKU")} with weights, sizes, bins and costs`);

  const receipts = openingStock();
  await forEachOf(receipts, AT_ONCE, async ({ sku, locationId, quantity, safetyStock }) => {
    const path = `/v1/skus/${encodeURIComponent(sku)}`;
    await api.send("POST", `${path}/receipts`, { locationId, quantity, ref: `opening-${locationId}` });
    if (safetyStock === 0) return;
    await api.send("PUT", `${path}/locations/${locationId}/safety-stock`, { quantity: safetyStock });
  });
  const units = receipts.reduce((sum, { quantity }) => sum + quantity, 0);
  const keptBack = receipts.filter(({ safetyStock }) => safetyStock > 0).length;
  say(
    `${units} units received at ${counted(receipts.length, "place")}, some kept back at ${keptBack} of them`,
  );

  const expectedOn = new Date(Date.now() + EXPECTED_IN_MS).toISOString().slice(0, 10);
  const soldAhead = CATALOGUE.filter(({ policy }) => policy !== "deny");
  await forEachOf(soldAhead, AT_ONCE, ({ sku }) =>
    api.send("PUT", `/v1/inbound/${purchaseOrderOf(sku)}`, { sku, ...EXPECTED, expectedOn }),
  );
  say(`${EXPECTED.quantity} more of ${soldAhead.length} SKUs expected at Reno on ${expectedOn}`);

  await forEachOf(CHANNELS, AT_ONCE, ({ id, rate: _rate, secret, ...channel }) =>
    api.send("PUT", `/v1/channels/${id}`, { ...channel, secrets: [secret] }),
  );
  say(CHANNELS.map(({ name, currency }) => `${name}, ${currency}`).join("; "));
}
