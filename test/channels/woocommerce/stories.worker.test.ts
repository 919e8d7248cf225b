/** Stories of WooCommerce orders, through signed callbacks. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { orderIdOf } from "../../../src/kernel/ids";
import { startTestWorker } from "../../security/test-worker";
import { makeKey, type Answer, type Call } from "../../support/api";
import { deliverIntake } from "../../support/deliver-intake";
import { anOrderOf } from "../../support/retailer";
import { holdsOf, NOTHING, openDoor, unitsOf, type Door, type Payload } from "../../support/storefront-door";
import { wooPayload } from "../../support/storefront-traffic";

const connection = {
  baseUrl: "https://shop.example.com",
  credentials: { consumerKey: "ck_0123456789", consumerSecret: "cs_0123456789" },
};

const testWorker = startTestWorker();
let call: Call;
let alone: Door;
let connected: Door;
/** What the shop's API has, by path. */
const responses = new Map<string, unknown>();
const requested: string[] = [];

beforeAll(async () => {
  vi.stubGlobal("fetch", async (input: unknown) => {
    const { pathname } = new URL(String(input));
    requested.push(pathname);
    return responses.has(pathname) ? Response.json(responses.get(pathname)) : Response.error();
  });
  call = testWorker.callAs((await makeKey("admin")).token);
  alone = await openDoor(testWorker, call, "woocommerce");
  connected = await openDoor(testWorker, call, "woocommerce", { connection });
});
afterAll(() => void vi.unstubAllGlobals());

/** Two mugs of 10.00 and a plate of 20.00, and shipping: the order that each story begins with, an hour ago. */
function placed(door: Door, over: object = {}) {
  const payload = wooPayload(anOrderOf(door.retailer, [2, 1]));
  const created = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19);
  return { ...payload, date_created_gmt: created, date_modified_gmt: created, ...over };
}
type Placed = ReturnType<typeof placed>;

const untaxed = (order: Placed): Placed => {
  const without = <Charge extends { total: string }>(charges: readonly Charge[]) =>
    charges.map((charge) => ({ ...charge, total_tax: "0.00" }));
  const [line_items, shipping_lines] = [without(order.line_items), without(order.shipping_lines)];
  const total = [...line_items, ...shipping_lines].reduce((sum, charge) => sum + Number(charge.total), 0);
  return { ...order, line_items, shipping_lines, total: total.toFixed(2) };
};

/** The state some minutes after the order was placed. */
const later = (order: Placed, minutes: number, over: object): Placed => {
  const at = new Date(Date.parse(`${order.date_created_gmt}Z`) + minutes * 60_000);
  return { ...order, date_modified_gmt: at.toISOString().slice(0, 19), ...over };
};

/** Sends the states one after the other, and returns the order after each. */
async function ordersAfter(door: Door, ...states: readonly Payload[]) {
  const orders: Answer["body"][] = [];
  for (const state of states) {
    expect((await door.send("order.updated", state)).status).toBe(200);
    orders.push(await door.order(state));
  }
  return orders;
}

let seen = 0;
/** The requests for orders that were queued since the last time. */
function queuedFetches() {
  const all = testWorker.sent.filter(({ body }) => body.type === "order.fetch.v1");
  return all.slice(seen, (seen = all.length)).map(({ body }) => body);
}

/** Handles them. Returns how many there were. */
async function fetchQueued() {
  const fetches = queuedFetches();
  await deliverIntake(testWorker, fetches);
  return fetches.length;
}

