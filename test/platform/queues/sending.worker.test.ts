/** What follows an answer goes to its queue together with what follows others, and whoever dies keeps nobody's. */
import { expect, it, vi } from "vitest";
import type { SentMessage } from "../../../src/platform/queues/queue-message";
import { createSendBatcher } from "../../../src/platform/queues/send-batcher";
import { createSending } from "../../../src/platform/queues/sending";
import { queueAway } from "../../support/faults";
import { aQueueMessage } from "../../support/queue-message";
import { consumers } from "../../../src/modules";
import { fulfillmentRelease } from "../../../src/orders/queue-messages";

/** A batcher whose pauses end when they are told to. */
function batcherOf() {
  const pauses: (() => void)[] = [];
  const batcher = createSendBatcher<string>(() => new Promise<void>((end) => pauses.push(end)));
  return {
    add: (item: string, at: number) => batcher.add([item], at),
    end: (i: number) => pauses[i]!(),
  };
}

it("is gathered by the first for all who come until the pause is over", async () => {
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
  ["after a second", 1_000],
  ["when the clock was set back", -1],
])("is gathered by another where the first does not come back, %s", async (_when, at) => {
  const { add, end } = batcherOf();
  const lost = add("a", 0);
  expect(add("b", 999)).toBeNull();
  const again = add("c", at);
  end(1);
  expect(await again).toEqual(["a", "b", "c"]);
  end(0);
  expect(await lost, "whoever comes late after all has nothing left to send").toEqual([]);
});

const release: SentMessage = {
  message: fulfillmentRelease.message({ orderId: "ord_1", fulfillmentId: "ful_1" }),
  outboxId: null,
};

/** Queues that keep what they are handed, call by call. */
function sendingTo(over: { notify?: Queue } = {}) {
  const calls: unknown[][] = [];
  const takes = {
    sendBatch: async (sent: { body: unknown }[]) => void calls.push(sent.map(({ body }) => body)),
  } as unknown as Queue;
  const queues = { intake: takes, fulfillment: takes, stock: takes, notify: takes, ...over };
  const after: Promise<unknown>[] = [];
  const waitUntil = (work: Promise<unknown>) => void after.push(work);
  const batcher = createSendBatcher<SentMessage>((ms) => scheduler.wait(ms));
  const sending = () =>
    createSending({ queues, queueOf: consumers.queueOf, batcher }, { waitUntil, now: () => Date.now() });
  return { sending, calls, after };
}

it("goes in one call for requests that are answered beside each other", async () => {
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

it("tells what was taken where one of its queues is away", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { sending, calls } = sendingTo({ notify: queueAway() });
  expect(await sending().sendAll([aQueueMessage(1), release])).toEqual([release]);
  expect(calls).toEqual([[release.message]]);
  vi.restoreAllMocks();
});
