/** A retailer with a channel of one storefront, and signed callbacks sent to it. */
import { orderIdOf } from "../../src/kernel/ids";
import type { startTestWorker } from "../security/test-worker";
import { unique, type Answer, type Call } from "./api";
import { fetchWith } from "./faulty-bindings";
import { openRetailer, type Retailer } from "./retailer";
import { signedStorefrontRequest, type StorefrontKind } from "./storefront-traffic";

const SECRETS: Readonly<Record<StorefrontKind, string>> = {
  shopify: "the app's client secret",
  woocommerce: "the webhook's own secret",
  generic: `whsec_${btoa("a secret of 24 bytes or so")}`,
};

/** Shopify's and Woo's orders have an `id`, canonical ones an `externalId`. */
export type Payload = Readonly<
  Record<string, unknown> & { id?: number; externalId?: string; externalOrderId?: string }
>;

export type Door = Readonly<{
  retailer: Retailer;
  /** Sends a signed callback. */
  send: (topic: string, payload: Payload) => Promise<{ status: number; outcome?: string }>;
  /** The order as the API has it. */
  order: (payload: Payload) => Promise<Answer["body"]>;
}>;

/** `channel`: more fields of the channel. */
export async function openDoor(
  { bindings }: ReturnType<typeof startTestWorker>,
  call: Call,
  kind: StorefrontKind,
  channel: Readonly<Record<string, unknown>> = {},
): Promise<Door> {
  const retailer = await openRetailer(call, {
    stock: [[50], [50]],
    channel: { kind, secrets: [SECRETS[kind]], ...channel },
  });
  const { channelId } = retailer;
  return {
    retailer,
    send: async (topic, payload) => {
      const delivery = { id: unique("delivery"), now: Date.now() };
      const signed = await signedStorefrontRequest(kind, SECRETS[kind], topic, payload, delivery);
      const path = `https://aftercart.test/v1/webhooks/${channelId}`;
      const response = await fetchWith(bindings, new Request(path, { method: "POST", ...signed }));
      return { status: response.status, ...(await response.json<{ outcome?: string }>()) };
    },
    order: async ({ id, externalId, externalOrderId }) =>
      (await call("GET", `/v1/orders/${orderIdOf(channelId, String(id ?? externalId ?? externalOrderId))}`))
        .body,
  };
}

/** The codes of the order's holds. */
export const holdsOf = (order: Answer["body"]): string[] =>
  order.holds.map(({ code }: Readonly<{ code: string }>) => code);

/** For each line, its units in the state. */
export const unitsOf = (order: Answer["body"], state: string): number[] =>
  order.lines.map((line: Readonly<Record<string, number>>) => line[state]);

/** The balances of an order that owes and is owed nothing. */
export const NOTHING = { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 };
