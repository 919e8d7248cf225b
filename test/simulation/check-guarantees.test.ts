/** The checks can fail: they report each violation that a test plants in the stored data of a sound world. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { checkPromises } from "./check-promises";
import { check, checkNight } from "./check-guarantees";
import { buyLabel, lastLabels } from "./parcels";
import { platform } from "./platform";
import { drain, settleAndCheck } from "./settle-and-check";
import { readStoredState } from "./read-stored-state";
import { MINUTE, World } from "./world";
import { databaseOf } from "../support/databases";

let world: World;

/** One order is shipped, one waits to be shipped, and some stock is left. */
beforeEach(async () => {
  world = await World.open([[4, 1]]);
  await world.callback(world.order([1]), "orders/create");
  await world.turn();
  world.advance(6 * MINUTE);
  await world.cron("* * * * *");
  await world.turn();
  const [fulfillment] = await world.fulfillments("released");
  await world.ship(fulfillment!, "box");
  await world.callback(world.order([2]), "orders/create");
});

const sql = (statement: string, ...values: unknown[]) =>
  (statement.includes("journal_entries") ? env.ORDERS_00 : databaseOf(statement))
    .prepare(statement)
    .bind(...values)
    .run();

const inObject = (statement: string, ...values: (string | number)[]) =>
  runInDurableObject(env.SKU_INVENTORY.getByName(world.skus[0]!), (_, { storage }) => {
    storage.sql.exec(statement, ...values);
  });

/** A label for the order that waits. */
async function labelOfNext() {
  world.advance(6 * MINUTE);
  await world.cron("* * * * *");
  await world.turn();
  const [fulfillment] = await world.fulfillments("released");
  await buyLabel(world, fulfillment!, "box");
  return (await lastLabels())[0]!;
}

const violationsNow = async () => check(await readStoredState(world));

it("reports nothing for a sound world", async () => {
  expect(await settleAndCheck(world)).toEqual([]);
});

