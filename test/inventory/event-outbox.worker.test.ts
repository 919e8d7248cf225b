/** Events leave the object by its alarm: each is sent until its consumer is done with it, and then no more. */
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { sendDueEvents, type Outlet } from "../../src/inventory/object/event-outbox";
import type { SkuInventory } from "../../src/worker";
import { auditOf, inventory, MINUTE, ring, stocked, stubOf } from "./inventory-world";

/** A queue that keeps what it is sent, as long as it is up. */
function queueThat(isUp: () => boolean): { queue: Outlet; batches: MessageSendRequest[][] } {
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

/** Far enough ahead that no alarm rings by itself. */
const withoutAlarms = async (work: () => Promise<void>): Promise<void> => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2040, 0, 1) });
  try {
    await work();
  } finally {
    vi.useRealTimers();
  }
};

it("sends in batches the queue takes, in the order decided, and forgets what is done", async () => {
  await withoutAlarms(async () => {
    await stocked("BATCH", {});
    await receiveMany("BATCH", 230);
    const { queue, batches } = queueThat(() => true);
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
    expect((await auditOf("BATCH")).openEvents, "nobody has dealt with them").toBe(230);
    const done = batches.flat().map(({ body }) => (body as { event: { id: string } }).event.id);
    await inventory.forgetEvents("BATCH", done.slice(0, 200));
    await inventory.forgetEvents("BATCH", done.slice(0, 200));
    expect((await auditOf("BATCH")).openEvents).toBe(30);
  });
});

it("sends again what nobody has dealt with, less and less often", async () => {
  await withoutAlarms(async () => {
    await stocked("DROPPED", {});
    await receiveMany("DROPPED", 1);
    const { queue, batches } = queueThat(() => true);
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

it("keeps what the queue did not take, and waits longer each time before it sends it again", async () => {
  await withoutAlarms(async () => {
    await stocked("DOWN", {});
    await receiveMany("DOWN", 3);
    const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
    let up = false;
    const { queue, batches } = queueThat(() => up);
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
    complaints.mockRestore();
    expect(batches.map((batch) => batch.length)).toEqual([3]);
  });
});

it("reaches the queue by itself, also after the object died with events unsent", async () => {
  await stocked("SELF", {});
  await receiveMany("SELF", 5);
  await abortAllDurableObjects();
  await vi.waitFor(async () => expect((await auditOf("SELF")).openEvents).toBe(0), { timeout: 10_000 });
});

it("books each movement once in effect, however often its event is sent", async () => {
  const allDone = async () => expect((await auditOf("BOOKED")).openEvents).toBe(0);
  await stocked("BOOKED", { east: 4 });
  await ring("BOOKED");
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
    storage.sql.exec("INSERT INTO events (id, event, due_at) VALUES (?, ?, 0)", "BOOKED/opening-east", again);
  });
  const at = Date.now();
  const last = { type: "receive", ref: "po-last", locationId: "east", quantity: 1, at, by: "test" } as const;
  await inventory.recordMovement("BOOKED", last);
  await vi.waitFor(async () => expect((await entriesOf("BOOKED")).length).toBe(2), { timeout: 20_000 });
  await vi.waitFor(allDone, { timeout: 10_000 });
});

async function entriesOf(sku: string): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT id FROM journal_entries WHERE id LIKE ?1")
    .bind(`${sku}/%`)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}
