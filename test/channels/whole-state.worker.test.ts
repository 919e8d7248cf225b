/**
 * What a storefront takes back, changes or contradicts, through the signed webhook route: it is applied to the order,
 * its stock and its books, or the order is held by name.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { callerWith, fetchWorker, unique, type Call } from "../support/api";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload, signedStorefrontRequest } from "../support/storefront-traffic";

const SECRET = `whsec_${btoa("a secret of the generic storefront")}`;

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

const MINUTE = 60_000;
type Payload = ReturnType<typeof canonicalPayload> & Record<string, unknown>;
type Line = {
  externalId: string;
  sku: string;
  ordered: number;
  allocated: number;
  unsourced: number;
  backordered: number;
  cancelled: number;
  shipped: number;
};
type Order = {
  status: string;
  version: number;
  capturedMinor: number;
  refundedMinor: number;
  totalMinor: number;
  balances: { depositsMinor: number; refundPayableMinor: number; receivableMinor: number };
  holds: { code: string; detail: string }[];
  lines: Line[];
  fulfillments: { id: string; status: string; locationId: string; stopReason: string | null }[];
  shipments: { externalId: string | null; trackingNumber: string | null; locationId: string | null }[];
};

/** A generic storefront with an order of two units of a SKU, paid in full. */
async function sold(over: Record<string, unknown> = {}, stock: number[][] = [[9], [9]]) {
  const retailer = await openRetailer(call, {
    stock,
    channel: { kind: "generic", secrets: [SECRET], countries: ["US"] },
  });
  const payload = { ...canonicalPayload(anOrderOf(retailer, [2])), ...over } as Payload;
  const shop = storefront(retailer, payload);
  await shop.send({}, "order.created");
  return { retailer, ...shop };
}

function storefront(retailer: Retailer, first: Payload) {
  let minutes = 0;
  let orderId = "";
  const send = async (changes: Record<string, unknown>, topic = "order.updated") => {
    minutes += 1;
    const updatedAt = new Date(Date.parse(first.placedAt) + minutes * MINUTE).toISOString();
    const payload = { ...first, updatedAt, ...changes };
    const signed = await signedStorefrontRequest("generic", SECRET, topic, payload, {
      id: unique("event"),
      now: Date.now(),
    });
    const url = `https://aftercart.test/v1/webhooks/${retailer.channelId}`;
    const response = await fetchWorker(new Request(url, { method: "POST", ...signed }));
    const body = await response.json<{ orderId: string; outcome: string }>();
    orderId ||= body.orderId;
    return { status: response.status, ...body };
  };
  const order = async () => (await call("GET", `/v1/orders/${orderId}`)).body as unknown as Order;
  const post = (path: string, body: object = {}) => call("POST", `/v1/orders/${orderId}/${path}`, body);
  return { first, send, order, post, id: () => orderId };
}

const onHand = async (sku: string) => {
  const { body } = await call("GET", `/v1/skus/${sku}/stock`);
  return (body["levels"] as { onHand: number; allocated: number }[])[0]!;
};

/** Effects on stock go through a queue. */
const eventually = (read: () => Promise<number>, expected: number) =>
  expect.poll(read, { timeout: 20_000, interval: 200 }).toBe(expected);

const codes = ({ holds }: Order) => holds.map(({ code }) => code);
const units = ({ lines }: Order) =>
  lines.map(({ ordered, allocated, cancelled, shipped, unsourced, backordered }) => ({
    ordered,
    allocated,
    cancelled,
    shipped,
    waiting: unsourced + backordered,
  }));

describe("an order that is not cancelled any more", () => {
  it("is open again, its units are allocated anew, and nothing is owed back", async () => {
    const { send, order, first } = await sold();
    await send({ cancelledAt: first.placedAt }, "order.cancelled");
    expect(await order()).toMatchObject({ status: "cancelled", lines: [{ cancelled: 2 }] });
    await send({ cancelledAt: null });
    const after = await order();
    expect(after).toMatchObject({ status: "open", balances: { refundPayableMinor: 0, receivableMinor: 0 } });
    expect(after.balances.depositsMinor).toBe(after.totalMinor);
    expect(after.lines.reduce((sum, line) => sum + line.allocated, 0)).toBe(2);
  });
});

describe("another SKU", () => {
  it("releases the units of the first, and allocates those of the second", async () => {
    const { send, order, first, retailer } = await sold();
    await send({ lines: [{ ...first.lines[0]!, sku: retailer.skus[1] }] });
    const after = await order();
    expect(after.lines.map(({ sku, allocated }) => [sku, allocated])).toEqual([
      [retailer.skus[0], 0],
      [retailer.skus[1], 2],
    ]);
    await eventually(async () => (await onHand(retailer.skus[0]!)).allocated, 0);
    expect(after.balances).toMatchObject({ refundPayableMinor: 0, receivableMinor: 0 });
  });
});

