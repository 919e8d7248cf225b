/** A bucket of orders moves to another database while orders come in. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createContext } from "../../../src/app-context";
import { bucketOf, idsOfBucket } from "../../../src/kernel/buckets";
import { orderIdOf, type OrderId } from "../../../src/kernel/ids";
import { movedTables, type AppContext } from "../../../src/modules";
import {
  inNextPhase,
  newBucketMove,
  undone,
  type BucketMove,
} from "../../../src/platform/buckets/bucket-move";
import { performMoveStep } from "../../../src/platform/buckets/perform-move";
import { knowDatabases } from "../../../src/platform/d1/databases";
import { dueReplans, markForReplanStatement } from "../../../src/orders/storage/replans";
import { callerWith, makeKey, unique, type Call } from "../../support/api";
import { fetchWith } from "../../support/faulty-bindings";
import { anOrderOf, openRetailer, type Retailer } from "../../support/retailer";
import { canonicalPayload } from "../../support/storefront-traffic";

const twoDatabases = { ...env, ORDERS_01: env.SECOND_ORDERS };
const HOUR = 3_600_000;

let call: Call;
let retailer: Retailer;

beforeAll(async () => {
  await applyD1Migrations(env.SECOND_ORDERS, env.TEST_MIGRATIONS.orders);
  call = await callerWith("admin");
  retailer = await openRetailer(call, {
    stock: [[500]],
    channel: { kind: "generic", currency: "USD", secrets: undefined },
  });
});

async function aContext(now = Date.now()): Promise<AppContext> {
  await knowDatabases(twoDatabases, now);
  return { ...createContext(twoDatabases, { waitUntil: () => undefined }, "test"), now: () => now };
}

const used = new Set<number>();

/** An order that is not placed yet, of the bucket of `of`, or of one that no test has used. */
function anOrder(of?: OrderId) {
  for (;;) {
    const externalId = unique("order");
    const bucket = bucketOf(orderIdOf(retailer.channelId, externalId));
    if (of === undefined ? used.has(bucket) : bucket !== bucketOf(of)) continue;
    used.add(bucket);
    return { channelId: retailer.channelId, ...canonicalPayload(anOrderOf(retailer, [1])), externalId };
  }
}

async function placedOrder(of?: OrderId): Promise<OrderId> {
  const { status, body } = await call("POST", "/v1/orders", anOrder(of));
  expect(status).toBe(201);
  return body.id;
}

type Step = (move: BucketMove) => Promise<BucketMove>;

const stepWith =
  (context: () => Promise<AppContext>): Step =>
  async (move) =>
    (await performMoveStep(await context(), movedTables, move, () => false)).move;
const step = stepWith(aContext);

/** Steps until the move is in the phase. */
async function until(move: BucketMove, phase: BucketMove["phase"], next: Step = step): Promise<BucketMove> {
  let at = move;
  while (at.phase !== phase) at = await next(at);
  return at;
}

const moveOf = (orderId: OrderId) => newBucketMove(bucketOf(orderId), "ORDERS_00", "ORDERS_01");

/** Every row of the bucket in the database, by table. */
async function rowsOf(db: D1Database, orderId: OrderId): Promise<Record<string, unknown[]>> {
  const { from, before } = idsOfBucket(bucketOf(orderId));
  const read = await db.batch(
    movedTables.map(({ name, key, orderId: column }) =>
      db
        .prepare(`SELECT * FROM ${name} WHERE ${column} >= ?1 AND ${column} < ?2 ORDER BY ${key.join()}`)
        .bind(from, before),
    ),
  );
  return Object.fromEntries(movedTables.map(({ name }, i) => [name, read[i]!.results]));
}

const countOf = async (db: D1Database, orderId: OrderId) =>
  Object.values(await rowsOf(db, orderId)).flat().length;

