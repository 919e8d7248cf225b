/**
 * What travels on the queues. Consumers look at the state, not at the order in which messages come;
 * each message says its version, and a message no version of which is known fails loudly.
 */
import type { FulfillmentId, NotificationId, OrderId, ShipmentId, SimulationId } from "../../kernel/ids";
import type { NewOrder } from "../../orders/domain/order";
import type { StockFeed } from "../../inventory/domain/stock-feed";
import type { StockEffect, StockEvent, StockPrices, StockSnapshot } from "../../inventory/domain/stock";

export type QueueName = "intake" | "fulfillment" | "stock" | "notify";

export type QueueMessage =
  | Readonly<{ type: "order.create.v1"; order: NewOrder; receivedAt: number }>
  /** Its storefront snapshot that the order changed, and not how: it is to be asked. */
  | Readonly<{
      type: "order.fetch.v1";
      channelId: string;
      externalOrderId: string;
      /** The callback that snapshot so. */
      eventId: string;
      topic: string;
      receivedAt: number;
    }>
  | Readonly<{ type: "fulfillment.release.v1"; orderId: OrderId; fulfillmentId: FulfillmentId }>
  | Readonly<{ type: "sourcing.simulate.v1"; simulationId: SimulationId }>
  | Readonly<{ type: "stock.effect.v1"; sku: string; effect: StockEffect }>
  | Readonly<{ type: "stock.event.v1"; sku: string; event: StockEvent }>
  | Readonly<{ type: "stock.snapshot.v1"; snapshot: StockSnapshot }>
  /** A piece of it. */
  | Readonly<{ type: "stock.feed.v1"; feed: StockFeed }>
  | Readonly<{
      type: "stock.prices.v1";
      foundAt: number;
      minorBySku: Readonly<Record<string, StockPrices["minorByLocation"]>>;
    }>
  | Readonly<{
      type: "notification.send.v1";
      notificationId: NotificationId;
      orderId: OrderId;
      kind: NotificationKind;
      /** What it is about, where there may be several: the shipment. */
      shipmentId: ShipmentId | null;
    }>;

/** As it travels: with the row that stays in the outbox until it is done, where there is one. */
export type SentMessage = Readonly<{ message: QueueMessage; outboxId: string | null }>;

/** What customers are told. */
export type NotificationKind =
  | "order_received"
  | "order_backordered"
  | "order_shipped"
  | "order_delivered"
  | "order_cancelled";

export const queueOf = (message: QueueMessage): QueueName => {
  switch (message.type) {
    case "order.create.v1":
    case "order.fetch.v1":
      return "intake";
    case "fulfillment.release.v1":
    case "sourcing.simulate.v1":
      return "fulfillment";
    case "stock.effect.v1":
    case "stock.event.v1":
    case "stock.snapshot.v1":
    case "stock.prices.v1":
    case "stock.feed.v1":
      return "stock";
    case "notification.send.v1":
      return "notify";
  }
};

/** What a queue takes in one call: https://developers.cloudflare.com/queues/platform/limits/. */
const MAX_AT_ONCE = 100;
const MAX_BYTES_AT_ONCE = 250_000;
/** Of a UTF-16 code unit in UTF-8; and what a message weighs beside its text. */
const MAX_BYTES_A_UNIT = 3;
const BYTES_BESIDE = 100;

export type QueueBatch = Readonly<{ queue: QueueName; messages: readonly SentMessage[] }>;

/** Messages in as few calls as their queues take them in, in their order; one too large for that goes alone. */
export function batchesOf(messages: readonly SentMessage[]): QueueBatch[] {
  return [...Map.groupBy(messages, ({ message }) => queueOf(message))].flatMap(([queue, ofQueue]) => {
    const batches: SentMessage[][] = [];
    let [batch, bytes]: [SentMessage[], number] = [[], 0];
    for (const message of ofQueue) {
      const weight = JSON.stringify(message).length * MAX_BYTES_A_UNIT + BYTES_BESIDE;
      if (batch.length === 0 || batch.length === MAX_AT_ONCE || bytes + weight > MAX_BYTES_AT_ONCE) {
        [batch, bytes] = [[], 0];
        batches.push(batch);
      }
      batch.push(message);
      bytes += weight;
    }
    return batches.map((each) => ({ queue, messages: each }));
  });
}
