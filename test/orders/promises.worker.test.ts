/** What customers are promised: made with the order, moved before they ask, kept or broken; and what it is made from. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { refreshPromises } from "../../src/orders/refresh-promises";
import { orderIdOf } from "../../src/kernel/ids";
import type { OrderEvent } from "../../src/orders/domain/order-events";
import { createContext } from "../../src/app-context";
import { callerWith, unique, type Call } from "../support/api";
import { databaseAway, databaseRefusing } from "../support/faulty-bindings";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload } from "../support/storefront-traffic";

/** A Monday, nine in the morning in New York. The locations there close at four. */
const MONDAY = Date.UTC(2027, 1, 1, 14);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});
beforeEach(() => void vi.useFakeTimers({ now: MONDAY, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const aService = (over: Record<string, unknown> = {}) => ({
  carrier: "UPS",
  service: "Ground",
  name: "UPS Ground",
  zones: [
    {
      name: "Home",
      countries: ["US"],
      minTransitDays: 1,
      maxTransitDays: 3,
      prices: [{ upToGrams: 30_000, priceMinor: 700 }],
    },
  ],
  ...over,
});

async function aRetailer(stock: readonly (readonly number[])[]): Promise<Retailer> {
  const retailer = await openRetailer(call, { stock, channel: { kind: "generic", secrets: undefined } });
  await call(
    "PUT",
    `/v1/carrier-services/${unique("ground")}`,
    aService({ locationIds: retailer.locationIds }),
  );
  return retailer;
}

async function placed(retailer: Retailer, quantities: readonly number[]) {
  const order = canonicalPayload(anOrderOf(retailer, quantities));
  const { status, body } = await call("POST", "/v1/orders", { channelId: retailer.channelId, ...order });
  expect(status).toBe(201);
  return body;
}

const read = async (id: string) => (await call("GET", `/v1/orders/${id}`)).body;
const datesOf = (line: Record<string, unknown>) => [
  line.shipByOn,
  line.deliverFromOn,
  line.deliverByOn,
  line.noDate,
];
const datesIn = async (id: string) => (await read(id)).lines.map(datesOf);
const historyOf = async (id: string): Promise<OrderEvent[]> => {
  const { body } = await call("GET", `/v1/orders/${id}/events?limit=200`);
  return body.items.flatMap(({ events }: { events: OrderEvent[] }) => events);
};
const movesIn = async (id: string) =>
  (await historyOf(id)).flatMap((event) => (event.type === "promise.moved" ? [event.reason] : []));
const hourly = (bindings: Partial<typeof env> = {}) =>
  refreshPromises(createContext({ ...env, ...bindings }, { waitUntil: () => undefined }, "cron"));
/** So many orders beside it that are the same, their lines to be looked at since the day. */
async function copy(id: string, count: number, since: string): Promise<void> {
  const row = async (table: string, key: string) =>
    (await env.DB.prepare(`SELECT * FROM ${table} WHERE ${key} = ?1`).bind(id).first())!;
  const [order, line] = [await row("orders", "id"), await row("order_lines", "order_id")];
  const insert = (table: string, values: Record<string, unknown>) =>
    env.DB.prepare(
      `INSERT INTO ${table} (${Object.keys(values).join()}) VALUES (${Object.keys(values).fill("?").join()})`,
    ).bind(...Object.values(values));
  const copies = Array.from({ length: count }, (_, i) => `${id}${i}`).flatMap((orderId) => [
    insert("orders", { ...order, id: orderId, external_id: orderId }),
    insert("order_lines", { ...line, order_id: orderId, recheck_on: since }),
  ]);
  await env.DB.batch(copies);
}
const expectInbound = (id: string, retailer: Retailer, quantity: number, expectedOn: string) =>
  call("PUT", `/v1/inbound/${id}`, {
    sku: retailer.skus[0],
    locationId: retailer.locationIds[0],
    quantity,
    expectedOn,
  });

describe("an order", () => {
  it("is promised when it is taken in, line by line, and its parts say when they are to leave", async () => {
    const retailer = await aRetailer([[5], [0]]);
    const order = await placed(retailer, [2, 1]);
    expect(order.lines.map(datesOf)).toEqual([
      ["2027-02-01", "2027-02-02", "2027-02-04", null],
      [null, null, null, "nothing_expected"],
    ]);
    expect(order.fulfillments[0]).toMatchObject({ shipByOn: "2027-02-01" });
    const { body } = await call(
      "GET",
      `/v1/fulfillments?locationId=${retailer.locationIds[0]}&status=planned`,
    );
    expect(body.items).toMatchObject([{ orderId: order.id, shipByOn: "2027-02-01" }]);
    expect((await historyOf(order.id)).filter(({ type }) => type === "promise.made")).toHaveLength(2);
    expect(JSON.stringify(order)).not.toContain("lateAt");
  });

  it("is promised another day for each that it is held past its own", async () => {
    const retailer = await aRetailer([[5]]);
    const { id } = await placed(retailer, [2]);
    await call("POST", `/v1/orders/${id}/holds`, { reason: "a look" });
    vi.setSystemTime(MONDAY + DAY);
    expect(await hourly()).toMatchObject({ orders: 1 });
    expect(await datesIn(id)).toEqual([["2027-02-02", "2027-02-03", "2027-02-05", null]]);
    vi.setSystemTime(MONDAY + DAY + 8 * HOUR);
    await call("DELETE", `/v1/orders/${id}/holds/staff`);
    expect(await datesIn(id)).toEqual([["2027-02-03", "2027-02-04", "2027-02-08", null]]);
    expect(await movesIn(id)).toEqual(["on_hold", "released"]);
  });

  it("that nobody sends on its day is promised another, once however often the hour comes", async () => {
    const retailer = await aRetailer([[5]]);
    const { id, fulfillments } = await placed(retailer, [2]);
    await call("POST", `/v1/orders/${id}/fulfillments/${fulfillments[0].id}/release`);
    expect(await hourly(), "its day is not over").toMatchObject({ orders: 0 });
    vi.setSystemTime(Date.UTC(2027, 1, 2, 5, 1));
    expect(await Promise.all([hourly(), hourly()])).toEqual(
      expect.arrayContaining([null, expect.objectContaining({ orders: 1 })]),
    );
    vi.setSystemTime(Date.UTC(2027, 1, 2, 6, 1));
    expect(await hourly()).toMatchObject({ orders: 0 });
    expect(await datesIn(id)).toEqual([["2027-02-02", "2027-02-03", "2027-02-05", null]]);
    expect(await movesIn(id)).toEqual(["not_sent_in_time"]);
  });

  it("that nobody sends on its day is promised another, though what is expected cannot be looked at", async () => {
    const retailer = await aRetailer([[5]]);
    const { id, fulfillments } = await placed(retailer, [2]);
    await call("POST", `/v1/orders/${id}/fulfillments/${fulfillments[0].id}/release`);
    vi.setSystemTime(Date.UTC(2027, 1, 2, 10, 1));
    const DB = databaseRefusing(/FROM inbound/);
    await expect(hourly({ DB })).rejects.toThrow("not done: overdue inbound, changed inbound");
    expect(await movesIn(id)).toEqual(["not_sent_in_time"]);
    expect(await hourly(), "the hour is taken up again").toMatchObject({ orders: 0 });
  });
});

describe("a line that waits", () => {
  it("is promised from what is expected, in the order of waiting, and moves with it", async () => {
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
    expect((await placed(retailer, [3])).lines.map(datesOf), "and one that comes last").toEqual([
      ["2027-02-18", "2027-02-19", "2027-02-23", null],
    ]);

    await expectInbound(soon, retailer, 3, "2027-02-12");
    await vi.waitFor(async () => expect((await datesIn(first.id))[0][0]).toBe("2027-02-15"));
    expect(await movesIn(second.id)).toEqual(["inbound_changed"]);
    expect(await movesIn(first.id)).toEqual(["inbound_changed", "inbound_changed"]);
  });

  it("is promised nothing from a day that other systems write for never", async () => {
    const retailer = await aRetailer([[0]]);
    const { status, body } = await expectInbound(unique("po"), retailer, 5, "9999-12-31");
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: "expectedOn" }]);
  });

  it("gets the date of what came for it, and so much less is expected", async () => {
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

  it("is promised nothing from what is overdue or cancelled", async () => {
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
    expect(await hourly(), "and is looked at no more").toMatchObject({ overdue: 0, skus: 0, orders: 0 });

    await expectInbound(inboundId, retailer, 5, "2027-02-08");
    await vi.waitFor(async () => expect((await datesIn(id))[0][0]).toBe("2027-02-09"));
    expect((await call("DELETE", `/v1/inbound/${inboundId}`)).body).toMatchObject({
      status: "cancelled",
      open: 0,
    });
    await vi.waitFor(async () => expect(await datesIn(id)).toEqual([[null, null, null, "nothing_expected"]]));
  });

  it("is told by the hourly look however many before it are due and stay as they are", async () => {
    const [before, retailer] = [await aRetailer([[0]]), await aRetailer([[0]])];
    await copy((await placed(before, [1])).id, 220, "2000-01-01");
    const { id } = await placed(retailer, [1]);
    const late = env.DB.prepare("UPDATE order_lines SET recheck_on = '2000-01-02' WHERE order_id = ?1");
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
    await env.DB.prepare("UPDATE order_lines SET recheck_on = NULL WHERE recheck_on = '2000-01-01'").run();
  });

  it("is told by the hourly look what could not be told at once", async () => {
    const retailer = await aRetailer([[0]]);
    const { id } = await placed(retailer, [1]);
    await env.DB.prepare(
      `INSERT INTO inbound (id, sku, location_id, kind, quantity, expected_on, status, created_at, updated_at)
       VALUES (?1, ?2, ?3, 'transfer', 4, '2027-02-10', 'expected', ?4, ?4)`,
    )
      .bind(unique("po"), retailer.skus[0], retailer.locationIds[0], MONDAY)
      .run();
    vi.setSystemTime(MONDAY + 2 * DAY);
    await expect(hourly({ DB: databaseAway() })).rejects.toThrow("Network connection lost");
    expect(await hourly()).not.toBeNull();
    expect((await datesIn(id))[0][0]).toBe("2027-02-11");
  });
});

describe("what became of a promise", () => {
  const sent = async (retailer: Retailer, shippedAt: number, deliveredAt: number) => {
    vi.setSystemTime(MONDAY);
    const { id, fulfillments } = await placed(retailer, [1]);
    await call("POST", `/v1/orders/${id}/fulfillments/${fulfillments[0].id}/release`);
    vi.setSystemTime(shippedAt);
    const path = `/v1/orders/${id}/fulfillments/${fulfillments[0].id}/shipments`;
    const { body } = await call("POST", path, { carrier: "UPS", reference: unique("box") });
    vi.setSystemTime(deliveredAt);
    await call("POST", `/v1/orders/${id}/shipments/${body.shipments[0].id}/deliveries`, {});
    return id;
  };

  it("is told of an order: what, when, why it moved, and whether it was kept", async () => {
    const retailer = await aRetailer([[5]]);
    const id = await sent(retailer, MONDAY + DAY, MONDAY + 4 * DAY);
    const { status, body } = await call("GET", `/v1/orders/${id}/promises`);
    expect(status).toBe(200);
    expect(body.lines).toMatchObject([
      {
        promise: { shipByOn: "2027-02-02", deliverByOn: "2027-02-05" },
        firstPromised: { on: "2027-02-04", of: "delivery" },
        moves: 1,
        kept: false,
        daysLate: 1,
        settledOn: "2027-02-05",
        history: [
          { what: "made", reason: null, before: null, after: { deliverByOn: "2027-02-04" } },
          {
            what: "moved",
            reason: "sent_late",
            at: "2027-02-02T14:00:00.000Z",
            before: { deliverByOn: "2027-02-04" },
            after: { deliverByOn: "2027-02-05" },
          },
          { what: "settled" },
        ],
      },
    ]);
    const none = orderIdOf(retailer.channelId, "nobody placed it");
    expect((await call("GET", `/v1/orders/${none}/promises`)).status).toBe(404);
    expect((await call("GET", "/v1/orders/none/promises")).status).toBe(404);
  });

  it("is a report, by day, location and carrier", async () => {
    const retailer = await aRetailer([[5]]);
    await sent(retailer, MONDAY, MONDAY + 3 * DAY);
    await sent(retailer, MONDAY, MONDAY + 3 * DAY);
    await sent(retailer, MONDAY + DAY, MONDAY + 7 * DAY);
    const report = "/v1/reports/promise-accuracy?from=2027-02-01&to=2027-02-28";
    const { status, body } = await call("GET", report);
    expect(status).toBe(200);
    const here = { locationId: retailer.locationIds[0], carrier: "UPS" };
    const days = body.days.filter(({ locationId }: { locationId: string }) => locationId === here.locationId);
    expect(days).toEqual([
      { on: "2027-02-04", ...here, ended: 2, kept: 2, keptShare: 1, averageDaysLate: null, moves: 0 },
      { on: "2027-02-08", ...here, ended: 1, kept: 0, keptShare: 0, averageDaysLate: 4, moves: 1 },
    ]);
    expect(body.totals.ended).toBeGreaterThanOrEqual(3);
    const before = await call("GET", "/v1/reports/promise-accuracy?from=2026-01-01&to=2026-01-31");
    expect(before.body).toMatchObject({ days: [], totals: { ended: 0, keptShare: null } });
  });
});

describe("a reservation", () => {
  const reserve = async (retailer: Retailer, quantity: number, shipTo: unknown) => {
    const lines = [{ sku: retailer.skus[0], quantity }];
    const { status, body } = await call("POST", "/v1/reservations", {
      channelId: retailer.channelId,
      lines,
      shipTo,
    });
    expect(status).toBe(201);
    return body.lines[0];
  };
  const home = { countryCode: "US", postalCode: "40202" };

  it("says when what it holds would arrive, where it is told where to", async () => {
    const retailer = await aRetailer([[5]]);
    expect(datesOf((await reserve(retailer, 1, home)).promise)).toEqual([
      "2027-02-01",
      "2027-02-02",
      "2027-02-04",
      null,
    ]);
    expect((await reserve(retailer, 1, null)).promise).toBeNull();
  });

  it("says when what it does not hold would come", async () => {
    const retailer = await openRetailer(call, {
      stock: [[1]],
      sku: { policy: "backorder" },
      channel: { kind: "generic", secrets: undefined },
    });
    const service = aService({ locationIds: retailer.locationIds });
    await call("PUT", `/v1/carrier-services/${unique("ground")}`, service);
    expect(datesOf((await reserve(retailer, 2, home)).promise)).toEqual([
      null,
      null,
      null,
      "nothing_expected",
    ]);
    await expectInbound(unique("po"), retailer, 9, "2027-02-10");
    expect(datesOf((await reserve(retailer, 2, home)).promise)).toEqual([
      "2027-02-11",
      "2027-02-12",
      "2027-02-16",
      null,
    ]);
  });
});

describe("inbound", () => {
  it("is listed by SKU and by location, the earliest first, page by page", async () => {
    const retailer = await aRetailer([[0]]);
    const prefix = unique("po");
    for (const [i, on] of ["2027-02-12", "2027-02-10", "2027-02-11"].entries()) {
      await expectInbound(`${prefix}-${i}`, retailer, 2, on);
    }
    const idsOf = async (query: string) => {
      const { status, body } = await call("GET", `/v1/inbound?${query}`);
      expect(status).toBe(200);
      return [body.items.map(({ id }: { id: string }) => id.slice(prefix.length + 1)), body.nextCursor];
    };
    const [ids, cursor] = await idsOf(`sku=${retailer.skus[0]}&limit=2`);
    expect(ids).toEqual(["1", "2"]);
    expect(await idsOf(`sku=${retailer.skus[0]}&limit=2&cursor=${cursor}`)).toEqual([["0"], null]);
    expect(await idsOf(`locationId=${retailer.locationIds[0]}`)).toEqual([["1", "2", "0"], null]);
    expect(await idsOf(`locationId=${retailer.locationIds[0]}&status=cancelled`)).toEqual([[], null]);
    expect((await call("GET", "/v1/inbound")).status).toBe(422);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["an unknown SKU", { sku: "no-such-thing" }, "sku"],
    ["an unknown location", { locationId: "nowhere" }, "locationId"],
    ["no such day", { expectedOn: "2027-02-30" }, "expectedOn"],
    ["no units", { quantity: 0 }, "quantity"],
  ])("is refused for %s", async (_case, over, path) => {
    const retailer = await aRetailer([[0]]);
    const body = {
      sku: retailer.skus[0],
      locationId: retailer.locationIds[0],
      quantity: 1,
      expectedOn: "2027-02-10",
    };
    const answer = await call("PUT", `/v1/inbound/${unique("po")}`, { ...body, ...over });
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, path]);
  });

  it("stays of its SKU and location, and receipts name their own", async () => {
    const [one, other] = [await aRetailer([[0]]), await aRetailer([[0]])];
    const inboundId = unique("po");
    await expectInbound(inboundId, one, 2, "2027-02-10");
    expect((await expectInbound(inboundId, other, 2, "2027-02-10")).body.errors).toHaveLength(2);
    const receipt = { locationId: other.locationIds[0], quantity: 1, inboundId };
    const wrong = await call("POST", `/v1/skus/${other.skus[0]}/receipts`, receipt);
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, "inboundId"]);
    const none = await call("POST", `/v1/skus/${other.skus[0]}/receipts`, { ...receipt, inboundId: "none" });
    expect(none.status).toBe(422);
    expect((await call("GET", `/v1/inbound/${unique("none")}`)).status).toBe(404);
    expect((await call("DELETE", `/v1/inbound/${unique("none")}`)).status).toBe(404);
  });
});
