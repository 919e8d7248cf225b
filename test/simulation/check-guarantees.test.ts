/** The checker can fail: each violation, planted in what a sound world has stored, is named. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { checkPromises } from "./check-promises";
import { check, checkNight } from "./check-guarantees";
import { platform } from "./platform";
import { settled } from "./settle-and-check";
import { read } from "./read-stored-state";
import { MINUTE, World } from "./world";

let world: World;

/** One order on its way, one waiting to be sent, and some stock left. */
beforeEach(async () => {
  world = await World.open([[4, 1]]);
  await world.callback(world.order([1]), "orders/create");
  await world.turn();
  world.advance(6 * MINUTE);
  await world.cron("* * * * *");
  await world.turn();
  const [part] = await world.fulfillments("released");
  await world.ship(part!, "box");
  await world.callback(world.order([2]), "orders/create");
});

const sql = (statement: string, ...values: unknown[]) =>
  env.DB.prepare(statement)
    .bind(...values)
    .run();

const inObject = (statement: string, ...values: (string | number)[]) =>
  runInDurableObject(env.SKU_INVENTORY.getByName(world.skus[0]!), (_, { storage }) => {
    storage.sql.exec(statement, ...values);
  });

const found = async () => check(await read(world));

it("finds nothing in a sound world", async () => {
  expect(await settled(world)).toEqual([]);
});

describe("in a world at rest", () => {
  beforeEach(async () => {
    await settled(world);
  });

  it("names one unit oversold", async () => {
    await inObject("UPDATE allocations SET live = 4 WHERE live > 0");
    expect(await found()).toContainEqual(expect.stringMatching(/^G1 .* at east: 4 allocated of 3 on hand$/));
  });

  it("names an order that was promised and is gone", async () => {
    const [id] = world.promised;
    for (const table of ["order_lines", "order_events", "fulfillments", "shipments", "journal_entries"])
      await sql(`DELETE FROM ${table} WHERE order_id = ?1`, id);
    await sql("DELETE FROM orders WHERE id = ?1", id);
    expect(await found()).toContainEqual(`G2 ${id}: promised, and not there`);
  });

  it("names one storefront's order that is there twice", async () => {
    const { results } = await env.DB.prepare("SELECT * FROM orders LIMIT 1").all();
    const twin = Object.entries({ ...results[0], id: "ord_twin" });
    const columns = twin.map(([name]) => name).join();
    const places = twin.map((_, i) => `?${i + 1}`).join();
    await sql(`INSERT INTO orders (${columns}) VALUES (${places})`, ...twin.map(([, value]) => value));
    expect(await found()).toContainEqual("G3 one external id, several orders");
  });

  it("names an entry that does not balance", async () => {
    await sql("DROP TRIGGER journal_entry_balances");
    const postings = [
      { account: "assets:receivable", amountMinor: 100, currency: "USD" },
      { account: "revenue:sales", amountMinor: -99, currency: "USD" },
    ];
    await sql(
      "INSERT INTO journal_entries VALUES ('2050-01-03', 'crooked', NULL, 1, 'crooked', ?1)",
      JSON.stringify(postings),
    );
    expect(await found()).toContainEqual("G5 entry crooked does not balance in USD");
  });

  it("names money that no entry tells of", async () => {
    const [id] = world.promised;
    await sql("DELETE FROM journal_entries WHERE order_id = ?1 AND id GLOB '*/1/*'", id);
    const broken = await found();
    expect(broken).toContainEqual(expect.stringMatching(/^G5 payment.captured of .* has no journal entry$/));
    expect(broken).toContainEqual(expect.stringMatching(/^G9 .* the journal holds/));
  });

  it("names an email that reached the customer twice", async () => {
    const email = platform().emails[0]!;
    platform().emails.push({ ...email, at: email.at + 2_000 * MINUTE });
    expect(await found()).toEqual([`G6 message ${email.key} reached the customer 2 times`]);
  });

  it("names a second message that tells the same", async () => {
    await sql("UPDATE notifications SET kind = 'order_received' WHERE kind = 'order_shipped'");
    expect(await found()).toContainEqual(
      expect.stringMatching(/^G6 \S+ order_received: 2 messages where 1 may be$/),
    );
  });

  it("names an email that nobody meant to send", async () => {
    platform().emails.push({ key: "ntf_stray", to: "ada@example.com", subject: "Hello", at: 1 });
    expect(await found()).toEqual([
      'G6 the customer was told "Hello" by a message ntf_stray that nobody knows',
    ]);
  });

  it("names a message that is called sent and went nowhere", async () => {
    const { key } = platform().emails.pop()!;
    expect(await found()).toEqual([`G6 message ${key} is called sent and never reached anybody`]);
  });

  it("names units that nobody moved", async () => {
    await inObject("UPDATE levels SET on_hand = on_hand + 1 WHERE location_id = 'west'");
    expect(await found()).toContainEqual(
      expect.stringMatching(/^G7 .* at west: movements say 1, on hand is 2$/),
    );
  });

  it("names a allocation past its time that nobody settles", async () => {
    await inObject("UPDATE holdings SET status = 'pending', expires_at = 1, due_at = 1");
    expect(await found()).toContainEqual(
      expect.stringMatching(/^G8 .*: a allocation is past its time and nobody settled it$/),
    );
  });

  it("names a allocation that will be due and wakes nobody", async () => {
    const due = Date.now() + 100 * MINUTE;
    await inObject("UPDATE holdings SET status = 'pending', expires_at = ?, due_at = ?", due, due);
    expect(await found()).toContainEqual(
      expect.stringMatching(/^G8 .*: a allocation is due and no alarm is set/),
    );
  });

  it("names a unit that its order has and stock does not, and the other way round", async () => {
    await inObject("UPDATE allocations SET live = live - 1 WHERE live > 0");
    expect(await found()).toContainEqual(
      expect.stringMatching(/^allocations .* at east: the order has 2, stock 1$/),
    );
    await inObject("UPDATE allocations SET live = 3 WHERE live > 0");
    expect(await found()).toContainEqual(
      expect.stringMatching(/^allocations .* at east: the order has 2, stock 3$/),
    );
  });

  it("names an exception that a night found", async () => {
    const since = Date.now();
    await sql("UPDATE orders SET deposits_minor = deposits_minor + 1");
    world.advance(1_440 * MINUTE);
    await world.cron("10 1 * * *");
    expect(checkNight(await read(world), since)).toContainEqual(
      expect.stringMatching(/^the night of .*: order_money: .*customer deposits/),
    );
  });

  it("names a level that the database has otherwise than the object", async () => {
    const since = Date.now();
    world.advance(1_440 * MINUTE);
    await world.cron("10 1 * * *");
    expect(checkNight(await read(world), since)).toEqual([]);
    await sql("UPDATE stock_levels SET on_hand = on_hand + 1 WHERE location_id = 'west'");
    await sql("UPDATE sku_stock SET backordered = 1");
    const broken = checkNight(await read(world), since);
    expect(broken).toContainEqual(expect.stringMatching(/^levels \S+ at west: the database has not/));
    expect(broken).toContainEqual(expect.stringMatching(/^levels \S+: the database says 1 owed/));
  });

  it("names a storefront that shows another quantity than may be sold", async () => {
    platform().shop.items[0]!.quantity += 1;
    expect(await found()).toEqual([`stock ${world.skus[0]}: the storefront shows 3, may sell 2`]);
  });

  it("names a night that was not closed", async () => {
    expect(checkNight(await read(world), Date.now() + 1)).toEqual(["no night was closed"]);
  });
});

