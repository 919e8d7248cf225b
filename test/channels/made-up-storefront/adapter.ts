/**
 * A storefront that does not exist, in one file: "Corner Shop" sends whole orders, signed with HMAC-SHA256, and has an
 * API for stock. It shows how little a storefront must define.
 */
import { z } from "zod";
import { TOKEN, type Connection, type ConnectionRules } from "../../../src/channels/domain/connection-rules";
import { callApi, documentedShape } from "../../../src/channels/shared/api-call";
import { digestOf, externalId, quantity } from "../../../src/channels/shared/body";
import { ignored, readPayload, topicFrom } from "../../../src/channels/shared/read-payload";
import { isSignedByAny, signBase64, textSecretFault } from "../../../src/channels/shared/signatures";
import {
  defineStorefront,
  type CallbackReader,
  type Fetch,
  type ReadOptions,
} from "../../../src/channels/storefront-adapter";
import type { StorefrontStock } from "../../../src/channels/storefront-api";
import { accept, reject } from "../../../src/kernel/result";
import { toNewOrder } from "../../../src/orders/canonical-order";

type CredentialName = "apiKey";

const connection: ConnectionRules<CredentialName> = {
  baseUrlForm: "https://{shop}.corner.example.com",
  baseUrlPattern: /^https:\/\/[a-z0-9-]+\.corner\.example\.com$/,
  credentials: { apiKey: TOKEN },
};

const Order = z.object({
  id: externalId,
  placed: z.string(),
  email: z.string(),
  items: z.array(z.object({ sku: z.string(), count: quantity, price: z.string() })),
  to: z.object({ street: z.string(), city: z.string(), state: z.string(), zip: z.string() }),
  total: z.string(),
});

const readOrder = (body: Uint8Array, { channel }: ReadOptions, isCreation: boolean) =>
  readPayload(body, Order, ({ id, placed, email, items, to, total }) => {
    const order = toNewOrder(channel, {
      externalId: id,
      currency: channel.currency,
      placedAt: placed,
      email,
      shippingAddress: {
        line1: to.street,
        city: to.city,
        region: to.state,
        postalCode: to.zip,
        countryCode: "US",
      },
      lines: items.map(({ sku, count, price }) => ({
        externalId: sku,
        sku,
        title: sku,
        quantity: count,
        unitPrice: price,
      })),
      total,
      payments: [{ externalId: "paid", kind: "captured", amount: total, at: placed }],
    });
    if (!order.ok) return reject(order.rejection.errors);
    return accept({ type: "order", order: order.value, isCreation });
  });

const read: CallbackReader = ({ headers, body }, options) => {
  const topic = topicFrom(headers.get("x-corner-topic"));
  const eventId = `${topic}:${digestOf(body)}`;
  switch (topic) {
    case "sold":
    case "changed":
      return { topic, eventId, event: readOrder(body, options, topic === "sold") };
    default:
      return { topic, eventId, event: ignored("a topic that is not about orders") };
  }
};

const Items = z.array(z.object({ sku: z.string(), units: z.number().int() }));

const createStock = ({ baseUrl, apiKey }: Connection<CredentialName>, fetch: Fetch): StorefrontStock => {
  const headers = { "x-corner-key": apiKey };
  return {
    maxFound: 50,
    maxPushed: 50,
    find: async (skus) => {
      const url = `${baseUrl}/items?skus=${skus.map(encodeURIComponent).join(",")}`;
      const found = await callApi(fetch, { method: "GET", url, headers });
      const items = found.ok ? documentedShape("Corner Shop", Items, found.value) : found;
      return items.ok
        ? accept(items.value.map(({ sku, units }) => ({ sku, externalId: sku, shown: units })))
        : items;
    },
    push: async (pushed) => {
      const body = pushed.map(({ externalId: sku, quantity: units }) => ({ sku, units }));
      const set = await callApi(fetch, { method: "PUT", url: `${baseUrl}/items`, headers, body });
      return set.ok ? accept([]) : set;
    },
  };
};

export const cornerShop = defineStorefront({
  kind: "corner-shop",
  secretFault: textSecretFault,
  verify: ({ headers, body }, secrets) =>
    isSignedByAny([headers.get("x-corner-signature")], secrets, (secret) => signBase64(secret, body)),
  read,
  acceptsRefusals: false,
  api: { connection, stock: createStock, fetchOrder: null, listChanged: null },
});