describe("another price", () => {
  it("is the order's worth, and nothing is receivable or owed", async () => {
    const { send, order, first } = await sold();
    const lines = [{ ...first.lines[0]!, unitPrice: "25.00", discount: "0.00", tax: "0.00" }];
    const total = "56.35";
    await send({ lines, total, payments: [{ ...first.payments[0]!, amount: total }] });
    const after = await order();
    expect(after).toMatchObject({ totalMinor: 5635, capturedMinor: 5635, holds: [] });
    expect(after.balances).toEqual({ depositsMinor: 5635, refundPayableMinor: 0, receivableMinor: 0 });
  });
});

describe("a payment that is gone", () => {
  it("leaves the order awaiting payment, and unreleased", async () => {
    const { send, order } = await sold();
    await send({ payments: [] });
    const after = await order();
    expect(codes(after)).toEqual(["payment_pending"]);
    expect(after).toMatchObject({ capturedMinor: 0, balances: { depositsMinor: 0, refundPayableMinor: 0 } });
  });
});

describe("another address", () => {
  const paris = {
    name: "Ada Byron",
    line1: "1 rue de Rivoli",
    city: "Paris",
    postalCode: "75001",
    countryCode: "FR",
  };

  it("is sourced again before the release: held if no location may send there, and open once one may", async () => {
    const { send, order, first } = await sold();
    await send({ shippingAddress: paris });
    const held = await order();
    expect(codes(held)).toEqual(["no_location"]);
    expect(held.lines.reduce((sum, line) => sum + line.allocated, 0)).toBe(0);
    await send({ shippingAddress: first.shippingAddress });
    const after = await order();
    expect(codes(after)).toEqual([]);
    expect(after.lines.reduce((sum, line) => sum + line.allocated, 0)).toBe(2);
  });

  it("asks the location to stop after the release, and is applied when the location gives the units back", async () => {
    const { send, order, post } = await sold();
    const [planned] = (await order()).fulfillments;
    await post(`fulfillments/${planned!.id}/release`);
    await send({ shippingAddress: { ...paris, city: "Lexington", countryCode: "US", postalCode: "40507" } });
    const asked = await order();
    expect(codes(asked)).toEqual(["differs_from_storefront"]);
    expect(asked.holds[0]!.detail).toContain("Lexington");
    expect(asked.fulfillments[0]!.stopReason).toContain("Lexington");
    const ship = await post(`fulfillments/${planned!.id}/shipments`, { reference: "parcel" });
    expect(ship.status).toBe(409);
    await post(`fulfillments/${planned!.id}/rejections`, { reason: "other" });
    const after = await order();
    expect(codes(after)).toEqual([]);
    expect(after).toMatchObject({ shippingAddress: { city: "Lexington" } });
  });

  it("may be refused by staff with a reason: the location goes on", async () => {
    const { send, order, post, id } = await sold();
    const [planned] = (await order()).fulfillments;
    await post(`fulfillments/${planned!.id}/release`);
    await send({ shippingAddress: { ...paris, city: "Lexington", countryCode: "US", postalCode: "40507" } });
    const release = `/v1/orders/${id()}/holds/differs_from_storefront?reason=Too%20late`;
    expect((await call("DELETE", release)).status).toBe(200);
    const after = await order();
    expect([codes(after), after.fulfillments[0]!.stopReason]).toEqual([[], null]);
    const history = await call("GET", `/v1/orders/${id()}/events`);
    expect(JSON.stringify(history.body)).toContain("Too late");
  });
});

describe("units that the storefront had sent", () => {
  const fulfillments = (first: Payload, quantity: number) => [
    {
      externalId: "counter-1",
      lines: [{ externalLineId: first.lines[0]!.externalId, quantity }],
      carrier: "UPS",
      trackingNumber: "1Z999",
      at: first.placedAt,
    },
  ];

  it("are shipped here with their tracking, and leave the stock once", async () => {
    const { send, order, first, retailer } = await sold();
    await send({ fulfillments: fulfillments(first, 2) });
    const after = await order();
    expect(units(after)).toEqual([{ ordered: 2, allocated: 0, cancelled: 0, shipped: 2, waiting: 0 }]);
    expect(after.shipments).toMatchObject([{ externalId: "counter-1", trackingNumber: "1Z999" }]);
    await eventually(async () => (await onHand(retailer.skus[0]!)).onHand, 7);
    const version = (await order()).version;
    await send({ fulfillments: fulfillments(first, 2) });
    expect((await order()).shipments).toHaveLength(1);
    expect((await order()).version).toBe(version + 1);
  });

  it("hold the order if a location prepares them, or if they are taken back", async () => {
    const prepared = await sold();
    const [planned] = (await prepared.order()).fulfillments;
    await prepared.post(`fulfillments/${planned!.id}/release`);
    await prepared.send({ fulfillments: fulfillments(prepared.first, 2) });
    expect(codes(await prepared.order())).toEqual(["differs_from_storefront"]);
    expect((await prepared.order()).fulfillments[0]!.stopReason).toContain("fulfilled at the storefront");

    const takenBack = await sold();
    await takenBack.send({ fulfillments: fulfillments(takenBack.first, 1) });
    await takenBack.send({ fulfillments: [] });
    expect((await takenBack.order()).holds[0]!.detail).toContain("Gone: counter-1.");
  });
});

