/** Promises of backordered lines: they rely on expected inbound, and move with it. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { unique } from "../support/api";
import { databasesAway } from "../support/faulty-bindings";
import {
  aRetailer,
  call,
  DAY,
  datesIn,
  datesOf,
  expectInbound,
  HOUR,
  hourly,
  MONDAY,
  movesIn,
  placed,
  startPromiseWorld,
} from "../support/promise-world";

startPromiseWorld();

/** Stores copies of an order whose lines were due for a recheck on the day. */
async function copy(id: string, count: number, recheckOn: string): Promise<void> {
  const row = async (table: string, key: string) =>
    (await env.ORDERS_00.prepare(`SELECT * FROM ${table} WHERE ${key} = ?1`).bind(id).first())!;
  const [order, line] = [await row("orders", "id"), await row("order_lines", "order_id")];
  const insert = (table: string, values: Record<string, unknown>) =>
    env.ORDERS_00.prepare(
      `INSERT INTO ${table} (${Object.keys(values).join()}) VALUES (${Object.keys(values).fill("?").join()})`,
    ).bind(...Object.values(values));
  const copies = Array.from({ length: count }, (_, i) => `${id}${i}`).flatMap((orderId) => [
    insert("orders", { ...order, id: orderId, external_id: orderId }),
    insert("order_lines", { ...line, order_id: orderId, recheck_on: recheckOn }),
  ]);
  await env.ORDERS_00.batch(copies);
}

