/**
 * Off the queues: each message does its work at most once in effect, whatever its number of deliveries. It
 * is acknowledged when done, and retried when it may still succeed; in the end it is a dead letter, which
 * its own queue brings here to be kept.
 */
import { logLine } from "../../kernel/log-line";
import { createOrder } from "../../orders/create-order";
import { applyStockEvent } from "../../orders/apply-stock-event";
import { createOrderImporter, type OrderImporter } from "../../channels/import-order";
import { takeStockFeed } from "../../inventory/apply-stock-feed";
import { forgetDone } from "./acknowledge-messages";
import { storeSnapshots } from "../../inventory/store-snapshots";
import { markForRepair } from "../../orders/replan-due-orders";
import { releaseFulfillment } from "../../orders/release-fulfillment";
import { sendNotification } from "../../notifications/send-notification";
import { playSimulation } from "../../planning/simulate-sourcing";
import { storeDeadLetter } from "../dead-letters/store-dead-letter";
import { applyStorefrontUpdate } from "../../orders/apply-storefront-update";
import { takeStockPrices } from "../../inventory/set-stock-prices";
import type { Context } from "../context";
import type { QueueMessage, QueueName, SentMessage } from "./queue-message";
import { parseMessage, readMessage } from "./read-message";

export async function consume(context: Context, batch: MessageBatch): Promise<void> {
  const { queue, dead } = queueNamed(batch.queue);
  const done: SentMessage[] = [];
  const fetchOrder = createOrderImporter(context);
  const taken = dead ? new Set<Message>() : await storeSnapshotBatch(context, batch.messages);
  for (const message of batch.messages) {
    if (taken.has(message)) continue;
    try {
      const sent = dead
        ? await bury(context, queue, message)
        : await handled(context, message.body, fetchOrder);
      if (sent) done.push(sent);
      message.ack();
    } catch (error) {
      const at = { queue: batch.queue, id: message.id };
      console.error(logLine("error", "a message failed, and comes again", { ...at, error }));
      message.retry({ delaySeconds: Math.max(pauseAfter(message.attempts), secondsAsked(error)) });
    }
  }
  await forgetDone(context, done).catch((error: unknown) => {
    console.error(logLine("error", "what was done is not forgotten yet", { queue: batch.queue, error }));
  });
}

const pauseAfter = (attempts: number): number => Math.min(15 * 2 ** Math.max(0, attempts - 1), 900);

/**
 * What SKUs snapshot of their stock, in one batch to the database: there are many, and each says all of its SKU.
 * Answers the messages that are done; where the batch failed none is, and each is tried by itself.
 */
async function storeSnapshotBatch(
  context: Context,
  messages: readonly Message[],
): Promise<ReadonlySet<Message>> {
  const snapshots = messages.flatMap((message) => {
    const sent = readMessage(message.body)?.message;
    return sent?.type === "stock.snapshot.v1" ? [{ message, snapshot: sent.snapshot }] : [];
  });
  try {
    await storeSnapshots(
      context,
      snapshots.map(({ snapshot }) => snapshot),
    );
  } catch (error) {
    const detail = "what was snapshot of stock is tried one by one";
    console.error(logLine("error", detail, { snapshots: snapshots.length, error }));
    return new Set();
  }
  for (const { message } of snapshots) message.ack();
  return new Set(snapshots.map(({ message }) => message));
}

async function handled(context: Context, body: unknown, fetchOrder: OrderImporter): Promise<SentMessage> {
  const sent = parseMessage(body);
  await handle(context, sent.message, fetchOrder);
  return sent;
}

/** A letter stands in its place from now on, also where nobody knows what it says. */
async function bury(context: Context, queue: QueueName, { id, body }: Message): Promise<SentMessage | null> {
  const sent = readMessage(body);
  await storeDeadLetter(context, { id, queue, body, sent });
  return sent;
}

/** @throws when it should come again. */
async function handle(context: Context, message: QueueMessage, fetchOrder: OrderImporter): Promise<void> {
  switch (message.type) {
    case "order.create.v1":
      return takeIn(context, message);
    case "order.fetch.v1": {
      const fetched = await fetchOrder(message);
      if (!fetched.ok) throw retryable(fetched.rejection);
      return;
    }
    case "fulfillment.release.v1": {
      const { orderId, fulfillmentId } = message;
      const released = await releaseFulfillment(context, orderId, fulfillmentId);
      // Held or not due yet: the sweep asks again when it is.
      if (!released.ok && released.rejection.code === "version_conflict") throw retryable(released.rejection);
      return;
    }
    case "sourcing.simulate.v1":
      return playSimulation(context, message.simulationId);
    case "stock.effect.v1": {
      const applied = await context.inventory.apply(message.sku, message.effect);
      if (!applied.ok) throw retryable(applied.rejection);
      if (applied.value.needsRepair) await markForRepair(context, message.effect.orderId);
      return;
    }
    case "stock.event.v1": {
      const applied = await applyStockEvent(context, message.sku, message.event);
      if (!applied.ok) throw retryable(applied.rejection);
      return;
    }
    case "stock.prices.v1":
      return takeStockPrices(context, message);
    case "stock.feed.v1":
      return takeStockFeed(context, message.feed);
    case "stock.snapshot.v1":
      return storeSnapshots(context, [message.snapshot]);
    case "notification.send.v1": {
      const sent = await sendNotification(context, message);
      // Why is kept with the message: a provider's snapshots may name the customer, and errors are logged.
      if (!sent.ok) throw retryable({ code: sent.rejection.code });
      return;
    }
  }
}

/** The intake: an order whose database was away when it came. */
async function takeIn(
  context: Context,
  { order }: Extract<QueueMessage, { type: "order.create.v1" }>,
): Promise<void> {
  const channel = (await context.reference()).channels.get(order.channelId);
  if (!channel) throw new Error(`no channel ${order.channelId}`);
  const asChannel = { ...context, actor: `channel:${channel.id}` };
  const options = { channel, shortage: "sold", whenUnavailable: "throw" } as const;
  const accepted = await createOrder(asChannel, order, options);
  if (!accepted.ok) throw new Error("what a storefront sold is never refused");
  if (accepted.value.outcome !== "known") return;
  const { orderId, order: known } = accepted.value;
  const synced = await applyStorefrontUpdate(asChannel, orderId, order, channel, { known });
  if (!synced.ok) throw retryable(synced.rejection);
}

/** `afterMs`: what it was refused by asks to be left alone for so long. */
const retryable = (rejection: Readonly<{ code: string; afterMs?: number }>) =>
  Object.assign(new Error(JSON.stringify(rejection)), { afterMs: rejection.afterMs ?? 0 });

const secondsAsked = (error: unknown): number =>
  error instanceof Error && "afterMs" in error ? Math.ceil(Number(error.afterMs) / 1_000) : 0;

const QUEUES: readonly QueueName[] = ["intake", "fulfillment", "stock", "notify"];

/** `aftercart-stock-dead` is the dead-letter queue of `stock`. @throws for a queue that is not ours. */
function queueNamed(name: string): { queue: QueueName; dead: boolean } {
  for (const queue of QUEUES) {
    if (name === `aftercart-${queue}`) return { queue, dead: false };
    if (name === `aftercart-${queue}-dead`) return { queue, dead: true };
  }
  throw new Error(`no queue is called ${name}`);
}