describe("the checks of a world at rest", () => {
  beforeEach(async () => {
    await settleAndCheck(world);
  });

  it("report a run of a job that has failed, and one that does not end", async () => {
    await sql("UPDATE job_runs SET status = 'failed', problem = 'broken' WHERE job = 'promises'");
    await sql("UPDATE job_runs SET status = 'running', due_at = 1 WHERE job = 'reconciliation'");
    const violations = await violationsNow();
    expect(violations).toContainEqual(
      expect.stringMatching(/^G8 run run_\w+ of promises is failed: broken$/),
    );
    expect(violations).toContainEqual(expect.stringMatching(/^G8 run run_\w+ of reconciliation is running/));
  });

  it("report a second label of a parcel, one that is not known, and one that was not sold", async () => {
    const bought = await labelOfNext();
    const { carrier } = platform();
    const [sold] = carrier.shipments.filter(({ trackingCode }) => trackingCode !== null);
    const twin = { ...sold!, id: "shp_twin", trackingCode: "SIM-twin" };
    carrier.shipments.push(twin);
    expect(await violationsNow()).toEqual([
      `G11 parcel ${bought.shipmentId} has 2 labels at the carrier`,
      "G11 label SIM-twin was sold and is not known",
    ]);
    twin.refunded = true;
    sold!.refunded = true;
    expect(await violationsNow()).toEqual([`G11 label ${bought.trackingNumber} was not sold`]);
  });

  it("report a label that is never settled, used without a shipment, or delivered only by its carrier", async () => {
    const { shipmentId, trackingNumber } = await labelOfNext();
    await sql("UPDATE labels SET state = 'voiding'");
    expect(await violationsNow()).toContain(`G8 the label of ${shipmentId} is still voiding`);
    await sql("UPDATE labels SET state = 'bought'");
    await sql("UPDATE labels SET state = 'used', tracking = json_set(tracking, '$.status', 'delivered')");
    expect(await violationsNow()).toEqual([
      `G11 label ${trackingNumber} is used, and its parcel was not sent`,
      `G11 parcel ${shipmentId} was delivered by its carrier, not here`,
    ]);
  });

  it("report one oversold unit", async () => {
    await inObject(
      "UPDATE holdings SET allocations = json_replace(allocations, '$[0][1]', 4) WHERE live > 0",
    );
    expect(await violationsNow()).toContainEqual(
      expect.stringMatching(/^G1 .* at east: 4 allocated of 3 on hand$/),
    );
  });

  it("report an order that was acknowledged and is not stored", async () => {
    const [id] = world.acknowledged;
    for (const table of ["order_lines", "order_events", "fulfillments", "shipments"])
      await sql(`DELETE FROM ${table} WHERE order_id = ?1`, id);
    await sql("DELETE FROM journal_entries WHERE id LIKE ?1 || '/%'", id);
    await sql("DELETE FROM orders WHERE id = ?1", id);
    expect(await violationsNow()).toContainEqual(`G2 ${id}: acknowledged but not stored`);
  });

  it("report an order of a storefront that is stored twice", async () => {
    const { results } = await env.ORDERS_00.prepare("SELECT * FROM orders LIMIT 1").all();
    const copy = Object.entries({ ...results[0], id: "ord_copy" });
    const columns = copy.map(([name]) => name).join();
    const parameters = copy.map((_, i) => `?${i + 1}`).join();
    await sql(`INSERT INTO orders (${columns}) VALUES (${parameters})`, ...copy.map(([, value]) => value));
    expect(await violationsNow()).toContainEqual("G3 several orders have one external id");
  });

  it("report a journal entry that does not balance", async () => {
    await sql("DROP TRIGGER journal_entry_balances /* journal_entries */");
    const id = `${world.acknowledged.values().next().value}/99`;
    await sql(
      "INSERT INTO journal_entries VALUES ('2050-01-03', ?1, 1, 'unbalanced', ?2)",
      id,
      JSON.stringify({ USD: { "assets:receivable": 100, "revenue:products": -99 } }),
    );
    expect(await violationsNow()).toContainEqual(`G5 entry ${id} does not balance in USD`);
  });

  it("report money without a journal entry", async () => {
    const [id] = world.acknowledged;
    await sql("DELETE FROM journal_entries WHERE id = ?1 || '/1'", id);
    const violations = await violationsNow();
    expect(violations).toContainEqual(
      expect.stringMatching(/^G5 payment.captured of .* has no journal entry$/),
    );
    expect(violations).toContainEqual(expect.stringMatching(/^G9 .* the journal has/));
  });

  it("report an email that was sent twice", async () => {
    const email = platform().emails[0]!;
    platform().emails.push({ ...email, at: email.at + 2_000 * MINUTE });
    expect(await violationsNow()).toEqual([`G6 notification ${email.key} was emailed 2 times`]);
  });

  it("report two notifications of one kind", async () => {
    await sql("UPDATE notifications SET kind = 'order_received' WHERE kind = 'order_shipped'");
    expect(await violationsNow()).toContainEqual(
      expect.stringMatching(/^G6 \S+ order_received: 2 notifications, at most 1 expected$/),
    );
  });

  it("report an order that the directory does not list, lists as it was, or lists without its being stored", async () => {
    const [first, second] = (await readStoredState(world)).orders.map(({ id }) => String(id));
    await sql("UPDATE listed_orders SET version = version - 1, terms = '' WHERE id = ?1", first!);
    await sql("UPDATE listed_orders SET id = 'ord_unknown' WHERE id = ?1", second!);
    const violations = await violationsNow();
    expect(violations).toContainEqual(expect.stringMatching(new RegExp(`^G10 order ${first}: version is`)));
    expect(violations).toContainEqual(`G10 order ${first}: it is not found by its status`);
    expect(violations).toContainEqual(`G10 order ${second}: the directory does not list it`);
    expect(violations).toContainEqual(expect.stringMatching(/^G10 order ord_unknown: listed in version/));
  });

  it("report an email without a notification", async () => {
    platform().emails.push({
      key: "ntf_unknown",
      to: "ada@example.com",
      subject: "Hello",
      text: null,
      at: 1,
    });
    expect(await violationsNow()).toEqual([
      'G6 the email "Hello" has the key ntf_unknown of no notification',
    ]);
  });

  it("report a notification that is stored as sent and was not emailed", async () => {
    const { key } = platform().emails.pop()!;
    expect(await violationsNow()).toEqual([`G6 notification ${key} is stored as sent but was not emailed`]);
  });

  it("report a notification that does not read as it was sent", async () => {
    await sql(
      "UPDATE notifications SET facts = json_set(facts, '$.number', 'other') WHERE kind = 'order_received'",
    );
    expect(await violationsNow()).toContainEqual(
      expect.stringMatching(/^G6 notification \S+ does not read as it was emailed$/),
    );
  });

  it("report units without a movement", async () => {
    await inObject("UPDATE levels SET on_hand = on_hand + 1 WHERE location_id = 'west'");
    expect(await violationsNow()).toContainEqual(
      expect.stringMatching(/^G7 .* at west: movements add up to 1, on hand is 2$/),
    );
  });

  it("report an expired allocation that is not settled", async () => {
    await inObject("UPDATE holdings SET status = 'pending', expires_at = 1, due_at = 1");
    await inObject("INSERT INTO pending SELECT due_at, holder FROM holdings");
    expect(await violationsNow()).toContainEqual(
      expect.stringMatching(/^G8 .*: an allocation has expired and was not settled$/),
    );
  });

  it("report an allocation that will expire without an alarm", async () => {
    const due = Date.now() + 100 * MINUTE;
    await inObject("UPDATE holdings SET status = 'pending', expires_at = ?, due_at = ?", due, due);
    await inObject("INSERT INTO pending SELECT due_at, holder FROM holdings");
    expect(await violationsNow()).toContainEqual(
      expect.stringMatching(/^G8 .*: an allocation is due and no alarm is set/),
    );
  });

  it("report a unit that only the order has, and one that only stock has", async () => {
    await inObject(
      "UPDATE holdings SET allocations = json_replace(allocations, '$[0][1]', live - 1) WHERE live > 0",
    );
    expect(await violationsNow()).toContainEqual(
      expect.stringMatching(/^allocations .* at east: the order has 2 open, stock holds 1$/),
    );
    await inObject(
      "UPDATE holdings SET allocations = json_replace(allocations, '$[0][1]', 3) WHERE live > 0",
    );
    expect(await violationsNow()).toContainEqual(
      expect.stringMatching(/^allocations .* at east: the order has 2 open, stock holds 3$/),
    );
  });

  it("report an exception that the nightly close found", async () => {
    const since = Date.now();
    await sql("UPDATE orders SET deposits_minor = deposits_minor + 1");
    world.advance(1_440 * MINUTE);
    await world.cron("10 1 * * *");
    await drain(world);
    expect(checkNight(await readStoredState(world), since)).toContainEqual(
      expect.stringMatching(/^the night of .*: order_money: .*customer-deposits/),
    );
  });

  it("report a level that differs between database and object", async () => {
    const since = Date.now();
    world.advance(1_440 * MINUTE);
    await world.cron("10 1 * * *");
    await drain(world);
    expect(checkNight(await readStoredState(world), since)).toEqual([]);
    await sql("UPDATE stock_levels SET on_hand = on_hand + 1 WHERE location_id = 'west'");
    await sql("UPDATE sku_stock SET backordered = 1");
    const violations = checkNight(await readStoredState(world), since);
    expect(violations).toContainEqual(expect.stringMatching(/^levels \S+ at west: the database differs/));
    expect(violations).toContainEqual(expect.stringMatching(/^levels \S+: the database has 1 backordered/));
  });

  it("report a storefront that shows a wrong quantity", async () => {
    platform().storefrontStub.items[0]!.quantity += 1;
    expect(await violationsNow()).toEqual([`stock ${world.skus[0]}: the storefront shows 3, 2 can be sold`]);
  });

  it("report what the storefront has and we do not have, unless a hold names it", async () => {
    const [id] = world.acknowledged;
    await sql("UPDATE orders SET email = 'other@example.com', total_minor = 1 WHERE id = ?1", id);
    await sql("UPDATE order_lines SET storefront_sku = 'OTHER' WHERE allocated > 0");
    const named = async () =>
      (await violationsNow()).filter((violation) => violation.startsWith("storefront"));
    expect(await named()).toEqual([
      expect.stringMatching(/: the total is \d+ there, 1 here, and no hold names it: $/),
      expect.stringMatching(/: the email is buyer\d+@example.com there, other@example.com here/),
      expect.stringMatching(/: SKU-\S+: the SKU is SKU-\S+ there, OTHER here/),
    ]);
    const holds = JSON.stringify([{ code: "differs_from_storefront", detail: "Total: 1 there, 2 here." }]);
    await sql("UPDATE orders SET holds = ?2, status = 'on_hold' WHERE id = ?1", id, holds);
    expect((await named()).map((violation) => violation.split(" is ")[0])).not.toContain("the total");
    expect(await named()).toHaveLength(2);
  });

  it("report a night that was not closed", async () => {
    expect(checkNight(await readStoredState(world), Date.now() + 1)).toEqual(["no night was closed"]);
  });
});