describe("a backordered line", () => {
  it("is promised a date from inbound, in the order of the queue, which moves with the inbound", async () => {
    const retailer = await aRetailer([[0]]);
    const first = await placed(retailer, [2]);
    vi.setSystemTime(MONDAY + 60_000);
    const second = await placed(retailer, [2]);
    const [soon, later] = [unique("po"), unique("po")];
    expect((await expectInbound(soon, retailer, 3, "2027-02-10")).status).toBe(201);
    await vi.waitFor(async () => expect((await datesIn(first.id))[0][0]).toBe("2027-02-11"));
    expect(await datesIn(second.id)).toEqual([[null, null, null, "nothing_expected"]]);

    await expectInbound(later, retailer, 5, "2027-02-17");
    await vi.waitFor(async () => expect((await datesIn(second.id))[0][0]).toBe("2027-02-18"));
    vi.setSystemTime(MONDAY + 120_000);
    expect((await placed(retailer, [3])).lines.map(datesOf), "a line at the end of the queue").toEqual([
      ["2027-02-18", "2027-02-19", "2027-02-23", null],
    ]);

    await expectInbound(soon, retailer, 3, "2027-02-12");
    await vi.waitFor(async () => expect((await datesIn(first.id))[0][0]).toBe("2027-02-15"));
    expect(await movesIn(second.id)).toEqual(["inbound_changed"]);
    expect(await movesIn(first.id)).toEqual(["inbound_changed", "inbound_changed"]);
  });

  it("is promised the day of units that arrived for it, and less inbound is expected", async () => {
    const retailer = await aRetailer([[0]]);
    const { id } = await placed(retailer, [2]);
    const inboundId = unique("po");
    await expectInbound(inboundId, retailer, 5, "2027-02-10");
    await vi.waitFor(async () => expect((await datesIn(id))[0][0]).toBe("2027-02-11"));
    const receipt = { locationId: retailer.locationIds[0], quantity: 3, inboundId, ref: unique("note") };
    const receive = (body: unknown) => call("POST", `/v1/skus/${retailer.skus[0]}/receipts`, body);
    await receive(receipt);
    await receive(receipt);
    expect((await call("GET", `/v1/inbound/${inboundId}`)).body).toMatchObject({
      received: 3,
      open: 2,
      status: "expected",
    });
    vi.setSystemTime(MONDAY + HOUR);
    await runDurableObjectAlarm(env.SKU_INVENTORY.getByName(retailer.skus[0]!));
    await vi.waitFor(async () => expect(await movesIn(id)).toContain("stock_arrived"), 10_000);
    expect(await datesIn(id)).toEqual([["2027-02-01", "2027-02-02", "2027-02-04", null]]);
    await call("POST", `/v1/skus/${retailer.skus[0]}/receipts`, {
      ...receipt,
      quantity: 2,
      ref: unique("note"),
    });
    expect((await call("GET", `/v1/inbound/${inboundId}`)).body).toMatchObject({
      received: 5,
      open: 0,
      status: "received",
    });
  });

  it("is promised nothing from inbound that is overdue or cancelled", async () => {
    const retailer = await aRetailer([[0]]);
    const { id } = await placed(retailer, [2]);
    const inboundId = unique("po");
    await expectInbound(inboundId, retailer, 5, "2027-02-01");
    await vi.waitFor(async () => expect((await datesIn(id))[0][0]).toBe("2027-02-02"));
    vi.setSystemTime(Date.UTC(2027, 1, 2, 7, 1));
    expect(await hourly()).toMatchObject({ overdue: 1, skus: 1 });
    expect(await datesIn(id)).toEqual([[null, null, null, "nothing_expected"]]);
    expect((await call("GET", `/v1/inbound/${inboundId}`)).body).toMatchObject({ overdue: true });
    vi.setSystemTime(Date.UTC(2027, 1, 2, 8, 1));
    expect(await hourly(), "nothing is left to recheck").toMatchObject({ overdue: 0, skus: 0, orders: 0 });

    await expectInbound(inboundId, retailer, 5, "2027-02-08");
    await vi.waitFor(async () => expect((await datesIn(id))[0][0]).toBe("2027-02-09"));
    expect((await call("DELETE", `/v1/inbound/${inboundId}`)).body).toMatchObject({
      status: "cancelled",
      open: 0,
    });
    await vi.waitFor(async () => expect(await datesIn(id)).toEqual([[null, null, null, "nothing_expected"]]));
  });

  it("is rechecked by the hourly job, however many lines before it are due and do not change", async () => {
    const [before, retailer] = [await aRetailer([[0]]), await aRetailer([[0]])];
    await copy((await placed(before, [1])).id, 220, "2000-01-01");
    const { id } = await placed(retailer, [1]);
    const late = env.ORDERS_00.prepare(
      "UPDATE order_lines SET recheck_on = '2000-01-02' WHERE order_id = ?1",
    );
    await late.bind(id).run();
    await env.DB.prepare(
      `INSERT INTO inbound (id, sku, location_id, kind, quantity, expected_on, status, promises_updated_at, created_at,
         updated_at)
       VALUES (?1, ?2, ?3, 'transfer', 4, '2027-02-10', 'expected', ?4, ?4, ?4)`,
    )
      .bind(unique("po"), retailer.skus[0], retailer.locationIds[0], MONDAY)
      .run();
    vi.setSystemTime(MONDAY + 3 * DAY);
    await hourly();
    expect((await datesIn(id))[0][0]).toBe("2027-02-11");
    await env.ORDERS_00.prepare(
      "UPDATE order_lines SET recheck_on = NULL WHERE recheck_on = '2000-01-01'",
    ).run();
  });

  it("is rechecked by the hourly job if the change of inbound could not update it", async () => {
    const retailer = await aRetailer([[0]]);
    const { id } = await placed(retailer, [1]);
    await env.DB.prepare(
      `INSERT INTO inbound (id, sku, location_id, kind, quantity, expected_on, status, created_at, updated_at)
       VALUES (?1, ?2, ?3, 'transfer', 4, '2027-02-10', 'expected', ?4, ?4)`,
    )
      .bind(unique("po"), retailer.skus[0], retailer.locationIds[0], MONDAY)
      .run();
    vi.setSystemTime(MONDAY + 2 * DAY);
    await expect(hourly(databasesAway())).rejects.toThrow("Network connection lost");
    expect(await hourly()).not.toBeNull();
    expect((await datesIn(id))[0][0]).toBe("2027-02-11");
  });
});
