/** The demo retailer: that it is what the README says it is, and that its storefronts speak as real ones do. */
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

describe("the retailer", () => {
  it("sells two hundred SKUs, each once, and has a bin for each at every warehouse", () => {
    expect(new Set(CATALOGUE.map(({ sku }) => sku)).size).toBe(200);
    const warehouses = LOCATIONS.filter(({ kind }) => kind === "warehouse").map(({ id }) => id);
    for (const product of CATALOGUE) expect(Object.keys(binsOf(product))).toEqual(warehouses);
    const inReno = CATALOGUE.map((product) => binsOf(product)["reno"]);
    expect(new Set(inReno).size).toBe(200);
  });

  it("sells what the storefronts' own sample orders ask for", async () => {
    const known = new Set(CATALOGUE.map(({ sku }) => sku));
    const files = ["shopify/order-paid", "shopify/order-partially-refunded", "woocommerce/order"];
    for (const file of files) {
      const text = await readFile(path.join(import.meta.dirname, `../fixtures/${file}.json`), "utf8");
      const asked = [...text.matchAll(/"sku": "([^"]+)"/g)].map(([, sku]) => sku!);
      expect(asked.filter((sku) => !known.has(sku))).toEqual([]);
    }
  });

  it("has three warehouses, two stores and a vendor, and receives only there", () => {
    const kinds = LOCATIONS.map(({ kind }) => kind).toSorted();
    expect(kinds).toEqual(["store", "store", "vendor", "warehouse", "warehouse", "warehouse"]);
    const places = new Set(LOCATIONS.map(({ id }) => id));
    const receipts = openingStock();
    expect(receipts.filter(({ locationId }) => !places.has(locationId))).toEqual([]);
    expect(new Set(receipts.map(({ sku, locationId }) => `${sku} ${locationId}`)).size).toBe(receipts.length);
    const stocked = new Set(receipts.map(({ sku }) => sku));
    expect(CATALOGUE.filter(({ sku }) => !stocked.has(sku)).length).toBeGreaterThan(0);
  });
});

describe("its carriers", () => {
  it("are the locations' own, and never cheaper or nearer for more", () => {
    const places = new Set(LOCATIONS.map(({ id }) => id));
    for (const { id, locationIds, zones } of CARRIER_SERVICES) {
      expect({ id, unknown: locationIds.filter((place) => !places.has(place)) }).toEqual({ id, unknown: [] });
      for (const { prices } of zones) {
        const said = prices.map(({ upToGrams, priceMinor }) => [upToGrams, priceMinor]);
        expect(said).toEqual(said.toSorted(([a, b], [c, d]) => a! - c! || b! - d!));
      }
    }
  });
});

describe("its orders", () => {
  it("are the same again for the same number", () => {
    expect(demoOrder(17, NOW)).toEqual(demoOrder(17, NOW));
    expect(new Set(ORDERS.map(({ id }) => id)).size).toBe(ORDERS.length);
  });

  it("come from every channel, of one line and of three, some discounted and all taxed", () => {
    expect(new Set(ORDERS.map(({ channel }) => channel.id))).toEqual(new Set(CHANNELS.map(({ id }) => id)));
    const sizes = new Set(ORDERS.map(({ lines }) => lines.length));
    expect(sizes).toEqual(new Set([1, 2, 3]));
    const lines = ORDERS.flatMap((order) => order.lines);
    expect(lines.filter(({ discountMinor }) => discountMinor !== undefined).length).toBeGreaterThan(20);
    expect(lines.filter(({ taxMinor }) => !taxMinor)).toEqual([]);
  });

  it("are signed and written as their storefronts do it, and add up to the cent", async () => {
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

  it("add up to the cent as BigCommerce's API answers them, too", () => {
    const outlet = { id: "outlet-us", currency: "USD" };
    for (const order of ORDERS.filter(({ currency }) => currency === "USD")) {
      const payloads = {
        order: bigCommerceOrderPayload(order),
        transactions: bigCommerceTransactions(order),
        refunds: null,
      };
      const read = readFetchedOrder(outlet, { ...payloads, products: null }, NOW);
      expect(read).toMatchObject({
        ok: true,
        value: { type: "order", order: { problems: [], totalMinor: totalOf(order) } },
      });
    }
  });
});