describe("a test of the checkout", () => {
  it("is neither sent nor booked, and allocates nothing", async () => {
    const { order, id, retailer } = await sold({ test: true });
    const after = await order();
    expect(after).toMatchObject({
      status: "cancelled",
      balances: { depositsMinor: 0, refundPayableMinor: 0 },
    });
    expect((await onHand(retailer.skus[0]!)).allocated).toBe(0);
    const { body } = await call("GET", `/v1/journal?orderId=${id()}`);
    expect(body["items"] ?? []).toEqual([]);
  });
});

describe("an order in another currency than before", () => {
  it("is held, and nothing of the state is booked", async () => {
    const { send, order, first } = await sold();
    const before = await order();
    const yen = (text: string) => text.replace(/\..*/, "");
    await send({
      currency: "JPY",
      total: yen(first.total),
      lines: first.lines.map((line) => ({
        ...line,
        unitPrice: yen(line.unitPrice),
        discount: yen(line.discount),
        tax: yen(line.tax),
      })),
      shipping: { amount: "5", tax: "0" },
      payments: [],
    });
    const after = await order();
    expect(codes(after)).toContain("differs_from_storefront");
    expect(after).toMatchObject({ capturedMinor: before.capturedMinor, totalMinor: before.totalMinor });
    await send({});
    expect(codes(await order())).toEqual([]);
  });
});

describe("a refund that lists no units", () => {
  const refunds = (first: Payload, amount: string) => [{ externalId: "ref-1", amount, at: first.placedAt }];

  it("holds the order until staff decide which units it is for", async () => {
    const { send, order, first, id } = await sold();
    await send({ refunds: refunds(first, "20.00") });
    expect(codes(await order())).toEqual(["refund_unclear"]);
    const path = `/v1/orders/${id()}/refunds/ref-1/lines`;
    const lines = [{ externalLineId: first.lines[0]!.externalId, quantity: 3, restock: "cancel" }];
    expect((await call("PUT", path, { lines })).body).toMatchObject({ code: "refund_units_unknown" });
    lines[0]!.quantity = 1;
    expect((await call("PUT", path, { lines })).status).toBe(200);
    const after = await order();
    expect([codes(after), after.lines[0]!.cancelled]).toEqual([[], 1]);
    expect((await call("PUT", path, { lines })).body).toMatchObject({ code: "refund_itemized" });
    await send({ refunds: refunds(first, "20.00") });
    expect(codes(await order())).toEqual([]);
  });

  it("is goodwill if staff name no units, and is owed to nobody when the order is cancelled", async () => {
    const { send, order, first, id } = await sold();
    await send({ refunds: refunds(first, "5.00") });
    await call("PUT", `/v1/orders/${id()}/refunds/ref-1/lines`, { lines: [] });
    expect(codes(await order())).toEqual([]);
    const rest = ((await order()).totalMinor - 500) / 100;
    const all = [
      ...refunds(first, "5.00"),
      {
        externalId: "ref-2",
        amount: rest.toFixed(2),
        at: first.placedAt,
        lines: [{ externalLineId: first.lines[0]!.externalId, quantity: 2, restock: "cancel" }],
      },
    ];
    await send({ refunds: all, cancelledAt: first.placedAt });
    const after = await order();
    expect(after.refundedMinor).toBe(after.capturedMinor);
    expect(after.balances).toEqual({ depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 });
  });
});

describe("a line for which staff decide that nothing ships", () => {
  it("needs no stock and no address", async () => {
    const { order, id, retailer } = await sold({ shippingAddress: null });
    expect(codes(await order())).toContain("address_missing");
    const line = (await order()).lines[0] as unknown as { id: string };
    expect((await call("DELETE", `/v1/orders/${id()}/lines/${line.id}/shipping`)).status).toBe(200);
    const after = await order();
    expect(codes(after)).toEqual([]);
    expect(after.fulfillments.filter(({ status }) => status === "planned")).toMatchObject([
      { locationId: null },
    ]);
    await eventually(async () => (await onHand(retailer.skus[0]!)).allocated, 0);
  });
});