describe("in a world under way", () => {
  it("names an outbox row that was lost before it was sent", async () => {
    platform().held.length = 0;
    await sql("DELETE FROM outbox");
    const broken = await settled(world);
    expect(broken).toContainEqual(expect.stringMatching(/^G6 .* at east: 1 shipped, 0 left stock$/));
    expect(broken).toContainEqual(expect.stringMatching(/^G6 .*: nobody was told that it was received$/));
  });

  it("names an outbox row that stays, and a message that is never delivered", async () => {
    await sql("INSERT INTO outbox (id, created_at, due_at, message) VALUES ('left', 1, 1, '{}')");
    const broken = await found();
    expect(broken).toContainEqual("G8 outbox row left was never done");
    expect(broken).toContainEqual(expect.stringMatching(/^G8 \d+ messages are still queued$/));
  });

  it("names a dead letter, and a fulfillment that nobody releases", async () => {
    await sql("INSERT INTO dead_letters (id, queue, message, died_at) VALUES ('dead', 'stock', '{}', 1)");
    await world.turn();
    world.advance(6 * MINUTE);
    const broken = await found();
    expect(broken).toContainEqual("G8 dead letter dead: {}");
    expect(broken).toContainEqual(expect.stringMatching(/^G8 fulfillment .* is due and was not released$/));
  });
});

describe("after the hourly look", () => {
  beforeEach(async () => {
    await world.expect({ po: 0, sku: 0, at: 1, quantity: 2, days: 3 });
    await settled(world);
    // The night has passed since.
    await world.cron("23 * * * *");
  });

  const unkept = async () => checkPromises(await read(world));
  const onOpenLines = (change: string, ...values: unknown[]) =>
    sql(`UPDATE order_lines SET promise = ${change} WHERE allocated > 0`, ...values);

  it("finds nothing in a sound world", async () => {
    expect(await unkept()).toEqual([]);
  });

  it("names a line of which nothing was said", async () => {
    await onOpenLines("NULL");
    expect(await unkept()).toContainEqual(expect.stringMatching(/neither a date nor a reason for none$/));
  });

  it("names a day that has passed, and one that the history does not know", async () => {
    await onOpenLines("json_set(promise, '$.shipByOn', '2050-01-02')");
    expect(await unkept()).toEqual([
      expect.stringMatching(/2050-01-02 has passed$/),
      expect.stringMatching(/the history says otherwise$/),
    ]);
  });

  it("names a part that was to leave, and is still there", async () => {
    await sql("UPDATE fulfillments SET ship_by_on = '2050-01-02' WHERE status IN ('planned', 'released')");
    expect(await unkept()).toContainEqual(
      expect.stringMatching(/was to leave on 2050-01-02, and is still there$/),
    );
  });

  it("names a receipt counted twice, and inbound that those who wait were not told of", async () => {
    await sql("UPDATE inbound SET received = received + 1, told_at = NULL");
    expect(await unkept()).toEqual([
      "G6 inbound po-0: 1 counted, 0 receipts say otherwise",
      "G8 inbound po-0: those who wait were never told",
    ]);
  });
});
