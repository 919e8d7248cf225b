/**
 * Sends after the answer are batched across concurrent requests, and a request that dies loses none of the others'. A row
 * of the outbox stays until all of its messages were handled.
 */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { PlatformContext } from "../../../src/platform/context";
import {
  acknowledgeOutbox,
  dueOutboxRows,
  insertOutboxRow,
  messagesOf,
  outboxStatements,
} from "../../../src/platform/outbox/outbox-rows";
import { sendOutboxAgain } from "../../../src/platform/outbox/send-outbox";
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

describe("an outbox row with several messages", () => {
  const db = env.ORDERS_00;
  const place = (n: number) => aQueueMessage(n).message;
  const store = async (id: string, ...messages: ReturnType<typeof place>[]) => {
    await insertOutboxRow(db, { id, createdAt: 0, messages });
    return async () => {
      const row = await db
        .prepare("SELECT messages FROM outbox WHERE id = ?1")
        .bind(id)
        .first<string>("messages");
      return row === null ? null : (JSON.parse(row) as unknown[]);
    };
  };
  const now = Number.MAX_SAFE_INTEGER;
  const dueOf = async (id: string) => (await dueOutboxRows(db, now, 1_000)).find((row) => row.id === id);

  it("stays until all of them were handled, and is sent again without those that were", async () => {
    const left = await store("ord_half/1", place(1), place(2), place(3));
    await acknowledgeOutbox(db, ["ord_half/1/1"]);
    expect(await left()).toEqual([place(1), null, place(3)]);
    expect(messagesOf((await dueOf("ord_half/1"))!).map(({ outboxId }) => outboxId)).toEqual([
      "ord_half/1/0",
      "ord_half/1/2",
    ]);
    await acknowledgeOutbox(db, ["ord_half/1/2", "ord_half/1/0"]);
    expect(await left()).toBeNull();
  });

  it("is the same after a message was handled twice, or late", async () => {
    const left = await store("ord_twice/1", place(1), place(2));
    await acknowledgeOutbox(db, ["ord_twice/1/0"]);
    await acknowledgeOutbox(db, ["ord_twice/1/0", "ord_twice/1/0"]);
    expect(await left()).toEqual([null, place(2)]);
    await acknowledgeOutbox(db, ["ord_twice/1/1"]);
    await acknowledgeOutbox(db, ["ord_twice/1/1", "ord_twice/1/0", "ord_none/9/0"]);
    expect(await left()).toBeNull();
  });

  it("is not taken for the row of another commit or order whose id begins alike", async () => {
    const rows = ["ord_a/1", "ord_a/10", "ord_ab/1", "ord_a/1/fetch"];
    const left = await Promise.all(rows.map((id) => store(id, place(1), place(2))));
    await acknowledgeOutbox(db, ["ord_a/1/0", "ord_a/1/1"]);
    const both = [place(1), place(2)];
    expect(await Promise.all(left.map((read) => read()))).toEqual([null, both, both, both]);
    await acknowledgeOutbox(db, ["ord_a/10/0", "ord_a/10/1", "ord_ab/1/1", "ord_a/1/fetch/0"]);
    expect(await Promise.all(left.map((read) => read()))).toEqual([
      null,
      null,
      [place(1), null],
      [null, place(2)],
    ]);
  });

  it("is not written for a message whose handling is recorded elsewhere, unless it is sent again", async () => {
    const isSecond = "message.value ->> 'notificationId' = 'ntf_2'";
    const acknowledge = (...ids: string[]) => acknowledgeOutbox(db, ids, isSecond);
    const left = await store("ord_rec/1", place(1), place(2), place(3));
    await acknowledge("ord_rec/1/1");
    expect(await left()).toEqual([place(1), place(2), place(3)]);
    await acknowledge("ord_rec/1/0");
    expect(await left()).toEqual([null, place(2), place(3)]);
    await db.prepare("UPDATE outbox SET attempts = 1 WHERE id = 'ord_rec/1'").run();
    await acknowledge("ord_rec/1/1");
    expect(await left()).toEqual([null, null, place(3)]);
    await acknowledge("ord_rec/1/2");
    expect(await left()).toBeNull();

    const other = await store("ord_rec/2", place(1), place(2));
    await acknowledge("ord_rec/2/0");
    expect(await other()).toBeNull();
    const none = await store("ord_rec/3", place(1), place(2));
    await acknowledgeOutbox(db, ["ord_rec/3/0"], "FALSE");
    expect(await none()).toEqual([null, place(2)]);
  });

  it("keeps what is in its messages, whatever that is", async () => {
    const odd = { ...place(1), note: `"null", null, [0] and 🧦`, nested: { a: [null, "null", 1.5] } };
    const left = await store("ord_odd/1", odd, place(2));
    await acknowledgeOutbox(db, ["ord_odd/1/1"]);
    expect(await left()).toEqual([odd, null]);
  });

  it("takes the acknowledgements of many messages at once", async () => {
    const left = await store("ord_many/1", ...Array.from({ length: 500 }, (_, i) => place(i)));
    const ids = Array.from({ length: 499 }, (_, i) => `ord_many/1/${i}`);
    await acknowledgeOutbox(db, ids);
    expect((await left())!.filter((message) => message !== null)).toEqual([place(499)]);
    await acknowledgeOutbox(db, ["ord_many/1/499"]);
    expect(await left()).toBeNull();
  });

  it("stays due if a queue took only some of them", async () => {
    await db.prepare("DELETE FROM outbox").run();
    await store("ord_part/1", place(1), place(2));
    await store("ord_all/1", place(3));
    const takes = (taken: SentMessage[]) => async (sent: readonly SentMessage[]) => {
      const accepted = sent.filter(({ outboxId }) => outboxId !== "ord_part/1/1");
      taken.push(...accepted);
      return accepted;
    };
    const sentFirst: SentMessage[] = [];
    const context = (taken: SentMessage[]) =>
      ({ now: () => 100_000, sendAll: takes(taken) }) as unknown as PlatformContext;
    expect(await sendOutboxAgain(context(sentFirst), db)).toBe(2);
    const due = await dueOutboxRows(db, 100_000, 10);
    expect(due.map(({ id, attempts }) => [id, attempts])).toEqual([["ord_part/1", 0]]);
    expect(await sendOutboxAgain(context([]), db)).toBe(1);
  });

  it("of one message is deleted by one written row, and written by one", async () => {
    const row = { id: "ord_one/1", createdAt: 0, messages: [place(1)] };
    const [written] = await db.batch(outboxStatements(db, row));
    expect(written!.meta.rows_written).toBe(1);
    let deleted = 0;
    const counting = {
      prepare: (sql: string) => db.prepare(sql),
      batch: async (statements: D1PreparedStatement[]) => {
        const results = await db.batch(statements);
        deleted += results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
        return results;
      },
    } as unknown as D1Database;
    await acknowledgeOutbox(counting, ["ord_one/1/0"]);
    expect(deleted).toBe(1);
  });
});
