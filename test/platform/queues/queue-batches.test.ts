import { describe, expect, it } from "vitest";
import { batchesOf, type SentMessage } from "../../../src/platform/queues/queue-message";
import { aQueueMessage } from "../../support/queue-message";
import { stockEffect } from "../../../src/inventory/queue-messages";
import { consumers } from "../../../src/modules";

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

describe("batchesOf", () => {
  it("hands each queue what is its own, in order", () => {
    const [first, second, third] = [aQueueMessage(1), effect("A"), aQueueMessage(2)];
    expect(batchesOf([first, second, third], consumers.queueOf)).toEqual([
      { queue: "notify", messages: [first, third] },
      { queue: "stock", messages: [second] },
    ]);
    expect(batchesOf([], consumers.queueOf)).toEqual([]);
  });

  it("hands a queue a hundred at once", () => {
    const batches = batchesOf(many(201), consumers.queueOf);
    expect(batches.map(({ messages }) => messages.length)).toEqual([100, 100, 1]);
    expect(batches.flatMap(({ messages }) => messages)).toEqual(many(201));
  });

  it("stays within the bytes of a batch, whatever the letters; what is larger goes alone", () => {
    const long = (units: number) => effect("€".repeat(units));
    const bytes = ({ messages }: { messages: readonly SentMessage[] }) =>
      messages.reduce((sum, message) => sum + new TextEncoder().encode(JSON.stringify(message)).length, 0);
    const batches = batchesOf(
      [long(30_000), long(30_000), long(30_000), long(90_000), aQueueMessage(1)],
      consumers.queueOf,
    );
    expect(batches.map(({ messages }) => messages.length)).toEqual([2, 1, 1, 1]);
    expect(batches.slice(0, 2).every((batch) => bytes(batch) < 256_000)).toBe(true);
  });
});
