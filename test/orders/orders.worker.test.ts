/** The orders API: placing, refusing, holding, cancelling, finding and shipping orders. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { orderIdOf } from "../../src/kernel/ids";
import { callerOf, callerWith, makeKey, unique, type Call } from "../support/api";
import { listChannel } from "../support/directory";
import { databaseAway, databasesWith, fetchWith } from "../support/faulty-bindings";
import { anOrderOf, openRetailer, type Retailer } from "../support/retailer";
import { canonicalPayload, type TrafficOrder } from "../support/storefront-traffic";
import type { DatabaseBindings } from "../../src/platform/d1/databases";

let call: Call;
beforeAll(async () => {
  call = await callerWith("admin");
});

const generic = { kind: "generic", currency: "USD", secrets: undefined };
const place = (retailer: Retailer, order: TrafficOrder, headers: Record<string, string> = {}) =>
  call("POST", "/v1/orders", { channelId: retailer.channelId, ...canonicalPayload(order) }, headers);
const levels = async (sku: string) =>
  (await call("GET", `/v1/skus/${sku}/stock`)).body.levels as {
    locationId: string;
    onHand: number;
    allocated: number;
  }[];
const allocated = async (sku: string) => (await levels(sku)).reduce((sum, level) => sum + level.allocated, 0);

type Placed = {
  id: string;
  version: number;
  lines: { id: string; allocated: number; backordered: number; cancelled: number }[];
  fulfillments: { id: string; locationId: string; status: string; lines: { quantity: number }[] }[];
  balances: { depositsMinor: number; refundPayableMinor: number };
  shipments: { id: string }[];
};
const placed = async (retailer: Retailer, quantities: readonly number[], over: Partial<TrafficOrder> = {}) =>
  (await place(retailer, anOrderOf(retailer, quantities, over))).body as unknown as Placed;
const read = async (id: string) => (await call("GET", `/v1/orders/${id}`)).body as unknown as Placed;

describe("an order that is placed", () => {
  it("and paid is never refused: units that are short are backordered", async () => {
    const retailer = await openRetailer(call, { stock: [[2]], channel: generic });
    const { lines } = await placed(retailer, [5]);
    expect(lines[0]).toMatchObject({ allocated: 2, backordered: 3 });
  });

  it("before payment is refused with the quantities if it is short, and its other allocations are released", async () => {
    const retailer = await openRetailer(call, { stock: [[2], [9]], channel: generic });
    const order = anOrderOf(retailer, [3, 1], { status: "authorized" });
    const { status, body } = await place(retailer, order);
    expect([status, body.code, body.short]).toEqual([
      409,
      "insufficient_stock",
      [{ sku: retailer.skus[0], requested: 3, available: 2 }],
    ]);
    expect(await allocated(retailer.skus[1]!)).toBe(0);
    const orderId = orderIdOf(retailer.channelId, canonicalPayload(order).externalId);
    expect((await call("GET", `/v1/orders/${orderId}`)).status).toBe(404);
  });

  it("again is the same order; another order under its key is rejected and stores nothing", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: generic });
    const key = { "idempotency-key": unique("key") };
    const order = anOrderOf(retailer, [1]);
    const first = await place(retailer, order, key);
    const again = await place(retailer, order, key);
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    const other = await place(retailer, anOrderOf(retailer, [2]), key);
    expect([other.status, other.body.code]).toEqual([422, "idempotency_key_reused"]);
    expect(
      await env.ORDERS_00.prepare("SELECT count(*) AS n FROM orders WHERE channel_id = ?1")
        .bind(retailer.channelId)
        .first("n"),
    ).toBe(1);
  });

  const REPLAYED = "idempotency-replayed";

  it("under a used key gets the first answer, though the order has changed since", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: generic });
    const key = { "idempotency-key": unique("key") };
    const order = anOrderOf(retailer, [1]);
    const first = await place(retailer, order, key);
    await call("POST", `/v1/orders/${first.body.id}/cancellations`, { reason: "test" });
    const again = await place(retailer, order, key);
    expect([again.status, again.body, again.headers.get(REPLAYED)]).toEqual([201, first.body, "true"]);
    expect([first.status, first.headers.get(REPLAYED)]).toEqual([201, null]);
    const withoutKey = await place(retailer, order);
    expect([withoutKey.status, withoutKey.body.status]).toEqual([200, "cancelled"]);
  });

  it("that existed under a new key gets the same answer under that key again", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: generic });
    const key = { "idempotency-key": unique("key") };
    const order = anOrderOf(retailer, [1]);
    await place(retailer, order);
    const first = await place(retailer, order, key);
    await call("POST", `/v1/orders/${first.body.id}/notes`, { text: "test" });
    const again = await place(retailer, order, key);
    expect([again.status, again.body, again.headers.get(REPLAYED)]).toEqual([200, first.body, "true"]);
  });

  it("and was refused under a key is refused under it again, and holds no units", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: generic });
    const key = { "idempotency-key": unique("key") };
    const order = anOrderOf(retailer, [2], { status: "authorized" });
    const first = await place(retailer, order, key);
    expect([first.status, first.body.code]).toEqual([409, "insufficient_stock"]);
    await call("POST", `/v1/skus/${retailer.skus[0]}/receipts`, {
      locationId: retailer.locationIds[0],
      quantity: 5,
    });
    const again = await place(retailer, order, key);
    expect([again.status, again.body, again.headers.get(REPLAYED)]).toEqual([409, first.body, "true"]);
    expect(again.headers.get("content-type")).toBe("application/problem+json");
    expect(await levels(retailer.skus[0]!)).toMatchObject([{ onHand: 6, allocated: 0 }]);
    const newKey = { "idempotency-key": unique("key") };
    expect((await place(retailer, order, newKey)).status).toBe(201);
  });

  it("takes over the reservation of its checkout, also the last unit", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: generic });
    const token = unique("cart");
    const lines = [{ sku: retailer.skus[0], quantity: 1 }];
    const held = await call("POST", "/v1/reservations", { channelId: retailer.channelId, token, lines });
    expect(held.status).toBe(201);
    const rival = await place(retailer, anOrderOf(retailer, [1], { status: "authorized" }));
    expect(rival.status).toBe(409);
    const order = anOrderOf(retailer, [1], { status: "authorized", cartToken: token });
    expect((await place(retailer, order)).status).toBe(201);
    expect(await levels(retailer.skus[0]!)).toMatchObject([{ onHand: 1, allocated: 1 }]);
  });

  it("ships from one location instead of two if one has all units", async () => {
    const retailer = await openRetailer(call, {
      stock: [
        [3, 3],
        [0, 3],
      ],
      channel: generic,
    });
    const { fulfillments } = await placed(retailer, [1, 1]);
    expect(fulfillments.map(({ locationId }) => locationId)).toEqual([retailer.locationIds[1]]);
    expect((await levels(retailer.skus[0]!)).map(({ allocated }) => allocated).toSorted()).toEqual([0, 1]);
  });

  it("with a total that does not add up is put on hold with the difference, and its amounts stay", async () => {
    const retailer = await openRetailer(call, { stock: [[3]], channel: generic });
    const order = anOrderOf(retailer, [1]);
    const payload = { channelId: retailer.channelId, ...canonicalPayload(order), total: "99.99" };
    const { body } = await call("POST", "/v1/orders", payload);
    expect(body).toMatchObject({ status: "on_hold", totalMinor: 9999 });
    expect(body.holds).toMatchObject([{ code: "totals_mismatch", detail: expect.stringMatching(/99\.99/) }]);
  });

  it.each([
    { field: "status", over: { status: "closed" } },
    { field: "id", over: { id: "ord_00000000000000000000000000" } },
    { field: "total", over: { total: "-1.00" } },
    { field: "currency", over: { currency: "EUR" } },
    {
      field: "lines.0.quantity",
      over: { lines: [{ externalId: "1", title: "x", quantity: 0, unitPrice: "1.00" }] },
    },
    {
      field: "lines.0.unitPrice",
      over: { lines: [{ externalId: "1", title: "x", quantity: 1, unitPrice: "1.005" }] },
    },
  ])("with an invalid $field is rejected with the name of the field", async ({ field, over }) => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: generic });
    const payload = { channelId: retailer.channelId, ...canonicalPayload(anOrderOf(retailer, [1])), ...over };
    const { status, body } = await call("POST", "/v1/orders", payload);
    expect(status).toBe(422);
    expect(JSON.stringify(body.errors)).toContain(field);
  });
});

describe("an order that is changed", () => {
  it("by cancelling units releases their allocations and has a refund to pay", async () => {
    const retailer = await openRetailer(call, { stock: [[5]], channel: generic });
    const order = await placed(retailer, [3]);
    const path = `/v1/orders/${order.id}/cancellations`;
    const lines = [{ lineId: order.lines[0]!.id, quantity: 2 }];
    const after = (await call("POST", path, { reason: "changed mind", lines })).body as unknown as Placed;
    expect(after.lines[0]).toMatchObject({ allocated: 1, cancelled: 2 });
    expect(after.balances.refundPayableMinor).toBeGreaterThan(0);
    await expect.poll(() => allocated(retailer.skus[0]!), { timeout: 10_000 }).toBe(1);
    const tooMany = await call("POST", path, { reason: "again", lines });
    expect([tooMany.status, tooMany.body.code, tooMany.body.open]).toEqual([409, "quantity_not_open", 1]);
  });

  it("by several holds at once is open again when the last of them is released", async () => {
    const retailer = await openRetailer(call, {
      stock: [[1]],
      channel: { ...generic, shortagePolicy: "hold" },
    });
    const { id, fulfillments } = await placed(retailer, [2]);
    await call("POST", `/v1/orders/${id}/holds`, { reason: "looks like fraud" });
    const release = (code: string) => call("DELETE", `/v1/orders/${id}/holds/${code}`);
    const path = `/v1/orders/${id}/fulfillments/${fulfillments[0]!.id}/release`;
    expect((await call("POST", path)).body.code).toBe("order_on_hold");
    expect((await release("stock_short")).body.status).toBe("on_hold");
    expect((await release("staff")).body.status).toBe("open");
    expect((await release("staff")).status).toBe(404);
    expect((await call("POST", path)).status).toBe(200);
  });

  it("has every change in its history, also notes, without the cost of units", async () => {
    const retailer = await openRetailer(call, { stock: [[1]], channel: generic });
    const { id } = await placed(retailer, [1]);
    await call("POST", `/v1/orders/${id}/notes`, { text: "leave at the door" });
    const { items } = (await call("GET", `/v1/orders/${id}/events`)).body as {
      items: { version: number; actor: string; events: { type: string }[] }[];
    };
    expect(items.map(({ version, events }) => [version, events.map(({ type }) => type)])).toEqual([
      [1, ["order.placed", "payment.captured", "fulfillment.scheduled", "promise.made", "order.sourced"]],
      [2, ["order.note_added"]],
    ]);
    const shown = JSON.stringify(items);
    expect(shown).not.toContain("unitCost");
    const times = [...shown.matchAll(/"(?:at|\w+At)":("\d{4}-\d\d-\d\dT[^"]+Z"|[^,}]+)/g)].map(
      ([, time]) => time!,
    );
    expect(times.length).toBeGreaterThan(4);
    expect(times.filter((time) => !time.startsWith('"') && time !== "null")).toEqual([]);
  });

  it("under a key is changed once, also if the answer to the first request was lost", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: generic });
    const order = await placed(retailer, [3]);
    const { token } = await makeKey("admin");
    const once = async (path: string, body: unknown) => {
      const headers = { authorization: `Bearer ${token}`, "idempotency-key": unique("key") };
      const init = { method: "POST", headers: { ...headers, "content-type": "application/json" } };
      const request = () =>
        new Request(`https://aftercart.test/v1/orders/${order.id}/${path}`, {
          ...init,
          body: JSON.stringify(body),
        });
      const lost = await fetchWith(databasesThatLoseReplies(), request());
      expect(lost.status).toBe(503);
      const again = await callerOf(token)("POST", `/v1/orders/${order.id}/${path}`, body, headers);
      expect(again.status).toBe(200);
      return again.body as unknown as Placed;
    };
    const line = { lineId: order.lines[0]!.id, quantity: 2 };
    const cancelled = await once("cancellations", { reason: "Fewer", lines: [line] });
    expect(cancelled.lines).toMatchObject([{ cancelled: 2, allocated: 1 }]);
    await once("notes", { text: "Called the customer." });
    await once("holds", { reason: "Wait." });
    const { body } = await call("GET", `/v1/orders/${order.id}/events`);
    const types = (body.items as { events: { type: string }[] }[]).flatMap(({ events }) =>
      events.map(({ type }) => type),
    );
    expect(types.filter((type) => type === "order.note_added")).toHaveLength(1);
    expect(types.filter((type) => type === "units.cancelled")).toHaveLength(1);
  });
});

/** Commits every change of an order, and then fails as overloaded. */
const databasesThatLoseReplies = (): DatabaseBindings =>
  databasesWith((real) => async (statements) => {
    const results = await real(statements);
    const isChange = statements.length > 2 && results.some(({ meta }) => meta.changes > 0);
    if (isChange) throw new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long.");
    return results;
  });

