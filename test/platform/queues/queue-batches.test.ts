import { describe, expect, it } from "vitest";
import { batchesOf, type QueueMessage, type SentMessage } from "../../../src/platform/queues/queue-message";
import { aQueueMessage } from "../../support/queue-message";
import { stockEffect } from "../../../src/inventory/queue-messages";
import { notificationSend } from "../../../src/notifications/queue-messages";

const effect = (sku: string): SentMessage => ({
  message: stockEffect.message({
    sku,
    effect: {
      type: "release",
      ref: "r",
      orderId: "ord_1",
      lineId: "line_1",
      locationId: null,
      quantity: 1,
      at: 0,
    },
  }),
  outboxId: null,
});
const many = (count: number) => Array.from({ length: count }, (_, i) => aQueueMessage(i));
const queueOf = (message: QueueMessage) => (stockEffect.is(message) ? stockEffect : notificationSend).queue;

describe("batchesOf", () => {
  it("groups messages by queue and keeps their order", () => {
    const [first, second, third] = [aQueueMessage(1), effect("A"), aQueueMessage(2)];
    expect(batchesOf([first, second, third], queueOf)).toEqual([
      { queue: "notify", messages: [first, third] },
      { queue: "stock", messages: [second] },
    ]);
  });

  it("returns no batch for no messages", () => {
    expect(batchesOf([], queueOf)).toEqual([]);
  });

  it("puts at most a hundred messages into a batch", () => {
    const batches = batchesOf(many(201), queueOf);
    expect(batches.map(({ messages }) => messages.length)).toEqual([100, 100, 1]);
    expect(batches.flatMap(({ messages }) => messages)).toEqual(many(201));
  });

  it("keeps a batch below 256 kB whatever the characters, and puts a larger message into a batch of its own", () => {
    const long = (units: number) => effect("€".repeat(units));
    const bytes = ({ messages }: { messages: readonly SentMessage[] }) =>
      messages.reduce((sum, message) => sum + new TextEncoder().encode(JSON.stringify(message)).length, 0);
    const batches = batchesOf(
      [long(30_000), long(30_000), long(30_000), long(90_000), aQueueMessage(1)],
      queueOf,
    );
    expect(batches.map(({ messages }) => messages.length)).toEqual([2, 1, 1, 1]);
    expect(batches.slice(0, 2).every((batch) => bytes(batch) < 256_000)).toBe(true);
  });
});
