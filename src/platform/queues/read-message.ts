/** Messages as they come off a queue: checked before anything is done with them. */
import { z } from "zod";
import type { QueueMessage, SentMessage } from "./queue-message";

const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_`));

const Sent = z.object({ outboxId: z.string().optional() });

/** The envelope decides what a message is; what it carries was made by our own types. */
const Envelope = z.discriminatedUnion("type", [
  Sent.extend({
    type: z.literal("order.create.v1"),
    order: z.looseObject({ channelId: z.string(), externalId: z.string() }),
    receivedAt: z.number(),
  }),
  Sent.extend({
    type: z.literal("order.fetch.v1"),
    channelId: z.string(),
    externalOrderId: z.string(),
    eventId: z.string(),
    topic: z.string(),
    receivedAt: z.number(),
  }),
  Sent.extend({ type: z.literal("fulfillment.release.v1"), orderId: id("ord"), fulfillmentId: id("ful") }),
  Sent.extend({ type: z.literal("sourcing.simulate.v1"), simulationId: id("sim") }),
  Sent.extend({
    type: z.literal("stock.effect.v1"),
    sku: z.string(),
    effect: z.looseObject({
      type: z.enum(["ship", "release", "reject", "move", "serve", "restock"]),
      ref: z.string(),
    }),
  }),
  Sent.extend({
    type: z.literal("stock.event.v1"),
    sku: z.string(),
    event: z.looseObject({
      type: z.enum(["backorder.filled", "allocation.cut", "allocation.moved", "stock.moved"]),
      id: z.string(),
    }),
  }),
  Sent.extend({
    type: z.literal("stock.snapshot.v1"),
    snapshot: z.looseObject({ sku: z.string(), version: z.number().int().positive() }),
  }),
  Sent.extend({
    type: z.literal("stock.prices.v1"),
    foundAt: z.number(),
    minorBySku: z.record(z.string(), z.record(z.string(), z.number())),
  }),
  Sent.extend({
    type: z.literal("stock.feed.v1"),
    feed: z.object({
      locationId: z.string(),
      asOf: z.number(),
      items: z.array(z.object({ sku: z.string(), quantity: z.number().int().nonnegative() })),
    }),
  }),
  Sent.extend({
    type: z.literal("notification.send.v1"),
    notificationId: id("ntf"),
    orderId: id("ord"),
    kind: z.enum([
      "order_received",
      "order_backordered",
      "order_shipped",
      "order_delivered",
      "order_cancelled",
    ]),
    shipmentId: id("shp").nullable(),
  }),
]);

/** @throws when it is no message we know, or not in a version we know. */
export const parseMessage = (body: unknown): SentMessage => sentMessage(Envelope.parse(body));

/** Null where it is no message we know. */
export function readMessage(body: unknown): SentMessage | null {
  const read = Envelope.safeParse(body);
  return read.success ? sentMessage(read.data) : null;
}

const sentMessage = ({ outboxId, ...message }: z.infer<typeof Envelope>): SentMessage => ({
  message: message as QueueMessage,
  outboxId: outboxId ?? null,
});
