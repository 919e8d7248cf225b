/** The demo retailer has the documented size, and its storefronts send valid callbacks. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { CARRIER_SERVICES } from "../../scripts/demo/carriers.ts";
import { CATALOGUE } from "../../scripts/demo/catalogue.ts";
import { demoOrder } from "../../scripts/demo/orders.ts";
import { binsOf, CHANNELS, LOCATIONS, openingStock } from "../../scripts/demo/retailer.ts";
import { callbackOf } from "../../scripts/demo/storefronts.ts";
import { readFetchedOrder } from "../../src/channels/bigcommerce/order";
import type { Channel } from "../../src/catalog/domain/channel";
import { aCallback, isSigned, readCallback } from "../support/storefront-adapters";
import { bigCommerceOrderPayload, bigCommerceTransactions } from "../support/bigcommerce-store";
import { signedStorefrontRequest, totalOf } from "../support/storefront-traffic";
import { plainChannel } from "../support/reference-defaults";

const NOW = Date.UTC(2026, 10, 22, 9);
const ORDERS = Array.from({ length: 200 }, (_, i) => demoOrder(i + 1, NOW));

describe("the demo retailer", () => {
  it("has 200 different SKUs, each with a bin at every warehouse", () => {
    expect(new Set(CATALOGUE.map(({ sku }) => sku)).size).toBe(200);
    const warehouses = LOCATIONS.filter(({ kind }) => kind === "warehouse").map(({ id }) => id);
    for (const product of CATALOGUE) expect(Object.keys(binsOf(product))).toEqual(warehouses);
    const inReno = CATALOGUE.map((product) => binsOf(product)["reno"]);
    expect(new Set(inReno).size).toBe(200);
  });

  it("sells the SKUs of the storefronts' sample orders", async () => {
    const known = new Set(CATALOGUE.map(({ sku }) => sku));
    const files = ["shopify/order-paid", "shopify/order-partially-refunded", "woocommerce/order"];
    for (const file of files) {
      const text = await readFile(path.join(import.meta.dirname, `../fixtures/${file}.json`), "utf8");
      const skus = [...text.matchAll(/"sku": "([^"]+)"/g)].map(([, sku]) => sku!);
      expect(skus.filter((sku) => !known.has(sku))).toEqual([]);
    }
  });

  it("has three warehouses, two stores and a vendor, and stock only there", () => {
    const kinds = LOCATIONS.map(({ kind }) => kind).toSorted();
    expect(kinds).toEqual(["store", "store", "vendor", "warehouse", "warehouse", "warehouse"]);
    const ids = new Set(LOCATIONS.map(({ id }) => id));
    const receipts = openingStock();
    expect(receipts.filter(({ locationId }) => !ids.has(locationId))).toEqual([]);
    expect(new Set(receipts.map(({ sku, locationId }) => `${sku} ${locationId}`)).size).toBe(receipts.length);
    const stocked = new Set(receipts.map(({ sku }) => sku));
    expect(CATALOGUE.filter(({ sku }) => !stocked.has(sku)).length).toBeGreaterThan(0);
  });
});

describe("the demo's carrier services", () => {
  it("serve existing locations, with prices that rise with the weight", () => {
    const ids = new Set(LOCATIONS.map(({ id }) => id));
    for (const { id, locationIds, zones } of CARRIER_SERVICES) {
      expect({ id, unknown: locationIds.filter((locationId) => !ids.has(locationId)) }).toEqual({
        id,
        unknown: [],
      });
      for (const { prices } of zones) {
        const steps = prices.map(({ upToGrams, priceMinor }) => [upToGrams, priceMinor]);
        expect(steps).toEqual(steps.toSorted(([a, b], [c, d]) => a! - c! || b! - d!));
      }
    }
  });
});

describe("the demo's orders", () => {
  it("are the same for the same number", () => {
    expect(demoOrder(17, NOW)).toEqual(demoOrder(17, NOW));
    expect(new Set(ORDERS.map(({ id }) => id)).size).toBe(ORDERS.length);
  });

  it("come from every channel, with one to three lines, some with a discount, all with tax", () => {
    expect(new Set(ORDERS.map(({ channel }) => channel.id))).toEqual(new Set(CHANNELS.map(({ id }) => id)));
    const sizes = new Set(ORDERS.map(({ lines }) => lines.length));
    expect(sizes).toEqual(new Set([1, 2, 3]));
    const lines = ORDERS.flatMap((order) => order.lines);
    expect(lines.filter(({ discountMinor }) => discountMinor !== undefined).length).toBeGreaterThan(20);
    expect(lines.filter(({ taxMinor }) => !taxMinor)).toEqual([]);
  });

  it("have valid callbacks whose amounts add up to the cent", async () => {
    for (const order of ORDERS) {
      const { channel } = order;
      const { topic, eventId, payload } = callbackOf("created", order);
      const signing = { id: eventId, now: NOW };
      const sent = await signedStorefrontRequest(channel.kind, channel.secret, topic, payload, signing);
      const callback = aCallback(sent.headers, sent.body);
      expect(isSigned(channel.kind, callback, [channel.secret], NOW)).toBe(true);

      const stored = { ...channel, ...plainChannel, active: true } as Channel;
      const { event } = readCallback(stored, callback, NOW);
      expect(event).toMatchObject({
        ok: true,
        value: { type: "order", order: { problems: [], totalMinor: totalOf(order) } },
      });
    }
  });

  it("have answers of BigCommerce's API whose amounts add up to the cent", () => {
    const outlet = { id: "outlet-us", currency: "USD" };
    for (const order of ORDERS.filter(({ currency }) => currency === "USD")) {
      const payloads = {
        order: bigCommerceOrderPayload(order),
        transactions: bigCommerceTransactions(order),
        refunds: null,
        shipments: null,
      };
      const read = readFetchedOrder(outlet, { ...payloads, products: null }, NOW);
      expect(read).toMatchObject({
        ok: true,
        value: { type: "order", order: { problems: [], totalMinor: totalOf(order) } },
      });
    }
  });
});
