/** Sends after the answer are batched across concurrent requests, and a request that dies loses none of the others'. */
import { describe, expect, it, vi } from "vitest";
import type { SentMessage } from "../../../src/platform/queues/queue-message";
import { createSendBatcher } from "../../../src/platform/queues/send-batcher";
import { createSending } from "../../../src/platform/queues/sending";
import { queueAway } from "../../support/faulty-bindings";
import { aQueueMessage } from "../../support/queue-message";
import { consumers } from "../../../src/modules";
import { fulfillmentRelease } from "../../../src/orders/queue-messages";

/** A batcher whose pauses end on demand: the first pause is 0. */
function batcherOf() {
  const pauses: (() => void)[] = [];
  const batcher = createSendBatcher<string>(() => new Promise<void>((end) => pauses.push(end)));
  return {
    add: (item: string, at: number) => batcher.add([item], at),
    end: (i: number) => pauses[i]!(),
  };
}

describe("a send batcher", () => {
  it("returns all items that were added during the pause to the first request", async () => {
    const { add, end } = batcherOf();
    const first = add("a", 0);
    expect(add("b", 10)).toBeNull();
    end(0);
    expect(await first).toEqual(["a", "b"]);
    const next = add("c", 20);
    end(1);
    expect(await next).toEqual(["c"]);
  });

  it.each([
    ["a second later", 1_000],
    ["when the clock was set back", -1],
  ])("gives the items of a request that died to another request, %s", async (_when, at) => {
    const { add, end } = batcherOf();
    const lost = add("a", 0);
    expect(add("b", 999)).toBeNull();
    const again = add("c", at);
    end(1);
    expect(await again).toEqual(["a", "b", "c"]);
    end(0);
    expect(await lost, "a first request that continues after all has nothing to send").toEqual([]);
  });
});

const release: SentMessage = {
  message: fulfillmentRelease.message({ orderId: "ord_1", fulfillmentId: "ful_1" }),
  outboxId: null,
};

/** Queues that record each call. */
function sendingTo(over: { notify?: Queue } = {}) {
  const calls: unknown[][] = [];
  const recording = {
    sendBatch: async (sent: { body: unknown }[]) => void calls.push(sent.map(({ body }) => body)),
  } as unknown as Queue;
  const queues = {
    intake: recording,
    fulfillment: recording,
    stock: recording,
    notify: recording,
    jobs: recording,
    directory: recording,
    ...over,
  };
  const after: Promise<unknown>[] = [];
  const waitUntil = (work: Promise<unknown>) => void after.push(work);
  const batcher = createSendBatcher<SentMessage>((ms) => scheduler.wait(ms));
  const sending = () =>
    createSending({ queues, queueOf: consumers.queueOf, batcher }, { waitUntil, now: () => Date.now() });
  return { sending, calls, after };
}

describe("sending", () => {
  it("needs one call for the messages of concurrent requests", async () => {
    const { sending, calls, after } = sendingTo();
    const [one, other] = [sending(), sending()];
    one.sendSoon([aQueueMessage(1)]);
    other.sendSoon([]);
    other.sendSoon([aQueueMessage(2)]);
    expect(after, "the first waits for both").toHaveLength(1);
    await Promise.all(after);
    expect(calls).toEqual([
      [
        { ...aQueueMessage(1).message, outboxId: "ord_1/1/1" },
        { ...aQueueMessage(2).message, outboxId: "ord_1/1/2" },
      ],
    ]);
  });

  it("returns the messages that were accepted where one queue fails", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { sending, calls } = sendingTo({ notify: queueAway() });
    expect(await sending().sendAll([aQueueMessage(1), release])).toEqual([release]);
    expect(calls).toEqual([[release.message]]);
    vi.restoreAllMocks();
  });
});