describe("a WooCommerce order", () => {
  it("that is cancelled while pending, and paid later, is open again", async () => {
    const order = placed(alone, { status: "pending", date_paid_gmt: null });
    const [pending, cancelled, paid] = await ordersAfter(
      alone,
      order,
      later(order, 1, { status: "cancelled" }),
      later(order, 2, { status: "processing", date_paid_gmt: later(order, 2, {}).date_modified_gmt }),
    );
    expect([holdsOf(pending), cancelled.status]).toEqual([
      ["held_at_storefront", "payment_pending"],
      "cancelled",
    ]);
    expect(paid).toMatchObject({ status: "open", paymentStatus: "paid", holds: [] });
    expect(unitsOf(paid, "allocated").reduce((a, b) => a + b, 0)).toBe(3);
    expect(paid.balances).toEqual({ ...NOTHING, depositsMinor: paid.totalMinor });
  });

  it("that is trashed and restored is open again", async () => {
    const order = placed(alone);
    await ordersAfter(alone, order, later(order, 1, { status: "trash" }));
    expect((await alone.order(order)).status).toBe("cancelled");
    await alone.send("order.restored", later(order, 2, {}));
    const restored = await alone.order(order);
    expect(restored).toMatchObject({ status: "open", holds: [] });
    expect(restored.balances).toEqual({ ...NOTHING, depositsMinor: restored.totalMinor });
  });

  it("on delivery that fails has no payment any more, and is held", async () => {
    const order = placed(alone, { payment_method: "cod", date_paid_gmt: null });
    const [authorized, failed] = await ordersAfter(alone, order, later(order, 1, { status: "failed" }));
    expect(authorized).toMatchObject({ paymentStatus: "authorized", holds: [] });
    expect(failed.paymentStatus).not.toBe("authorized");
    expect(holdsOf(failed)).toContain("held_at_storefront");
  });

  it("that is completed when it is first seen is shipped there, and nothing is planned", async () => {
    const order = placed(alone, { status: "completed", shipping: {}, billing: {} });
    const [completed] = await ordersAfter(alone, order);
    expect(completed).toMatchObject({ status: "closed", holds: [] });
    expect(unitsOf(completed, "shipped")).toEqual([2, 1]);
  });

  it("that is completed after it was accepted is shipped there", async () => {
    const order = placed(alone);
    const [, completed, again] = await ordersAfter(
      alone,
      order,
      later(order, 1, { status: "completed" }),
      later(order, 2, { status: "completed" }),
    );
    for (const each of [completed, again]) {
      expect(each).toMatchObject({ status: "closed", holds: [] });
      expect(unitsOf(each, "shipped")).toEqual([2, 1]);
    }
    expect(completed.balances).toEqual(NOTHING);
  });

  it("paid by gift cards has nothing receivable", async () => {
    const order = placed(alone);
    const gift_cards = [{ id: 43, code: "X", amount: 10 }];
    const total = (Number(order.total) - 10).toFixed(2);
    const [paid] = await ordersAfter(alone, { ...order, gift_cards, total });
    expect(paid).toMatchObject({ status: "open", paymentStatus: "paid", holds: [] });
    expect(paid.balances).toEqual({ ...NOTHING, depositsMinor: paid.totalMinor });
  });

  it("of virtual goods is not held for an address or a SKU", async () => {
    const order = placed(alone);
    const [ebook] = order.line_items;
    const total = (Number(ebook!.total) + Number(ebook!.total_tax)).toFixed(2);
    const line_items = [{ ...ebook, name: "E-book", sku: "" }];
    const [virtual] = await ordersAfter(alone, {
      ...order,
      created_via: "checkout",
      shipping: {},
      shipping_lines: [],
      line_items,
      total,
    });
    expect(holdsOf(virtual)).toEqual([]);
    expect(virtual.lines).toMatchObject([{ kind: "digital" }]);
  });

  it("has the storefront's rounding", async () => {
    const order = placed(alone);
    const [first] = order.line_items;
    const line_items = [
      {
        ...first,
        quantity: 10,
        subtotal: "199.17",
        total: "149.38",
        total_tax: "29.88",
        taxes: [{ id: 1, total: "29.875" }],
      },
    ];
    const [rounded] = await ordersAfter(alone, { ...order, line_items, shipping_lines: [], total: "179.25" });
    expect(rounded).toMatchObject({ totalMinor: 17_925, holds: [] });
    expect(rounded.balances).toEqual({ ...NOTHING, depositsMinor: 17_925 });
  });

  it("that is repriced before it is paid is worth its new price", async () => {
    const order = placed(alone, { status: "pending", date_paid_gmt: null });
    const [mugs, plate] = order.line_items;
    const total = (Number(order.total) - 5).toFixed(2);
    const line_items = [{ ...mugs, total: (Number(mugs!.total) - 5).toFixed(2) }, plate];
    const [, repriced] = await ordersAfter(
      alone,
      order,
      later(order, 1, { status: "processing", line_items, total, date_paid_gmt: order.date_created_gmt }),
    );
    expect(repriced).toMatchObject({ totalMinor: Math.round(Number(total) * 100), holds: [] });
    expect(repriced.balances).toEqual({ ...NOTHING, depositsMinor: repriced.totalMinor });
  });

  it("in another currency than before is held, and nothing is booked", async () => {
    const order = placed(alone);
    const [before, after] = await ordersAfter(
      alone,
      order,
      later(order, 1, { currency: "JPY", total: "4000" }),
    );
    expect(holdsOf(after)).toContain("differs_from_storefront");
    expect(after.balances).toEqual(before.balances);
  });
});

