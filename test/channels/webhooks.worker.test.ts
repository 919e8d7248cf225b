/** Callbacks of storefronts through the webhook route: signatures, what they change, and what is stored for staff. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { orderIdOf } from "../../src/kernel/ids";
import { reconcileNow } from "../support/jobs";
import { callerWith, fetchWorker, unique, type Call } from "../support/api";
import { anOrderOf, openRetailer, SECRET, shopifyCallback, type Retailer } from "../support/retailer";
import {
  canonicalPayload,
  shopifyRefundPayload,
  signedStorefrontRequest,
  wooPayload,
  type StorefrontKind,
} from "../support/storefront-traffic";
import shopifyPaid from "../fixtures/shopify/order-paid.json";
import shopifyRefunded from "../fixtures/shopify/order-partially-refunded.json";
import wooOrder from "../fixtures/woocommerce/order.json";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

type Order = {
  status: string;
  paymentStatus: string;
  number: string;
  totalMinor: number;
  currency: string;
  capturedMinor: number;
  refundedMinor: number;
  version: number;
  email: string | null;
  balances: { depositsMinor: number; refundPayableMinor: number; receivableMinor: number };
  holds: { code: string; detail: string }[];
  lines: { sku: string | null; ordered: number; allocated: number; backordered: number; cancelled: number }[];
  fulfillments: { id: string; status: string }[];
};

const orderOf = async (orderId: string) =>
  (await call("GET", `/v1/orders/${orderId}`)).body as unknown as Order;
const send = async (request: Request) => {
  const response = await fetchWorker(request);
  const body = await response.json<{ outcome: string; orderId: string; code?: string }>();
  return { status: response.status, ...body };
};

async function callback(
  channelId: string,
  kind: StorefrontKind,
  topic: string,
  payload: unknown,
  secret = SECRET,
): Promise<Request> {
  const id = unique("event");
  const signed = await signedStorefrontRequest(kind, secret, topic, payload, { id, now: Date.now() });
  return new Request(`https://aftercart.test/v1/webhooks/${channelId}`, { method: "POST", ...signed });
}

const rejected = async (channelId: string) =>
  (
    (await call("GET", "/v1/callbacks/rejected")).body as unknown as {
      items: { channelId: string; eventId: string; topic: string; problem: string; body: string }[];
    }
  ).items.filter((item) => item.channelId === channelId);

describe("a callback", () => {
  it("with a wrong signature is refused, and nothing of it is stored", async () => {
    const retailer = await openRetailer(call, { stock: [[1]] });
    const order = anOrderOf(retailer, [1]);
    const forged = await callback(retailer.channelId, "shopify", "orders/create", order, "not the secret");
    expect(await send(forged)).toMatchObject({ status: 401, code: "invalid_signature" });
    expect(await rejected(retailer.channelId)).toEqual([]);
  });

  it("is accepted with either of two secrets, so that a sender can change its secret", async () => {
    const retailer = await openRetailer(call, {
      stock: [[9]],
      channel: { secrets: ["the new one", SECRET] },
    });
    for (const secret of ["the new one", SECRET]) {
      const { body, headers } = await shopifyCallback(retailer, anOrderOf(retailer, [1]));
      const signed = await signedStorefrontRequest(
        "shopify",
        secret,
        "orders/create",
        JSON.parse(await new Response(body).text()),
        { id: headers.get("x-shopify-event-id")!, now: Date.now() },
      );
      const request = new Request(`https://aftercart.test/v1/webhooks/${retailer.channelId}`, {
        method: "POST",
        ...signed,
      });
      expect(await send(request)).toMatchObject({ status: 200, outcome: "created" });
    }
  });

  it("for an unknown channel is answered like one with a wrong signature", async () => {
    const request = await callback("nobody", "shopify", "orders/create", {});
    expect(await send(request)).toMatchObject({ status: 401, code: "invalid_signature" });
  });
});

describe("a published order", () => {
  it("of Shopify, paid in euros, is on hold for its line without a SKU until staff assigns one", async () => {
    const retailer = await openRetailer(call, { stock: [[5]], channel: { currency: "EUR" } });
    const { orderId, outcome } = await send(
      await callback(retailer.channelId, "shopify", "orders/paid", shopifyPaid),
    );
    expect(outcome).toBe("created");
    const held = await orderOf(orderId);
    expect(held).toMatchObject({
      status: "on_hold",
      paymentStatus: "paid",
      totalMinor: 23847,
      currency: "EUR",
    });
    expect(held.holds.map(({ code }) => code).toSorted()).toEqual(["address_missing", "sku_missing"]);

    const line = (held as unknown as { lines: { id: string }[] }).lines[0]!;
    const path = `/v1/orders/${orderId}/lines/${line.id}/sku`;
    expect((await call("PUT", path, { sku: unique("unknown") })).status).toBe(404);
    expect((await call("PUT", path, { sku: retailer.skus[0] })).status).toBe(200);
    const assigned = await orderOf(orderId);
    expect(assigned.lines[0]).toMatchObject({ sku: retailer.skus[0], allocated: 3 });
    expect(assigned.holds.map(({ code }) => code)).toEqual(["address_missing"]);
    expect((await call("DELETE", `/v1/orders/${orderId}/holds/address_missing`)).body).toMatchObject({
      status: "open",
    });
  });

  it("of Shopify, partially refunded, is created with the refunded units cancelled and the refund owed", async () => {
    const retailer = await openRetailer(call, { stock: [[5]] });
    const { orderId } = await send(
      await callback(retailer.channelId, "shopify", "orders/updated", shopifyRefunded),
    );
    const order = await orderOf(orderId);
    expect(order).toMatchObject({ totalMinor: 59894, capturedMinor: 59894, refundedMinor: 20900 });
    expect(order.lines.map(({ cancelled }) => cancelled)).toEqual([1, 0, 1]);
    expect(order.balances).toEqual({ depositsMinor: 19965, receivableMinor: 0, refundPayableMinor: 19029 });
  });

  it("of WooCommerce is on hold for its unknown SKU and for its missing one", async () => {
    const retailer = await openRetailer(call, { stock: [[5]], channel: { kind: "woocommerce" } });
    const { orderId, outcome } = await send(
      await callback(retailer.channelId, "woocommerce", "order.created", wooOrder),
    );
    expect(outcome).toBe("created");
    const order = await orderOf(orderId);
    expect(order).toMatchObject({
      number: "727",
      totalMinor: 2935,
      paymentStatus: "paid",
      status: "on_hold",
    });
    expect(order.holds.map(({ code }) => code).toSorted()).toEqual(["sku_missing", "unknown_sku"]);
  });
});

describe("a later callback of an order", () => {
  const created = async (retailer: Retailer, quantities: readonly number[]) => {
    const order = anOrderOf(retailer, quantities);
    await send(await shopifyCallback(retailer, order));
    return { order, orderId: orderIdOf(retailer.channelId, String(order.id)) };
  };

  it("cancels the open units and makes what was paid a refund owed, once", async () => {
    const retailer = await openRetailer(call, { stock: [[5], [5]] });
    const { order, orderId } = await created(retailer, [2, 1]);
    const at = order.placedAt + 60_000;
    const cancelled = { ...order, updatedAt: at, cancelledAt: at };
    for (let copies = 0; copies < 3; copies += 1) {
      await send(await shopifyCallback(retailer, cancelled, { topic: "orders/cancelled" }));
    }
    const after = await orderOf(orderId);
    expect(after).toMatchObject({ status: "cancelled", version: 2 });
    expect(after.balances).toMatchObject({ depositsMinor: 0, refundPayableMinor: after.capturedMinor });
    await expect
      .poll(
        async () =>
          (
            (await call("GET", `/v1/skus/${retailer.skus[0]}/stock`)).body.levels as { allocated: number }[]
          )[0]!.allocated,
        { timeout: 10_000 },
      )
      .toBe(0);
  });

  it("of the same second as its creation is not overwritten by a late copy of the creation", async () => {
    const retailer = await openRetailer(call, { stock: [[5]] });
    const { order, orderId } = await created(retailer, [1]);
    const lines = [{ ...order.lines[0]!, quantity: 2 }];
    await send(await shopifyCallback(retailer, { ...order, lines }, { topic: "orders/updated" }));
    const edited = await orderOf(orderId);
    expect(edited.lines.map(({ ordered }) => ordered)).toEqual([1, 1]);
    await send(await shopifyCallback(retailer, order));
    expect(await orderOf(orderId)).toEqual(edited);
  });

  it("refunds a unit before it is shipped: the unit is cancelled and paid back once", async () => {
    const retailer = await openRetailer(call, { stock: [[5]] });
    const { order, orderId } = await created(retailer, [3]);
    const refund = {
      id: order.id + 7,
      amountMinor: 2005,
      at: Date.now(),
      reason: "too many",
      lines: [{ lineId: order.lines[0]!.id, quantity: 1, restock: "cancel" as const }],
    };
    const payload = shopifyRefundPayload(order, refund);
    for (let copies = 0; copies < 2; copies += 1) {
      const request = await callback(retailer.channelId, "shopify", "refunds/create", payload);
      expect((await send(request)).outcome).toBe("updated");
    }
    const updated = { ...order, updatedAt: order.placedAt + 5_000, refunds: [refund] };
    await send(await shopifyCallback(retailer, updated, { topic: "orders/updated" }));
    const after = await orderOf(orderId);
    expect(after.lines[0]).toMatchObject({ ordered: 3, cancelled: 1, allocated: 2 });
    expect(after).toMatchObject({ refundedMinor: 2005, paymentStatus: "partially_refunded" });
  });

  it("adds a line, whose stock is allocated", async () => {
    const retailer = await openRetailer(call, { stock: [[5], [5]] });
    const { order, orderId } = await created(retailer, [1, 0]);
    const more = { ...anOrderOf(retailer, [1, 2]).lines[1]!, id: order.id * 10 + 9 };
    const edited = { ...order, updatedAt: order.placedAt + 5_000, lines: [...order.lines, more] };
    for (let copies = 0; copies < 2; copies += 1) {
      await send(await shopifyCallback(retailer, edited, { topic: "orders/updated" }));
    }
    const after = await orderOf(orderId);
    expect(after.lines.map(({ sku, allocated }) => [sku, allocated])).toEqual([
      [retailer.skus[0], 1],
      [retailer.skus[1], 2],
    ]);
  });
});

describe("a callback that cannot be applied", () => {
  it("is answered as done if its topic is unknown", async () => {
    const retailer = await openRetailer(call, { stock: [[1]] });
    const request = await callback(retailer.channelId, "shopify", "products/update", { id: 1 });
    expect(await send(request)).toMatchObject({ status: 200, outcome: "ignored" });
  });

  it("is refused if it is a refund before its order, and the sender repeats refused callbacks", async () => {
    const secret = `whsec_${btoa("0123456789abcdef0123456789abcdef")}`;
    const channel = { kind: "generic", currency: "USD", secrets: [secret] };
    const retailer = await openRetailer(call, { stock: [[4]], channel });
    const order = canonicalPayload(anOrderOf(retailer, [1]));
    const refund = { externalId: "r1", amount: "1.00", lines: [], at: new Date().toISOString() };
    const refundOfOrder = { externalOrderId: order.externalId, refund };
    const sendAs = (topic: string, payload: unknown) =>
      callback(retailer.channelId, "generic", topic, payload, secret).then(send);
    expect(await sendAs("refund.created", refundOfOrder)).toMatchObject({
      status: 409,
      code: "version_conflict",
    });
    expect(await rejected(retailer.channelId)).toEqual([]);
    await sendAs("order.created", order);
    expect(await sendAs("refund.created", refundOfOrder)).toMatchObject({ status: 200, outcome: "updated" });
  });

  it("does not make later states stale if its time is far in the future", async () => {
    const secret = `whsec_${btoa("0123456789abcdef0123456789abcdef")}`;
    const channel = { kind: "generic", currency: "USD", secrets: [secret] };
    const retailer = await openRetailer(call, { stock: [[4]], channel });
    const order = canonicalPayload(anOrderOf(retailer, [1]));
    const at = (years: number) => new Date(Date.now() + years * 365 * 86_400_000).toISOString();
    const sendUpdate = (over: object) =>
      callback(retailer.channelId, "generic", "order.updated", { ...order, ...over }, secret).then(send);
    await sendUpdate({ updatedAt: at(3) });
    const { orderId } = await sendUpdate({ updatedAt: at(2), note: "later", phone: "+1 555 0100" });
    expect((await call("GET", `/v1/orders/${orderId}`)).body).toMatchObject({ phone: "+1 555 0100" });
  });

  it("is stored for staff and answered 200 if its body is wrong and the sender punishes refusals", async () => {
    const retailer = await openRetailer(call, { stock: [[1]] });
    const request = await callback(retailer.channelId, "shopify", "orders/create", { id: 1, line_items: 7 });
    expect(await send(request)).toMatchObject({ status: 200, outcome: "kept" });
    expect(await rejected(retailer.channelId)).toMatchObject([
      { topic: "orders/create", problem: expect.stringContaining("line_items"), body: expect.any(String) },
    ]);
  });

  it("leaves the list and the nightly exceptions once staff has resolved it", async () => {
    const retailer = await openRetailer(call, { stock: [[1]] });
    const { channelId } = retailer;
    await send(await callback(channelId, "shopify", "orders/create", { id: 1, line_items: "none" }));
    const [item] = await rejected(channelId);
    const path = `/v1/callbacks/rejected/${channelId}/${encodeURIComponent(item!.eventId)}/resolution`;
    const today = new Date().toISOString().slice(0, 10);
    const exceptions = async () => {
      const body = await reconcileNow(call, today);
      const checks = body["checks"] as { name: string; exceptions: { subject: string }[] }[];
      const overdue = checks.find(({ name }) => name === "overdue")!.exceptions;
      return overdue.map(({ subject }) => subject).filter((subject) => subject.includes(item!.eventId));
    };
    expect(await exceptions()).toHaveLength(1);
    expect(await call("POST", path, { note: "" })).toMatchObject({ status: 422 });
    expect(await call("POST", path, { note: "Entered by hand." })).toMatchObject({
      status: 200,
      body: { resolution: "Entered by hand.", resolvedBy: expect.stringMatching(/key/) },
    });
    expect(await call("POST", path, { note: "A later note." })).toMatchObject({
      body: { resolution: "Entered by hand." },
    });
    expect(await rejected(channelId)).toEqual([]);
    expect(await exceptions()).toEqual([]);
    const { body } = await call("GET", "/v1/callbacks/rejected?show=all");
    expect(body["items"]).toContainEqual(expect.objectContaining({ eventId: item!.eventId }));
    expect(
      await call("POST", path.replace(encodeURIComponent(item!.eventId), "none"), { note: "x" }),
    ).toMatchObject({
      status: 404,
    });
  });

  it("is stored and refused with the field if its body is wrong and the sender accepts refusals", async () => {
    const secret = `whsec_${btoa("0123456789abcdef0123456789abcdef")}`;
    const channel = { kind: "generic", currency: "USD", secrets: [secret] };
    const retailer = await openRetailer(call, { stock: [[4]], channel });
    const good = canonicalPayload(anOrderOf(retailer, [1]));
    const bad = { ...good, externalId: "bad", status: "closed" };
    const refusal = await fetchWorker(
      await callback(retailer.channelId, "generic", "order.created", bad, secret),
    );
    expect([refusal.status, await refusal.json()]).toEqual([
      422,
      expect.objectContaining({
        errors: [expect.objectContaining({ path: expect.stringContaining("status") })],
      }),
    ]);
    expect(await rejected(retailer.channelId)).toHaveLength(1);
    const created = await send(await callback(retailer.channelId, "generic", "order.created", good, secret));
    expect(created).toMatchObject({ status: 200, outcome: "created" });
  });

  it("is answered if it is WooCommerce's unsigned ping", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: { kind: "woocommerce" } });
    const ping = new Request(`https://aftercart.test/v1/webhooks/${retailer.channelId}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "webhook_id=42",
    });
    expect((await send(ping)).status).toBe(200);
  });
});

describe("a callback of WooCommerce", () => {
  it("that an order was deleted cancels its open units", async () => {
    const retailer = await openRetailer(call, { stock: [[3]], channel: { kind: "woocommerce" } });
    const order = anOrderOf(retailer, [2]);
    const { orderId } = await send(
      await callback(retailer.channelId, "woocommerce", "order.created", wooPayload(order)),
    );
    await send(await callback(retailer.channelId, "woocommerce", "order.deleted", { id: order.id }));
    expect((await orderOf(orderId)).status).toBe("cancelled");
    expect(
      await env.ORDERS_00.prepare("SELECT count(*) AS n FROM inbox WHERE order_id = ?1")
        .bind(orderId)
        .first("n"),
    ).toBe(2);
  });
});