describe("the checks of a world with work in progress", () => {
  it("report the effects of an outbox row that was deleted before it was sent", async () => {
    platform().queued.length = 0;
    await sql("DELETE FROM outbox");
    const violations = await settleAndCheck(world);
    expect(violations).toContainEqual(expect.stringMatching(/^G6 .* at east: 1 shipped, 0 left stock$/));
    expect(violations).toContainEqual(expect.stringMatching(/^G6 .*: no notification that it was received$/));
  });

  it("report an outbox row that stays, and a queue message that is not delivered", async () => {
    await sql("INSERT INTO outbox (id, created_at, due_at, messages) VALUES ('left', 1, 1, '[{}]')");
    const violations = await violationsNow();
    expect(violations).toContainEqual("G8 outbox row left was not handled");
    expect(violations).toContainEqual(expect.stringMatching(/^G8 \d+ messages are still queued$/));
  });

  it("report a fulfillment that waits for a move of stock", async () => {
    await sql("UPDATE fulfillments SET pending_moves = 1");
    expect(await violationsNow()).toContainEqual(
      expect.stringMatching(/^G8 fulfillment .* still waits for a move of stock$/),
    );
  });

  it("report a dead letter, and a due fulfillment that is not released", async () => {
    await sql("INSERT INTO dead_letters (id, queue, message, died_at) VALUES ('dead', 'stock', '{}', 1)");
    await world.turn();
    world.advance(6 * MINUTE);
    const violations = await violationsNow();
    expect(violations).toContainEqual("G8 dead letter dead: {}");
    expect(violations).toContainEqual(expect.stringMatching(/^G8 fulfillment .* is due but not released$/));
  });
});