describe("orders", () => {
  it("are found by their number with and without #", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: generic });
    const found = async (number: string) =>
      (
        (await call("GET", `/v1/orders?number=${encodeURIComponent(number)}`)).body.items as { id: string }[]
      ).map(({ id }) => id);
    const placeAs = async (number: string, placedAt: number) => {
      const order = canonicalPayload(anOrderOf(retailer, [1], { placedAt }));
      const { body } = await call("POST", "/v1/orders", { channelId: retailer.channelId, ...order, number });
      return body.id as string;
    };
    const number = unique("1002");
    const now = Date.now();
    const ids = [await placeAs(`#${number}`, now), await placeAs(number, now - 1_000)];
    await listChannel(retailer.channelId);
    expect(await found(number)).toEqual(ids);
    expect(await found(`#${number}`)).toEqual(ids);
    expect(await found(` ${number} `)).toEqual(ids);
    expect(await found(`##${number}`)).toEqual([ids[0]]);
    expect(await found(number.slice(1))).toEqual([]);
  });

  it("are found by number, email, SKU, status and channel, newest first, in pages", async () => {
    const retailer = await openRetailer(call, { stock: [[99]], channel: generic });
    const email = `${unique("ada")}@example.com`;
    const now = Date.now();
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1)
      ids.unshift((await placed(retailer, [1], { email, placedAt: now + i * 1000 })).id);
    await listChannel(retailer.channelId);
    const find = async (query: string) => {
      const { body } = await call("GET", `/v1/orders?${query}`);
      return {
        ids: (body.items as { id: string }[]).map(({ id }) => id),
        next: body.nextCursor as string | null,
      };
    };
    const first = await read(ids[0]!);
    const { number } = first as unknown as { number: string };
    expect((await find(`number=${encodeURIComponent(number)}`)).ids).toEqual([ids[0]]);
    expect((await find(`email=${email.toUpperCase()}`)).ids).toEqual(ids);
    expect((await find(`sku=${retailer.skus[0]}`)).ids).toEqual(ids);
    expect((await find(`channelId=${retailer.channelId}`)).ids).toEqual(ids);
    expect((await find(`channelId=${retailer.channelId}&status=cancelled`)).ids).toEqual([]);
    const pages: string[] = [];
    let cursor = "";
    for (;;) {
      const page = await find(`channelId=${retailer.channelId}&status=open&limit=2${cursor}`);
      pages.push(...page.ids);
      if (page.next === null) break;
      cursor = `&cursor=${page.next}`;
    }
    expect(pages).toEqual(ids);
    expect((await find(`email=${email}&status=open&limit=1`)).ids).toEqual([ids[0]]);
    expect((await find(`email=${email}&status=closed`)).ids).toEqual([]);
    expect((await find(`q=${encodeURIComponent(`${email} ${retailer.skus[0]}`)}`)).ids).toEqual(ids);
    for (const refused of ["q=%22*", "externalId=1", "cursor=MSAy", `externalId=1&channelId=x&status=open`])
      expect([refused, (await call("GET", `/v1/orders?${refused}`)).status]).toEqual([refused, 422]);
  });

  it("are found at once by channel and number, or channel and the storefront's id, without the directory", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: generic });
    const order = await placed(retailer, [1]);
    const { number, externalId, channelId } = (await call("GET", `/v1/orders/${order.id}`)).body as {
      number: string;
      externalId: string;
      channelId: string;
    };
    const found = async (query: string) => {
      const token = (await makeKey("orders:read")).token;
      const headers = { authorization: `Bearer ${token}` };
      const request = new Request(`https://aftercart.test/v1/orders?${query}`, { headers });
      const answer = await fetchWith({ DIRECTORY: databaseAway() }, request);
      expect(answer.status).toBe(200);
      const { items, asOf } = await answer.json<{ items: { id: string }[]; asOf: string }>();
      expect(Date.now() - Date.parse(asOf)).toBeLessThan(60_000);
      return items.map(({ id }) => id);
    };
    expect(await found(`channelId=${channelId}&number=${encodeURIComponent(number)}`)).toEqual([order.id]);
    expect(await found(`channelId=${channelId}&externalId=${externalId}`)).toEqual([order.id]);
    expect(await found(`channelId=${channelId}&number=none`)).toEqual([]);
    expect(await found(`channelId=${channelId}&externalId=none`)).toEqual([]);
  });
});