describe("a bucket", () => {
  it("has every table of the orders database", async () => {
    const { results } = await env.ORDERS_00.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_*' AND name NOT GLOB 'sqlite*' AND name NOT GLOB 'd1_*'",
    ).all<{ name: string }>();
    const names = results
      .map(({ name }) => name)
      .filter((name) => name !== "closed_buckets" && name !== "restores");
    expect(movedTables.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  });

  it("moves with every row, and is deleted where it was an hour later", async () => {
    const id = await placedOrder();
    const rows = await rowsOf(env.ORDERS_00, id);
    expect(rows["orders"]).toHaveLength(1);
    const kept = await until(moveOf(id), "keeping");
    expect(await rowsOf(env.SECOND_ORDERS, id)).toEqual(rows);
    expect(kept.source).toEqual(kept.target);
    expect(kept.source.rows).toBe(Object.values(rows).flat().length);
    expect(await countOf(env.ORDERS_00, id)).toBe(kept.source.rows);

    const early = await performMoveStep(await aContext(), movedTables, kept, () => true);
    expect([early.move.phase, early.pauseMs > HOUR - 60_000]).toEqual(["keeping", true]);
    const later = stepWith(() => aContext(kept.switchedAt! + HOUR));
    await until(kept, "moved", later);
    expect(await countOf(env.ORDERS_00, id)).toBe(0);
    expect(await countOf(env.SECOND_ORDERS, id)).toBe(kept.source.rows);
  });

  it("has orders that came in and changed while it was copied", async () => {
    const id = await placedOrder();
    const copied = await until(moveOf(id), "closing");
    const [late] = [await placedOrder(id), await call("POST", `/v1/orders/${id}/notes`, { text: "late" })];
    await until(copied, "keeping");
    const context = await aContext();
    const { results } = await context.databases
      .orders(id)
      .prepare("SELECT id, version FROM orders WHERE id IN (?1, ?2) ORDER BY id = ?1")
      .bind(id, late)
      .all();
    expect(results).toEqual([
      { id: late, version: 1 },
      { id, version: 2 },
    ]);
  });

  it("takes no writes while it is closed: an order waits in the intake queue, and is created where the bucket went", async () => {
    const id = await placedOrder();
    const closed = await until(moveOf(id), "settling");
    const waiting = await call("POST", "/v1/orders", anOrder(id));
    expect(waiting).toMatchObject({ status: 202, body: { queued: true } });
    const note = await call("POST", `/v1/orders/${id}/notes`, { text: "refused" });
    expect(note).toMatchObject({ status: 503 });
    expect((await call("GET", `/v1/orders/${id}`)).body).toMatchObject({ id, version: 1 });

    await until(closed, "keeping");
    expect(await countOf(env.SECOND_ORDERS, id)).toBe(await countOf(env.ORDERS_00, id));
    // An isolate that knows only the old place writes nothing there.
    expect(await call("POST", `/v1/orders/${id}/notes`, { text: "still refused" })).toMatchObject({
      status: 503,
    });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6_000 });
    try {
      const { token } = await makeKey("admin");
      const key = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const noted = await fetchWith(
        twoDatabases,
        new Request(`https://aftercart.test/v1/orders/${id}/notes`, {
          method: "POST",
          headers: key,
          body: JSON.stringify({ text: "accepted" }),
        }),
      );
      expect(noted.status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });

  it("can be opened again where it was, until the map names the other database", async () => {
    const id = await placedOrder();
    const closed = await until(moveOf(id), "settling");
    const halfCompared = await step(closed);
    await until(undone(halfCompared)!, "undone");
    expect(await countOf(env.SECOND_ORDERS, id)).toBe(0);
    expect((await call("POST", `/v1/orders/${id}/notes`, { text: "accepted" })).status).toBe(200);
    expect(undone(inNextPhase({ ...closed, phase: "switching" }))).toBeNull();
  });

  it("moves back, and again", async () => {
    const id = await placedOrder();
    const there = await until(moveOf(id), "keeping");
    const rows = await rowsOf(env.SECOND_ORDERS, id);
    await until(
      there,
      "moved",
      stepWith(() => aContext(there.switchedAt! + HOUR)),
    );
    const back = await until(newBucketMove(bucketOf(id), "ORDERS_01", "ORDERS_00"), "keeping");
    expect(await rowsOf(env.ORDERS_00, id)).toEqual(rows);
    await until(
      back,
      "moved",
      stepWith(() => aContext(back.switchedAt! + HOUR)),
    );
    expect(await countOf(env.SECOND_ORDERS, id)).toBe(0);
    expect((await call("POST", `/v1/orders/${id}/notes`, { text: "accepted" })).status).toBe(200);
  });

  it("moves as well if every step runs twice, and a row is deleted between", async () => {
    const id = await placedOrder();
    const twice: Step = async (move) => {
      await step(move);
      if (move.phase === "settling")
        await env.ORDERS_00.prepare("DELETE FROM inbox WHERE order_id = ?1").bind(id).run();
      return step(move);
    };
    const kept = await until(moveOf(id), "keeping", twice);
    expect(kept.source).toEqual(kept.target);
    expect(await rowsOf(env.SECOND_ORDERS, id)).toEqual(await rowsOf(env.ORDERS_00, id));
  });

  it("counts once while both databases have its rows", async () => {
    const id = await placedOrder();
    await env.ORDERS_00.prepare(
      "INSERT INTO replans (order_id, reason, created_at, due_at) VALUES (?1, 'closed', 1, 1)",
    )
      .bind(id)
      .run();
    const dueIn = async (db: D1Database) =>
      (await dueReplans(db, 2, 100)).filter(({ orderId }) => orderId === id);
    const places: string[] = [];
    let move = moveOf(id);
    while (move.phase !== "keeping") {
      move = await step(move);
      const [here, there] = [await dueIn(env.ORDERS_00), await dueIn(env.SECOND_ORDERS)];
      places.push(`${move.phase}: ${here.length} ${there.length}`);
    }
    expect(new Set(places)).toEqual(
      new Set([
        "copying: 1 0",
        "closing: 1 0",
        "settling: 1 0",
        "switching: 1 0",
        "following: 0 1",
        "keeping: 0 1",
      ]),
    );
  });

  it("takes marks of many orders while it is closed: they follow", async () => {
    const id = await placedOrder();
    const closed = await until(moveOf(id), "switching");
    await markForReplanStatement(env.ORDERS_00, id, "stock_arrived", 1).run();
    await until(closed, "keeping");
    const marks = (await dueReplans(env.SECOND_ORDERS, 2, 100)).map(({ orderId }) => orderId);
    expect(marks).toContain(id);
  });

  it("is not moved to a database with another schema", async () => {
    const id = await placedOrder();
    await env.SECOND_ORDERS.exec("ALTER TABLE shipments ADD COLUMN newer TEXT");
    try {
      await expect(step(moveOf(id))).rejects.toThrow(
        "the table shipments differs between ORDERS_00 and ORDERS_01",
      );
    } finally {
      await env.SECOND_ORDERS.exec("ALTER TABLE shipments DROP COLUMN newer");
    }
  });
});