describe("the checks after the hourly job", () => {
  beforeEach(async () => {
    await world.expect({ po: 0, sku: 0, at: 1, quantity: 2, days: 3 });
    await settleAndCheck(world);
    // A night has passed since the last hourly job.
    await world.cron("23 * * * *");
    await drain(world);
  });

  const promiseViolations = async () => checkPromises(await readStoredState(world));
  const onOpenLines = (change: string, ...values: unknown[]) =>
    sql(`UPDATE order_lines SET promise = ${change} WHERE allocated > 0`, ...values);

  it("report nothing for a sound world", async () => {
    expect(await promiseViolations()).toEqual([]);
  });

  it("report a line without a promise", async () => {
    await onOpenLines("NULL");
    expect(await promiseViolations()).toContainEqual(
      expect.stringMatching(/has neither a date nor a reason for none$/),
    );
  });

  it("report a date that has passed, and a promise that differs from the history", async () => {
    await onOpenLines("json_set(promise, '$.shipByOn', '2050-01-02')");
    expect(await promiseViolations()).toEqual([
      expect.stringMatching(/2050-01-02 has passed$/),
      expect.stringMatching(/differs from the history$/),
    ]);
  });

  it("report a fulfillment that should have left", async () => {
    await sql("UPDATE fulfillments SET ship_by_on = '2050-01-02' WHERE status IN ('planned', 'released')");
    expect(await promiseViolations()).toContainEqual(
      expect.stringMatching(/should have left on 2050-01-02 and has not$/),
    );
  });

  it("report a receipt counted twice, and inbound whose waiting orders were not updated", async () => {
    await sql("UPDATE inbound SET received = received + 1, promises_updated_at = NULL");
    expect(await promiseViolations()).toEqual([
      "G6 inbound po-0: 1 received, but its 0 receipts add up to something else",
      "G8 inbound po-0: waiting orders were not updated",
    ]);
  });
});
