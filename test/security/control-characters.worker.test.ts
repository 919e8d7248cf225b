/**
 * A control character in a text may begin a header, a mail or a line of a file where the text is used. The API refuses
 * it in every field; an order that a storefront sold is cleaned and kept.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { isLine, isLines } from "../../src/kernel/text";
import { makeKey, unique, type Call } from "../support/api";
import { anOrderOf } from "../support/retailer";
import { openDoor, type Door } from "../support/storefront-door";
import {
  canonicalPayload,
  shopifyPayload,
  wooPayload,
  type TrafficOrder,
} from "../support/storefront-traffic";
import { startTestWorker } from "./test-worker";

const testWorker = startTestWorker();
const INJECTED = "\r\nBcc: eve@example.com\u2028\u001b[2J";

let call: Call;
const doors = new Map<string, Door>();
beforeAll(async () => {
  call = testWorker.callAs((await makeKey("admin")).token);
  for (const kind of ["shopify", "woocommerce", "generic"] as const) {
    doors.set(kind, await openDoor(testWorker, call, kind));
  }
});

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Path = readonly string[];

function pathsOfTexts(value: Json | undefined, at: Path = []): Path[] {
  if (typeof value === "string") return [at];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => pathsOfTexts(each, [...at, key]));
}

function valueAt(value: Json | undefined, [key, ...rest]: Path): Json | undefined {
  if (key === undefined) return value;
  return valueAt((value as Record<string, Json> | undefined)?.[key], rest);
}

/** A copy with the injected text at the end of the text at each of the paths. */
function injectedAt(value: object, paths: readonly Path[]) {
  const copy = structuredClone(value);
  for (const path of paths) {
    const parent = valueAt(copy as Json, path.slice(0, -1)) as Record<string, Json>;
    const key = path.at(-1)!;
    const text = parent[key];
    if (typeof text !== "string") throw new Error(`no text is at ${path.join(".")}`);
    parent[key] = `${text}${INJECTED} x`;
  }
  return copy;
}

const fullOrder = (order: TrafficOrder) => ({
  ...canonicalPayload(order),
  customerName: "Ada Byron",
  phone: "1",
  locale: "en",
  billingAddress: canonicalPayload(order).shippingAddress,
  cancelReason: "none",
  refunds: [{ externalId: "r", amount: "1.00", reason: "none", lines: [], at: "2026-01-01T00:00:00Z" }],
  fulfillments: [
    {
      externalId: "f",
      lines: [],
      carrier: "UPS",
      trackingNumber: "1Z",
      trackingUrl: "https://example.com",
      at: "2026-01-01T00:00:00Z",
    },
  ],
  reservationTokens: ["cart"],
  note: "none",
});

describe("a control character", () => {
  it("is refused by the API in every text of an order", async () => {
    const { retailer } = doors.get("generic")!;
    const order = fullOrder(anOrderOf(retailer, [1, 1]));
    const paths = pathsOfTexts(order);
    expect(paths.length).toBeGreaterThan(40);
    for (const path of paths) {
      const input = { channelId: retailer.channelId, ...injectedAt(order, [path]) };
      const { status, body } = await call("POST", "/v1/orders", input);
      expect([path.join("."), status, body["errors"]?.[0]?.path]).toEqual([
        path.join("."),
        422,
        path.join("."),
      ]);
    }
  });

  it.each([
    ["a location's name", "PUT", `/v1/locations/${unique("loc")}`, { name: `A${INJECTED}` }, "name"],
    ["a channel's name", "PUT", `/v1/channels/${unique("shop")}`, { name: `A${INJECTED}` }, "name"],
    ["a SKU's title", "PUT", `/v1/skus/${unique("sku")}`, { title: `A${INJECTED}` }, "title"],
    ["a key's name", "POST", "/v1/api-keys", { name: `A${INJECTED}`, scopes: ["admin"] }, "name"],
  ] as const)("is refused by the API in %s", async (_what, method, path, body, field) => {
    const { status, body: answer } = await call(method, path, body);
    const errors = answer["errors"] as { path: string; message: string }[];
    expect(status).toBe(422);
    expect(errors.find((error) => error.path === field)?.message).toMatch(/control characters/);
  });
});

describe("an order that was sold with control characters", () => {
  const TEXTS = new Set(
    [
      ["email", "customerName", "name", "first_name", "last_name", "firstName", "lastName", "title", "sku"],
      ["line1", "line2", "address1", "address_1", "city", "phone", "company", "note", "customer_note"],
      ["shippingMethod", "method_title", "number"],
    ].flat(),
  );

  it.each([
    { kind: "shopify", topic: "orders/create", payloadOf: shopifyPayload },
    { kind: "woocommerce", topic: "order.created", payloadOf: wooPayload },
    { kind: "generic", topic: "order.created", payloadOf: canonicalPayload },
  ])("is cleaned and kept: $kind", async ({ kind, topic, payloadOf }) => {
    const door = doors.get(kind)!;
    const plain = payloadOf(anOrderOf(door.retailer, [1, 1]));
    const paths = pathsOfTexts(plain as unknown as Json).filter((path) => TEXTS.has(path.at(-1)!));
    expect(paths.length).toBeGreaterThan(4);
    const payload = injectedAt(plain, paths) as typeof plain;
    expect((await door.send(topic, payload)).status).toBe(200);
    const order = await door.order(payload);
    expect(order.email).toMatch(/ bcc: eve@example\.com \[2j x$/);
    const odd = pathsOfTexts(order as Json).filter((path) => {
      const text = valueAt(order as Json, path) as string;
      return path.join(".") === "note" ? !isLines(text) : !isLine(text);
    });
    expect(odd).toEqual([]);
  });
});
