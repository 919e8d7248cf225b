/** Signed callbacks with odd but documented shapes, and what the API then answers about the order. */
import { beforeAll, expect, it } from "vitest";
import { startTestWorker } from "../security/test-worker";
import { makeKey, type Call } from "../support/api";
import { anOrderOf } from "../support/retailer";
import { holdsOf, openDoor, type Door, type Payload } from "../support/storefront-door";
import { canonicalPayload, wooPayload } from "../support/storefront-traffic";

type Kind = "woocommerce" | "generic";

const testWorker = startTestWorker();
let call: Call;
const doors = new Map<Kind, Door>();

beforeAll(async () => {
  call = testWorker.callAs((await makeKey("admin")).token);
  for (const kind of ["woocommerce", "generic"] as const) {
    doors.set(kind, await openDoor(testWorker, call, kind));
  }
});

const anOrder = (kind: Kind, units: readonly number[]) => anOrderOf(doors.get(kind)!.retailer, units);

async function send(kind: Kind, topic: string, payload: Payload) {
  const { status } = await doors.get(kind)!.send(topic, payload);
  return { status, order: await doors.get(kind)!.order(payload) };
}

const LINE = "x".repeat(300);
const POSTCODE = "12345-678901-234567 ABCD";

it("takes in long addresses and halves of characters, and answers with them", async () => {
  const woo = wooPayload(anOrder("woocommerce", [1, 1]));
  const fromWoo = await send("woocommerce", "order.created", {
    ...woo,
    billing: { ...woo.billing, first_name: "Ada \ud83d", phone: "0".repeat(60) },
    shipping: { ...woo.shipping, address_1: LINE, postcode: POSTCODE },
  });
  const canonical = canonicalPayload(anOrder("generic", [1, 1]));
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
  const woo = wooPayload(anOrder("woocommerce", [2, 1]));
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
  expect(holdsOf(held.order)).toContain("amount_inexact");
});

it("holds an order that is on hold, failed or pending there, until it goes on", async () => {
  const placed = wooPayload(anOrder("woocommerce", [1, 1]));
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
  const woo = { ...wooPayload(anOrder("woocommerce", [1, 1])), currency: "BTC" };
  const { status, order } = await send("woocommerce", "order.created", woo);
  expect([status, order.code]).toEqual([200, "not_found"]);
  const { body } = await call("GET", "/v1/callbacks/rejected");
  expect(JSON.stringify(body)).toContain("BTC is not an ISO 4217 code");
});

it("takes in an order in a currency whose decimals the channel has", async () => {
  const door = await openDoor(testWorker, call, "woocommerce", { currency: "BTC:8" });
  const woo = wooPayload(anOrderOf(door.retailer, [1, 1]));
  const [line] = woo.line_items;
  const amounts = { subtotal: "0.00150000", total: "0.00150000", total_tax: "0" };
  const order = {
    ...woo,
    currency: "BTC",
    total: "0.0015",
    shipping_lines: [],
    line_items: [{ ...line, ...amounts }],
  };
  expect((await door.send("order.created", order)).status).toBe(200);
  expect(await door.order(order)).toMatchObject({
    status: "open",
    currency: "BTC:8",
    totalMinor: 150_000,
    balances: { depositsMinor: 150_000 },
  });
});

it.each(["MGA", "MRU"])("takes in hundredths of %s, whose coins are fifths", async (currency) => {
  const door = await openDoor(testWorker, call, "woocommerce", { currency });
  const woo = wooPayload(anOrderOf(door.retailer, [1, 1]));
  const [line] = woo.line_items;
  const amounts = { subtotal: "12345.25", total: "12345.25", total_tax: "0" };
  const order = {
    ...woo,
    currency,
    total: "12345.25",
    shipping_lines: [],
    line_items: [{ ...line, ...amounts }],
  };
  expect((await door.send("order.created", order)).status).toBe(200);
  expect(await door.order(order)).toMatchObject({ status: "open", currency, totalMinor: 1_234_525 });
});

it("takes in a line id that is there twice, held for staff, and a repeat writes nothing", async () => {
  const woo = wooPayload(anOrder("woocommerce", [1, 1]));
  const [line, other] = woo.line_items;
  const twice = { ...woo, line_items: [line, { ...other, id: line!.id }] };
  const { status, order } = await send("woocommerce", "order.created", twice);
  expect([status, holdsOf(order)]).toEqual([200, ["amount_inexact"]]);
  expect(order.lines).toMatchObject([{ ordered: 1 }, { ordered: 1 }]);
  const { order: again } = await send("woocommerce", "order.updated", twice);
  expect(again.version).toBe(order.version);
});
