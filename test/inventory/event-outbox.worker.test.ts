/** The alarm sends the object's events: each again until its consumer is done. */
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { sendDueEvents, type Outlet } from "../../src/inventory/object/event-outbox";
import type { SkuInventory } from "../../src/worker";
import { auditOf, inventory, MINUTE, runAlarm, stocked, stubOf } from "./inventory-world";

/** A queue that records its batches, and fails while it is not up. */
function recordingQueue(isUp: () => boolean): { queue: Outlet; batches: MessageSendRequest[][] } {
  const batches: MessageSendRequest[][] = [];
  const sendBatch = async (messages: MessageSendRequest[]) => {
    if (!isUp()) throw new Error("Queue sendBatch failed: Service Unavailable");
    batches.push(messages);
  };
  return { queue: { sendBatch }, batches };
}

const receiveMany = async (sku: string, times: number): Promise<void> => {
  await runInDurableObject(stubOf(sku), (object: SkuInventory) => {
    for (let i = 0; i < times; i += 1) {
      object.recordMovement(sku, {
        type: "receive",
        ref: `po-${i}`,
        locationId: "east",
        quantity: 1,
        at: 1,
        by: "test",
      });
    }
  });
};

/** Sets the clock so far in the future that no alarm runs by itself. */
const withoutAlarms = async (work: () => Promise<void>): Promise<void> => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2040, 0, 1) });
  try {
    await work();
  } finally {
    vi.useRealTimers();
  }
};

describe("the event outbox", () => {
  it("sends batches that fit into the queue, oldest event first, and deletes events that are done", async () => {
    await withoutAlarms(async () => {
      await stocked("BATCH", {});
      await receiveMany("BATCH", 230);
      const { queue, batches } = recordingQueue(() => true);
      await runInDurableObject(stubOf("BATCH"), async (_object: SkuInventory, { storage }) => {
        while (await sendDueEvents(storage.sql, queue, Date.now())) continue;
      });
      expect(batches.map((batch) => batch.length)).toEqual([100, 100, 30]);
      expect(batches[0]?.[0]?.body).toEqual({
        type: "stock.event.v1",
        sku: "BATCH",
        event: {
          type: "stock.moved",
          id: "BATCH/po-0",
          movement: {
            ref: "po-0",
            kind: "receive",
            locationId: "east",
            quantity: 1,
            valueMinor: 250,
            reason: null,
            at: 1,
          },
        },
      });
      expect((await auditOf("BATCH")).openEvents, "no consumer is done").toBe(230);
      const done = batches.flat().map(({ body }) => (body as { event: { id: string } }).event.id);
      await inventory.forgetEvents("BATCH", done.slice(0, 200));
      await inventory.forgetEvents("BATCH", done.slice(0, 200));
      expect((await auditOf("BATCH")).openEvents).toBe(30);
    });
  });

  it("sends an event again with backoff until its consumer is done", async () => {
    await withoutAlarms(async () => {
      await stocked("DROPPED", {});
      await receiveMany("DROPPED", 1);
      const { queue, batches } = recordingQueue(() => true);
      const waits: number[] = [];
      await runInDurableObject(stubOf("DROPPED"), async (_object: SkuInventory, { storage }) => {
        let due = Date.now();
        for (let i = 0; i < 9; i += 1) {
          await sendDueEvents(storage.sql, queue, due);
          const next = storage.sql.exec<{ due: number }>("SELECT due_at AS due FROM events").one().due;
          waits.push((next - due) / MINUTE);
          expect(await sendDueEvents(storage.sql, queue, next - 1), "it is not due").toBe(false);
          due = next;
        }
      });
      expect(batches).toHaveLength(9);
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    });
  });

  it("keeps events that the queue did not accept, and retries with backoff", async () => {
    await withoutAlarms(async () => {
      await stocked("DOWN", {});
      await receiveMany("DOWN", 3);
      const errors = vi.spyOn(console, "error").mockImplementation(() => {});
      let up = false;
      const { queue, batches } = recordingQueue(() => up);
      const now = Date.now();
      await runInDurableObject(stubOf("DOWN"), async (_object: SkuInventory, { storage }) => {
        const waits: number[] = [];
        for (let i = 0; i < 12; i += 1) {
          const due = storage.sql.exec<{ due: number }>("SELECT min(due_at) AS due FROM events").one().due;
          waits.push(due - now);
          await sendDueEvents(storage.sql, queue, due);
        }
        expect(waits.slice(0, 4)).toEqual([0, 1_000, 3_000, 7_000]);
        expect(waits[11]! - waits[10]!).toBe(300_000);
        expect(await sendDueEvents(storage.sql, queue, now), "it is not due").toBe(false);
        up = true;
        await sendDueEvents(storage.sql, queue, now + 24 * 3_600_000);
      });
      errors.mockRestore();
      expect(batches.map((batch) => batch.length)).toEqual([3]);
    });
  });

  it("sends all events even after the object was aborted", async () => {
    await stocked("SELF", {});
    await receiveMany("SELF", 5);
    await abortAllDurableObjects();
    await vi.waitFor(async () => expect((await auditOf("SELF")).openEvents).toBe(0), { timeout: 10_000 });
  });

  it("causes one journal entry for a movement, however often its event is sent", async () => {
    const allDone = async () => expect((await auditOf("BOOKED")).openEvents).toBe(0);
    await stocked("BOOKED", { east: 4 });
    await runAlarm("BOOKED");
    await vi.waitFor(allDone, { timeout: 10_000 });
    await runInDurableObject(stubOf("BOOKED"), (_object: SkuInventory, { storage }) => {
      const event = {
        ref: "opening-east",
        kind: "receive",
        locationId: "east",
        quantity: 4,
        valueMinor: 1_000,
      };
      const movement = { ...event, reason: null, at: Date.now() };
      const again = JSON.stringify({ type: "stock.moved", id: "BOOKED/opening-east", movement });
      storage.sql.exec(
        "INSERT INTO events (id, event, due_at) VALUES (?, ?, 0)",
        "BOOKED/opening-east",
        again,
      );
    });
    const at = Date.now();
    const last = {
      type: "receive",
      ref: "po-last",
      locationId: "east",
      quantity: 1,
      at,
      by: "test",
    } as const;
    await inventory.recordMovement("BOOKED", last);
    await vi.waitFor(async () => expect((await entriesOf("BOOKED")).length).toBe(2), { timeout: 20_000 });
    await vi.waitFor(allDone, { timeout: 10_000 });
  });
});

async function entriesOf(sku: string): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT id FROM journal_entries WHERE id LIKE ?1")
    .bind(`${sku}/%`)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}