describe("a refund by WooCommerce", () => {
  const refunded = (order: Placed, minutes: number, ...totals: string[]) =>
    later(order, minutes, {
      refunds: totals.map((total, i) => ({ id: order.id + 90 + i, reason: "", total })),
    });

  it("without units is held until staff decide, if the shop is not connected", async () => {
    const order = placed(alone);
    const [, held] = await ordersAfter(alone, order, refunded(order, 1, "-5.00"));
    expect(holdsOf(held)).toEqual(["refund_unclear"]);
  });

  it("fetches nothing if the shop is not connected", async () => {
    const order = placed(alone);
    queuedFetches();
    await ordersAfter(alone, refunded(order, 1, "-5.00"));
    expect(queuedFetches()).toEqual([]);
  });

  it("has the order fetched with the units of its refunds, if the shop is connected", async () => {
    const order = placed(connected);
    queuedFetches();
    await ordersAfter(connected, order);
    expect(queuedFetches()).toEqual([]);

    const path = `/wp-json/wc/v3/orders/${order.id}`;
    const state = refunded(order, 1, "-5.00");
    responses.set(path, state);
    responses.set(`${path}/refunds`, []);
    requested.splice(0);
    await ordersAfter(connected, state);
    const fetches = queuedFetches();
    const { channelId } = connected.retailer;
    expect(fetches).toMatchObject([{ channelId, externalOrderId: String(order.id) }]);
    expect(requested).toEqual([]);
    await deliverIntake(testWorker, fetches);
    expect(requested).toEqual([path, `${path}/refunds`]);
    const inbox = await env.ORDERS_00.prepare(
      "SELECT outcome FROM inbox WHERE order_id = ?1 AND event_id LIKE '%:units'",
    )
      .bind(orderIdOf(channelId, String(order.id)))
      .all();
    expect(inbox.results).toEqual([{ outcome: "applied" }]);
  });

  it("of everything that was paid releases nothing", async () => {
    const order = placed(alone);
    const half = (Number(order.total) / 2).toFixed(2);
    const rest = (Number(order.total) - Number(half)).toFixed(2);
    const [, held] = await ordersAfter(alone, order, refunded(order, 1, `-${half}`, `-${rest}`));
    expect([held.status, holdsOf(held)]).toEqual(["on_hold", ["refund_unclear"]]);
  });

  it("has its units and shipping from the connected shop, whatever callback comes next", async () => {
    const order = untaxed(placed(connected));
    const [mugs] = order.line_items;
    const shipping = order.shipping_lines[0]!.total;
    const amount = (Number(mugs!.total) / 2 + Number(shipping)).toFixed(2);
    const state = refunded(order, 1, `-${amount}`);
    responses.set(`/wp-json/wc/v3/orders/${order.id}`, state);
    responses.set(`/wp-json/wc/v3/orders/${order.id}/refunds`, [
      {
        id: order.id + 90,
        date_created_gmt: state.date_modified_gmt,
        line_items: [
          {
            quantity: -1,
            total: `-${(Number(mugs!.total) / 2).toFixed(2)}`,
            total_tax: "0.00",
            meta_data: [{ key: "_refunded_item_id", value: String(mugs!.id) }],
          },
        ],
        shipping_lines: [{ total: `-${shipping}`, total_tax: "0.00" }],
      },
    ]);
    const [, unclear] = await ordersAfter(connected, order, state);
    expect(holdsOf(unclear)).toEqual(["refund_unclear"]);
    expect(await fetchQueued()).toBe(1);
    const clear = await connected.order(order);
    expect([holdsOf(clear), unitsOf(clear, "cancelled")]).toEqual([[], [1, 0]]);

    const next = later(order, 2, { refunds: state.refunds, customer_note: "Ring twice" });
    responses.set(`/wp-json/wc/v3/orders/${order.id}`, next);
    const [after] = await ordersAfter(connected, next);
    expect([holdsOf(after), unitsOf(after, "cancelled"), after.balances]).toEqual([
      [],
      [1, 0],
      clear.balances,
    ]);
    await fetchQueued();
    expect((await connected.order(order)).version).toBe(after.version);

    const done = later(order, 3, { refunds: state.refunds, status: "completed" });
    responses.set(`/wp-json/wc/v3/orders/${order.id}`, done);
    const [completed] = await ordersAfter(connected, done);
    await fetchQueued();
    for (const each of [completed, await connected.order(order)]) {
      expect([each.status, holdsOf(each), unitsOf(each, "shipped")]).toEqual(["closed", [], [1, 1]]);
    }
  });
});