describe("an order with fulfillments", () => {
  it("has one shipment for each of two parcels, and cannot ship units that it does not have", async () => {
    const retailer = await openRetailer(call, { stock: [[3]], channel: generic });
    const order = await placed(retailer, [3]);
    const path = `/v1/orders/${order.id}/fulfillments/${order.fulfillments[0]!.id}`;
    const early = await call("POST", `${path}/shipments`, { trackingNumber: "A" });
    expect([early.status, early.body.code]).toEqual([409, "fulfillment_not_open"]);
    await call("POST", `${path}/release`);
    const lines = (quantity: number) => [{ lineId: order.lines[0]!.id, quantity }];
    const one = { trackingNumber: "A", lines: lines(1) };
    expect((await call("POST", `${path}/shipments`, one)).status).toBe(200);
    expect((await call("POST", `${path}/shipments`, one)).status).toBe(200);
    const over = await call("POST", `${path}/shipments`, { trackingNumber: "B", lines: lines(3) });
    expect(over.body).toMatchObject({ code: "quantity_not_in_fulfillment", open: 2 });
    await call("POST", `${path}/shipments`, { trackingNumber: "B" });
    expect((await read(order.id)).shipments).toHaveLength(2);
    await expect
      .poll(() => levels(retailer.skus[0]!), { timeout: 10_000 })
      .toMatchObject([{ onHand: 0, allocated: 0 }]);
  });

  it("has a shipment for each request under one X-Request-Id, and one for each reference and Idempotency-Key", async () => {
    const retailer = await openRetailer(call, { stock: [[9]], channel: generic });
    const order = await placed(retailer, [9]);
    const path = `/v1/orders/${order.id}/fulfillments/${order.fulfillments[0]!.id}`;
    await call("POST", `${path}/release`);
    const trace = { "x-request-id": "gateway-trace-1" };
    const ship = async (body: object, headers = {}) => {
      const lines = [{ lineId: order.lines[0]!.id, quantity: 1 }];
      const sent = { ...trace, ...headers };
      const { status } = await call("POST", `${path}/shipments`, { lines, ...body }, sent);
      return [status, (await read(order.id)).shipments.length];
    };
    expect(await ship({})).toEqual([200, 1]);
    expect(await ship({})).toEqual([200, 2]);
    expect(await ship({ reference: "A" })).toEqual([200, 3]);
    expect(await ship({ reference: "A", trackingNumber: "1Z" })).toEqual([200, 3]);
    expect(await ship({ trackingNumber: "A" })).toEqual([200, 4]);
    expect(await ship({ trackingNumber: "A" }, { "idempotency-key": "A" })).toEqual([200, 5]);
    expect(await ship({ trackingNumber: "A" }, { "idempotency-key": "A" })).toEqual([200, 5]);
    expect(await ship({ reference: "gateway-trace-1" })).toEqual([200, 6]);
  });

  it("is sent from another location after the first one rejected it", async () => {
    const retailer = await openRetailer(call, { stock: [[2, 2]], channel: generic });
    const order = await placed(retailer, [2]);
    const [first, second] = retailer.locationIds;
    expect(order.fulfillments.map(({ locationId }) => locationId)).toEqual([first]);
    const path = `/v1/orders/${order.id}/fulfillments/${order.fulfillments[0]!.id}`;
    await call("POST", `${path}/release`);
    expect((await call("POST", `${path}/rejections`, { reason: "damaged" })).status).toBe(200);
    await expect
      .poll(async () => (await read(order.id)).fulfillments.map((f) => [f.locationId, f.status]).toSorted(), {
        timeout: 15_000,
      })
      .toEqual(
        [
          [first, "rejected"],
          [second, "planned"],
        ].toSorted(),
      );
    expect((await read(order.id)).lines[0]).toMatchObject({ allocated: 2, backordered: 0 });
  });

  it("backorders units that a count did not find", async () => {
    const retailer = await openRetailer(call, { stock: [[2]], channel: generic });
    const order = await placed(retailer, [2]);
    const count = { locationId: retailer.locationIds[0], counted: 1, ref: unique("count") };
    expect((await call("POST", `/v1/skus/${retailer.skus[0]}/counts`, count)).status).toBe(200);
    await expect
      .poll(async () => (await read(order.id)).lines[0], { timeout: 30_000 })
      .toMatchObject({ allocated: 1, backordered: 1 });
  });
});
