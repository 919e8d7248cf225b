/**
 * Reads BigCommerce's webhooks. They report only that something about an order changed, and the order's id: the order
 * is fetched afterwards. https://docs.bigcommerce.com/docs/integrations/webhooks/events, as of November 2026.
 */
import { z } from "zod";
import { accept } from "../../kernel/result";
import { digestOf, externalId, parseJson, shape } from "../shared/body";
import { ignored, topicFrom, type ReadEvent } from "../shared/read-payload";
import type { CallbackReader } from "../storefront-adapter";

const MAX_ID = 200;

/** Digits only, because the id becomes a part of the address that is called. */
const orderId = externalId.refine((id) => /^\d+$/.test(id), "is not a number").nullish();

const Webhook = z.object({
  scope: z.string().min(1),
  data: z.object({
    type: z.string().nullish(),
    id: orderId,
    order_id: orderId,
  }),
});
type Webhook = z.output<typeof Webhook>;

/** The topic is the scope in the body, which is signed. */
export const readBigCommerceCallback: CallbackReader = ({ headers, body }) => {
  const parsed = parseJson(body);
  const shaped = parsed.ok ? shape(Webhook, parsed.value) : parsed;
  const topic = shaped.ok ? topicFrom(shaped.value.scope) : "";
  const eventId = [headers.get("webhook-id")?.slice(0, MAX_ID), digestOf(body)].join(":");
  return { topic, eventId, event: shaped.ok ? changeOf(shaped.value) : shaped };
};

function changeOf(webhook: Webhook): ReadEvent {
  const externalOrderId = changedOrder(webhook);
  if (externalOrderId === null) return ignored("a topic that changes no order");
  return accept({ type: "changed", externalOrderId });
}

/** The order whose state may have changed; null for messages, metafields and what is not about orders. */
function changedOrder({ scope, data }: Webhook): string | null {
  switch (scope) {
    case "store/order/created":
    case "store/order/updated":
    case "store/order/statusUpdated":
    case "store/order/archived":
    case "store/order/refund/created":
      return data.id ?? null;
    case "store/order/transaction/created":
    case "store/order/transaction/updated":
      return data.order_id ?? null;
    default:
      return null;
  }
}
