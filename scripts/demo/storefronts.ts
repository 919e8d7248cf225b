/** Callbacks of the demo's storefronts: in each provider's format, signed as the provider signs. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import {
  canonicalPayload,
  shopifyPayload,
  shopifyRefundPayload,
  signedStorefrontRequest,
  totalOf,
  wooPayload,
  type TrafficRefund,
} from "../../test/support/storefront-traffic.ts";
import { ROOT } from "../local/state.ts";
import type { DemoOrder } from "./orders.ts";
import { CHANNELS, type DemoChannel } from "./retailer.ts";

export type Callback = Readonly<{ channel: DemoChannel; topic: string; eventId: string; payload: unknown }>;

export type Answer = Readonly<{ status: number; outcome: string | null; orderId: string | null }>;

const CallbackAnswer = z.object({ outcome: z.string(), orderId: z.string().nullable() });

type Event = "created" | "updated" | "paid" | "cancelled";

const TOPICS: Readonly<Record<DemoChannel["kind"], Readonly<Record<Event, string>>>> = {
  shopify: {
    created: "orders/create",
    updated: "orders/updated",
    paid: "orders/paid",
    cancelled: "orders/cancelled",
  },
  woocommerce: {
    created: "order.created",
    updated: "order.updated",
    paid: "order.updated",
    cancelled: "order.updated",
  },
  generic: {
    created: "order.created",
    updated: "order.updated",
    paid: "order.updated",
    cancelled: "order.cancelled",
  },
};

/** The callback that the order's storefront sends for the event. */
export function callbackOf(event: Event, order: DemoOrder): Callback {
  const { channel, ...placed } = order;
  const at = order.updatedAt ?? order.placedAt;
  return {
    channel,
    topic: TOPICS[channel.kind][event],
    eventId: `demo-${order.id}-${event}-${at}`,
    payload: payloadOf(channel, placed),
  };
}

function payloadOf({ kind }: DemoChannel, order: Omit<DemoOrder, "channel">): unknown {
  switch (kind) {
    case "shopify":
      return shopifyPayload(order);
    case "woocommerce":
      return wooPayload(order);
    case "generic":
      return canonicalPayload(order);
  }
}

/** The customer cancels, and is refunded in full. */
export function cancellationOf(order: DemoOrder, at: number): Callback {
  const lines = order.lines.map(({ id, quantity }) => ({ lineId: id, quantity, restock: "cancel" as const }));
  const refund = { id: order.id + 1, amountMinor: totalOf(order), at, reason: "changed their mind", lines };
  return callbackOf("cancelled", { ...order, updatedAt: at, cancelledAt: at, refunds: [refund] });
}

/** A unit of the first line is returned and refunded. Only Shopify has a callback for refunds. */
export function refundOf(order: DemoOrder, at: number): Callback {
  const line = order.lines[0]!;
  const whole = line.unitPriceMinor * line.quantity - (line.discountMinor ?? 0) + (line.taxMinor ?? 0);
  const refund: TrafficRefund = {
    id: order.id + 2,
    amountMinor: Math.floor(whole / line.quantity),
    at,
    reason: "arrived scratched",
    lines: [{ lineId: line.id, quantity: 1, restock: "return" }],
  };
  const payload = shopifyRefundPayload(order, refund);
  return { channel: order.channel, topic: "refunds/create", eventId: `demo-${order.id}-refund`, payload };
}

/** The sample orders that Shopify and WooCommerce publish. */
export async function sampleCallbacks(): Promise<Callback[]> {
  const [shopify, woocommerce] = [CHANNELS[0]!, CHANNELS[1]!];
  return [
    {
      channel: shopify,
      topic: "orders/paid",
      eventId: "sample-paid",
      payload: await fixture("shopify/order-paid.json"),
    },
    {
      channel: shopify,
      topic: "orders/updated",
      eventId: "sample-refunded",
      payload: await fixture("shopify/order-partially-refunded.json"),
    },
    {
      channel: woocommerce,
      topic: "order.created",
      eventId: "sample-order",
      payload: await fixture("woocommerce/order.json"),
    },
  ];
}

async function fixture(file: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(ROOT, "test/fixtures", file), "utf8"));
}

/** Sends the callback. @param secret another one than the channel's for a forged callback. */
export async function call(
  url: string,
  callback: Callback,
  secret = callback.channel.secret,
): Promise<Answer> {
  const { channel, topic, eventId, payload } = callback;
  const signing = { id: eventId, now: Date.now() };
  const { headers, body } = await signedStorefrontRequest(channel.kind, secret, topic, payload, signing);
  const answer = await fetch(`${url}/v1/webhooks/${channel.id}`, { method: "POST", headers, body });
  const parsed = CallbackAnswer.safeParse(await answer.json().catch(() => null));
  return { status: answer.status, outcome: null, orderId: null, ...parsed.data };
}
