/**
 * Calls of a storefront fail, lose their response, are applied twice or late, while stock changes. After the faults the
 * storefront shows what the channel may sell, without the nightly comparison.
 */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { storeSnapshots } from "../../src/inventory/store-snapshots";
import { pushChannel } from "../../src/channels/push-channel-stock";
import { CONFIRM_AFTER_MS, LEASE_MS } from "../../src/channels/domain/channel-stock";
import { createContext } from "../../src/app-context";
import { channelStockAfter } from "../../src/channels/storage/channel-stock";
import { aChannel, aLocation, callerWith, unique } from "../support/api";
import { BASE_URLS, CREDENTIALS, StorefrontStub } from "../support/storefront-stock";

const MINUTE = 60_000;
const KINDS = ["shopify", "woocommerce", "bigcommerce"] as const;
const FAULTS = ["none", "none", "fail", "loseReply", "twice", "late", "throttled"] as const;
type Fault = (typeof FAULTS)[number];

/** One of two SKUs gets another quantity, or some minutes pass and stock is pushed with these faults. */
const step = fc.oneof(
  fc.record({ sku: fc.nat(1), quantity: fc.nat(9) }),
  fc.record({
    minutes: fc.constantFrom(1, 1, 2, 7),
    faults: fc.array(fc.constantFrom(...FAULTS), { maxLength: 4 }),
  }),
);

let location: string;
let shop: StorefrontStub;
let faults: Fault[] = [];
let lateCalls: (() => Promise<unknown>)[] = [];
let now = Date.UTC(2042, 0, 1);
let versions = 0;

const context = () => ({ ...createContext(env, createExecutionContext(), "test"), now: () => now });

async function answer(url: string, init?: RequestInit): Promise<Response> {
  const overdue = lateCalls;
  lateCalls = [];
  const fault = faults.shift() ?? "none";
  const perform = () => shop.answer(url, init);
  const response = await performWith(fault, perform);
  // A late call is applied after the next one.
  for (const performLate of overdue) await performLate();
  if (response === null) throw new TypeError("fetch failed");
  return response;
}

async function performWith(fault: Fault, perform: () => Promise<Response>): Promise<Response | null> {
  switch (fault) {
    case "none":
      return perform();
    case "fail":
      return null;
    case "loseReply":
      await perform();
      return null;
    case "twice":
      await perform();
      return perform();
    case "late":
      lateCalls.push(perform);
      return null;
    case "throttled":
      return new Response(null, { status: 429, headers: { "retry-after": "90" } });
  }
}

beforeAll(async () => {
  vi.stubGlobal("fetch", (input: unknown, init?: RequestInit) => answer(String(input), init));
  const call = await callerWith("admin");
  location = unique("loc");
  await call("PUT", `/v1/locations/${location}`, aLocation());
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  vi.unstubAllGlobals();
});

it.each(KINDS)("%s shows what may be sold after its faults", async (kind) => {
  const call = await callerWith("admin");
  const connection = { baseUrl: BASE_URLS[kind], credentials: CREDENTIALS[kind] };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      shop = new StorefrontStub();
      [faults, lateCalls] = [[], []];
      const channelId = unique("shop");
      const channel = aChannel({ kind, locationIds: [location], connection });
      await call("PUT", `/v1/channels/${channelId}`, channel);
      const skus = [unique("SKU"), unique("SKU")];
      for (const sku of skus) shop.put(sku, 0);
      const last = new Map<string, number>();

      for (const each of steps) {
        if ("quantity" in each) {
          const { quantity } = each;
          const sku = skus[each.sku]!;
          versions += 1;
          const level = {
            locationId: location,
            onHand: quantity,
            allocated: 0,
            safetyStock: 0,
            available: quantity,
          };
          const snapshot = { sku, version: versions, at: now, levels: [level], backordered: 0 };
          await storeSnapshots(context(), [snapshot]);
          last.set(sku, quantity);
        } else {
          now += each.minutes * MINUTE;
          faults = [...each.faults];
          await pushChannel(context(), channelId);
        }
      }

      faults = [];
      for (let round = 0; round < 8; round += 1) {
        now += Math.max(LEASE_MS, CONFIRM_AFTER_MS) + 30 * MINUTE;
        await pushChannel(context(), channelId);
      }
      const all = await channelStockAfter(env.DB, channelId, "", 1_000);
      const rows = all.filter(({ sku }) => last.has(sku));
      for (const { sku, quantity, dueAt, mismatchSince } of rows) {
        expect({ quantity, shown: shop.shows(sku), dueAt, mismatchSince }).toEqual({
          quantity: last.get(sku),
          shown: last.get(sku),
          dueAt: null,
          mismatchSince: null,
        });
      }
      expect(rows).toHaveLength(last.size);
      await call("PUT", `/v1/channels/${channelId}`, { ...channel, connection: null });
    }),
    { numRuns: 30 },
  );
});
