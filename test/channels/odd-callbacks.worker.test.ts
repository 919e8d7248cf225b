/** Signed callbacks with odd but documented shapes, and what the API then answers about the order. */
import { beforeAll, expect, it } from "vitest";
import { orderIdOf } from "../../src/kernel/ids";
import { startTestWorker } from "../security/test-worker";
import { makeKey, unique, type Call } from "../support/api";
import { fetchWith } from "../support/faulty-bindings";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload, signedStorefrontRequest, wooPayload } from "../support/storefront-traffic";

const SECRETS = {
  woocommerce: "the webhook's own secret",
  generic: `whsec_${btoa("a secret of 24 bytes or so")}`,
};
type Kind = keyof typeof SECRETS;

const testWorker = startTestWorker();
let call: Call;
const retailers = new Map<Kind, Retailer>();

beforeAll(async () => {
  call = testWorker.callAs((await makeKey("admin")).token);
  for (const kind of ["woocommerce", "generic"] as const) {
    const channel = { kind, secrets: [SECRETS[kind]] };
    retailers.set(kind, await openRetailer(call, { stock: [[50], [50]], channel }));
  }
});

/** Woo's orders have the one id, and canonical ones the other. */
type Payload = Readonly<Record<string, unknown> & { id?: number; externalId?: string }>;

async function send(kind: Kind, topic: string, payload: Payload) {
  const { channelId } = retailers.get(kind)!;
  const delivery = { id: unique("delivery"), now: Date.now() };
  const signed = await signedStorefrontRequest(kind, SECRETS[kind], topic, payload, delivery);
  const path = `https://aftercart.test/v1/webhooks/${channelId}`;
  const { status } = await fetchWith(testWorker.bindings, new Request(path, { method: "POST", ...signed }));
  const id = orderIdOf(channelId, String(payload.id ?? payload.externalId));
  return { status, order: (await call("GET", `/v1/orders/${id}`)).body };
}

const LINE = "x".repeat(300);
const POSTCODE = "12345-678901-234567 ABCD";

it("takes in long addresses and halves of characters, and answers with them", async () => {
  const woo = wooPayload(anOrderOf(retailers.get("woocommerce")!, [1, 1]));
  const fromWoo = await send("woocommerce", "order.created", {
    ...woo,
    billing: { ...woo.billing, first_name: "Ada \ud83d", phone: "0".repeat(60) },
    shipping: { ...woo.shipping, address_1: LINE, postcode: POSTCODE },
  });
  const canonical = canonicalPayload(anOrderOf(retailers.get("generic")!, [1, 1]));
  const fromGeneric = await send("generic", "order.created", {
    ...canonical,
    shippingAddress: { ...canonical.shippingAddress, line1: LINE, postalCode: POSTCODE },
  });
  for (const { status, order } of [fromWoo, fromGeneric]) {
    expect([status, order.status]).toEqual([200, "open"]);
    expect(order.shippingAddress).toMatchObject({ line1: LINE, postalCode: POSTCODE });
  }
  expect(fromWoo.order.customerName).toContain("\ufffd");
});

it("takes in units and SKUs of another JSON type", async () => {
  const woo = wooPayload(anOrderOf(retailers.get("woocommerce")!, [2, 1]));
  const lines = woo.line_items.map((line) => ({ ...line, quantity: `${line.quantity}.0` }));
  const { order } = await send("woocommerce", "order.created", {
    ...woo,
    line_items: lines,
    billing: [],
    refunds: null,
  });
  expect(order.lines).toMatchObject([{ ordered: 2 }, { ordered: 1 }]);
  const half = {
    ...woo,
    id: woo.id + 500_000,
    line_items: [{ ...woo.line_items[0], sku: 4711, quantity: 1.5 }],
  };
  const held = await send("woocommerce", "order.created", half);
  expect(held.order).toMatchObject({ status: "on_hold", lines: [{ ordered: 2, sku: "4711" }] });
  expect(held.order.holds.map(({ code }: { code: string }) => code)).toContain("amount_inexact");
});

it("holds an order that is on hold, failed or pending there, until it goes on", async () => {
  const placed = wooPayload(anOrderOf(retailers.get("woocommerce")!, [1, 1]));
  const minute = (minutes: number) =>
    new Date(Date.now() + (minutes - 60) * 60_000).toISOString().slice(0, 19);
  const first = { ...placed, date_created_gmt: minute(0), date_modified_gmt: minute(0) };
  await send("woocommerce", "order.created", first);
  const states = ["on-hold", "processing", "failed", "processing", "awaiting-artwork", "processing"];
  const holds: string[][] = [];
  for (const [i, status] of states.entries()) {
    const state = { ...first, status, date_modified_gmt: minute(i + 1) };
    const { order } = await send("woocommerce", "order.updated", state);
    holds.push(order.holds.map(({ detail }: { detail: string }) => detail));
  }
  expect(holds.map((details) => details.join())).toEqual([
    expect.stringContaining("on-hold"),
    "",
    expect.stringContaining("failed"),
    "",
    expect.stringContaining("awaiting-artwork"),
    "",
  ]);
});

it("keeps an order in a currency that is not configured, and books nothing", async () => {
  const woo = { ...wooPayload(anOrderOf(retailers.get("woocommerce")!, [1, 1])), currency: "BTC" };
  const { status, order } = await send("woocommerce", "order.created", woo);
  expect([status, order.code]).toEqual([200, "not_found"]);
  const { body } = await call("GET", "/v1/callbacks/rejected");
  expect(JSON.stringify(body)).toContain("BTC is not an ISO 4217 code");
});
