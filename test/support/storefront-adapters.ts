/** The adapter of a storefront by its kind, called as the webhook route calls it. */
import type { Channel } from "../../src/catalog/domain/channel";
import type { Callback, Fetch, ReadCallback } from "../../src/channels/storefront-adapter";
import { createStorefrontRegistry } from "../../src/channels/storefront-registry";
import { storefronts } from "../../src/channels/storefronts";
import type { NewOrder } from "../../src/orders/domain/new-order";

const noFetch: Fetch = () => Promise.reject(new Error("a test must not call a storefront"));

export const registryWith = (fetch: Fetch) => createStorefrontRegistry(storefronts, fetch);

const { adapterOf } = registryWith(noFetch);

export const aCallback = (headers: HeadersInit, body: string | Uint8Array): Callback => ({
  headers: new Headers(headers),
  body: typeof body === "string" ? new TextEncoder().encode(body) : body,
});

export const isSigned = (
  kind: string,
  callback: Callback,
  secrets: readonly string[],
  now: number,
): boolean => adapterOf(kind).verify(callback, secrets, now);

export const isPing = (kind: string, body: string): boolean =>
  adapterOf(kind).isPing(aCallback({}, body).body);

export const readCallback = (
  channel: Pick<Channel, "id" | "kind" | "currency" | "locationMap">,
  callback: Callback,
  receivedAt: number,
): ReadCallback => adapterOf(channel.kind).read(callback, { channel, receivedAt });

/** The order that a callback must have. */
export function orderIn({ event }: ReadCallback): NewOrder {
  if (!event.ok) throw new Error(JSON.stringify(event.rejection));
  if (event.value.type !== "order") throw new Error(`not an order but: ${event.value.type}`);
  return event.value.order;
}
