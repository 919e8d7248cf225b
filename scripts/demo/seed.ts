/** Creates the demo retailer in an empty system, through the API. */
import { forEachOf, type Api } from "../local/api.ts";
import { plural, printLine } from "../local/print.ts";
import { CARRIER_SERVICES } from "./carriers.ts";
import { CATALOGUE } from "./catalogue.ts";
import { binsOf, CHANNELS, LOCATIONS, openingStock } from "./retailer.ts";

const AT_ONCE = 8;

/** Inbound stock of every SKU that may be backordered or pre-ordered. */
const EXPECTED = { locationId: "reno", kind: "purchase_order", quantity: 80 } as const;
const EXPECTED_IN_MS = 12 * 86_400_000;

export const purchaseOrderOf = (sku: string): string => `po-${sku}`;

/** Whether the retailer exists. Channels are created last: if they exist, everything does. */
export async function isSeeded(api: Api): Promise<boolean> {
  const { items } = await api.get<{ items: { id: string }[] }>("/v1/channels");
  return CHANNELS.every(({ id }) => items.some((channel) => channel.id === id));
}

/** Can be repeated after a failure: every write is a PUT or has a reference of its own. */
export async function seedRetailer(api: Api): Promise<void> {
  await forEachOf(LOCATIONS, AT_ONCE, ({ id, ...location }) =>
    api.send("PUT", `/v1/locations/${id}`, location),
  );
  printLine(LOCATIONS.map(({ name }) => name).join(", "));

  await forEachOf(CARRIER_SERVICES, AT_ONCE, ({ id, ...service }) =>
    api.send("PUT", `/v1/carrier-services/${id}`, service),
  );
  printLine(CARRIER_SERVICES.map(({ name }) => name).join(", "));

  await forEachOf(CATALOGUE, AT_ONCE, (product) => {
    const { sku, priceMinor: _priceMinor, ...facts } = product;
    return api.send("PUT", `/v1/skus/${encodeURIComponent(sku)}`, { ...facts, bins: binsOf(product) });
  });
  printLine(`${plural(CATALOGUE.length, "SKU")} with weights, sizes, bins and costs`);

  const receipts = openingStock();
  await forEachOf(receipts, AT_ONCE, async ({ sku, locationId, quantity, safetyStock }) => {
    const path = `/v1/skus/${encodeURIComponent(sku)}`;
    await api.send("POST", `${path}/receipts`, { locationId, quantity, ref: `opening-${locationId}` });
    if (safetyStock === 0) return;
    await api.send("PUT", `${path}/locations/${locationId}/safety-stock`, { quantity: safetyStock });
  });
  const units = receipts.reduce((sum, { quantity }) => sum + quantity, 0);
  const withSafetyStock = receipts.filter(({ safetyStock }) => safetyStock > 0).length;
  printLine(
    `${units} units of stock, in ${plural(receipts.length, "receipt")}; ${withSafetyStock} with safety stock`,
  );

  const expectedOn = new Date(Date.now() + EXPECTED_IN_MS).toISOString().slice(0, 10);
  const soldAhead = CATALOGUE.filter(({ policy }) => policy !== "deny");
  await forEachOf(soldAhead, AT_ONCE, ({ sku }) =>
    api.send("PUT", `/v1/inbound/${purchaseOrderOf(sku)}`, { sku, ...EXPECTED, expectedOn }),
  );
  printLine(
    `${soldAhead.length} purchase orders of ${EXPECTED.quantity} units, expected at Reno on ${expectedOn}`,
  );

  await forEachOf(CHANNELS, AT_ONCE, ({ id, rate: _rate, secret, ...channel }) =>
    api.send("PUT", `/v1/channels/${id}`, { ...channel, secrets: [secret] }),
  );
  printLine(CHANNELS.map(({ name, currency }) => `${name}, ${currency}`).join("; "));
}
