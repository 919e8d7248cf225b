/** Refunds and fulfillments that arrive before the callback that creates their order. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createContext } from "../../src/app-context";
import { applyEarlyEvent } from "../../src/channels/early-event";
import type { EarlyEventMessage } from "../../src/channels/queue-messages";
import { orderIdOf } from "../../src/kernel/ids";
import { callerWith, fetchWorker, unique, type Call } from "../support/api";
import { anOrderOf, openRetailer, SECRET, type Retailer } from "../support/retailer";
import {
  shopifyPayload,
  shopifyRefundPayload,
  signedStorefrontRequest,
  type TrafficOrder,
} from "../support/storefront-traffic";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

const HOUR = 3_600_000;
const context = () => createContext(env, createExecutionContext(), "test");

async function send({ channelId }: Retailer, topic: string, payload: unknown) {
  const meta = { id: unique("event"), now: Date.now() };
  const signed = await signedStorefrontRequest("shopify", SECRET, topic, payload, meta);
  const response = await fetchWorker(`/v1/webhooks/${channelId}`, { method: "POST", ...signed });
  return { status: response.status, outcome: (await response.json<{ outcome: string }>()).outcome };
}

const refundOf = (order: TrafficOrder) => ({
  id: order.id + 1,
  amountMinor: 1_500,
  at: order.placedAt + 1_000,
  reason: "one too many",
  lines: [{ lineId: order.lines[0]!.id, quantity: 1, restock: "cancel" as const }],
});

/** The refund of an order that is not known, as it waits in the outbox. */
async function sendEarlyRefund() {
  const retailer = await openRetailer(call, { stock: [[5]] });
  const order = anOrderOf(retailer, [2]);
  const sent = await send(retailer, "refunds/create", shopifyRefundPayload(order, refundOf(order)));
  const orderId = orderIdOf(retailer.channelId, String(order.id));
  const row = await env.ORDERS_00.prepare(
    "SELECT messages ->> 0 AS message FROM outbox WHERE id GLOB ?1 || '/early/*'",
  )
    .bind(orderId)
    .first<string>("message");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It was written as such a message.
  return { retailer, order, orderId, sent, message: JSON.parse(row!) as EarlyEventMessage };
}

describe("a refund of an order that is not known yet", () => {
  it("waits, and is applied once when the order is there", async () => {
    const { retailer, order, orderId, sent, message } = await sendEarlyRefund();
    expect(sent).toEqual({ status: 202, outcome: "queued" });
    await expect(applyEarlyEvent(context(), message)).rejects.toThrow("order_unknown");
    await send(retailer, "orders/create", shopifyPayload(order));
    await applyEarlyEvent(context(), message);
    await applyEarlyEvent(context(), message);
    const { body } = await call("GET", `/v1/orders/${orderId}`);
    expect(body).toMatchObject({ refundedMinor: 1_500, holds: [], lines: [{ cancelled: 1, allocated: 1 }] });
  });

  it("is listed for staff after an hour", async () => {
    const { retailer, message } = await sendEarlyRefund();
    await applyEarlyEvent(context(), { ...message, receivedAt: Date.now() - HOUR - 1 });
    const { body } = await call("GET", "/v1/callbacks/rejected");
    const listed = body.items.filter(
      ({ channelId }: { channelId: string }) => channelId === retailer.channelId,
    );
    expect(listed).toMatchObject([
      {
        topic: "refunds/create",
        problem: "a refund of an order that is not known",
        body: expect.stringContaining("1500"),
      },
    ]);
  });
});
