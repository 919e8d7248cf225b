/** Stories of orders in the canonical form, through signed callbacks. */
import { beforeAll, describe, expect, it } from "vitest";
import { startTestWorker } from "../../security/test-worker";
import { makeKey, type Answer, type Call } from "../../support/api";
import { anOrderOf } from "../../support/retailer";
import { holdsOf, NOTHING, openDoor, unitsOf, type Door } from "../../support/storefront-door";
import { canonicalPayload } from "../../support/storefront-traffic";

const testWorker = startTestWorker();
let call: Call;
let door: Door;

beforeAll(async () => {
  call = testWorker.callAs((await makeKey("admin")).token);
  door = await openDoor(testWorker, call, "generic");
});

const PLACED_AT = Date.now() - 3_600_000;
const at = (minutes: number) => new Date(PLACED_AT + minutes * 60_000).toISOString();

/** Two mugs of 10.00 and a plate of 20.00, paid, an hour ago. */
function placed(over: object = {}) {
  const order = canonicalPayload(anOrderOf(door.retailer, [2, 1]));
  const [mugs, plate] = order.lines;
  const line = { discount: "0.00", tax: "0.00" };
  return {
    ...order,
    placedAt: at(0),
    updatedAt: at(0),
    lines: [
      { ...mugs, ...line, quantity: 2, unitPrice: "10.00" },
      { ...plate, ...line, quantity: 1, unitPrice: "20.00" },
    ],
    shipping: { amount: "5.00" },
    total: "45.00",
    payments: [{ externalId: "p1", kind: "captured", amount: "45.00", at: at(0) }],
    ...over,
  };
}
type Placed = ReturnType<typeof placed>;

/** Sends the order and then each of the changes, and returns the order after each. */
async function ordersAfter(order: Placed, ...changes: readonly object[]) {
  const orders: Answer["body"][] = [];
  for (const [i, change] of [{}, ...changes].entries()) {
    const state = { ...order, updatedAt: at(i), ...change };
    expect((await door.send(i === 0 ? "order.created" : "order.updated", state)).status).toBe(200);
    orders.push(await door.order(order));
  }
  return orders;
}
const lastOf = (orders: readonly Answer["body"][]) => orders.at(-1);

const paid = (amount: string, kind = "captured") => [{ externalId: "p1", kind, amount, at: at(0) }];

describe("an order in the canonical form", () => {
  it("whose released units are refunded by a callback of their own is stopped, and sends the rest", async () => {
    const order = placed();
    const [{ id, fulfillments }] = await ordersAfter(order);
    const fulfillment = `/v1/orders/${id}/fulfillments/${fulfillments[0].id}`;
    expect((await call("POST", `${fulfillment}/release`)).status).toBe(200);
    const refund = {
      externalId: "r1",
      amount: "10.00",
      lines: [{ externalLineId: order.lines[0]!.externalId, quantity: 1, restock: "cancel" }],
      at: at(1),
    };
    for (let copies = 0; copies < 2; copies += 1) {
      await door.send("refund.created", { externalOrderId: order.externalId, refund });
      const stopped = await door.order(order);
      expect([holdsOf(stopped), stopped.fulfillments[0].stopReason]).toEqual([
        ["differs_from_storefront"],
        expect.stringContaining("are refunded, and a location is preparing them."),
      ]);
    }
    expect((await call("POST", `${fulfillment}/shipments`, {})).body.code).toBe("order_on_hold");
    expect((await call("POST", `${fulfillment}/rejections`, { reason: "other" })).status).toBe(200);
    const back = await door.order(order);
    expect([holdsOf(back), unitsOf(back, "cancelled")]).toEqual([[], [1, 0]]);
    expect(back.balances).toEqual({ ...NOTHING, depositsMinor: 3_500 });
    await door.send("order.updated", { ...order, refunds: [refund], updatedAt: at(2) });
    expect((await door.order(order)).holds).toEqual([]);
  });

  it("whose payment is captured in part has the rest authorized under the same id", async () => {
    const [, half, all] = await ordersAfter(
      placed({ payments: paid("45.00", "authorized") }),
      { payments: [...paid("30.00", "authorized"), ...paid("15.00")] },
      { payments: paid("45.00") },
    );
    expect([half.capturedMinor, half.authorizedMinor, half.holds]).toEqual([1_500, 3_000, []]);
    expect([all.capturedMinor, all.authorizedMinor, all.holds]).toEqual([4_500, 0, []]);
  });

  it("that was cancelled and is not any more is open again", async () => {
    const [, cancelled, open] = await ordersAfter(placed(), { cancelledAt: at(1) }, { cancelledAt: null });
    expect([cancelled.status, open.status, holdsOf(open)]).toEqual(["cancelled", "open", []]);
    expect(open.balances).toEqual({ ...NOTHING, depositsMinor: 4_500 });
  });

  it("that was deleted and restored is open again", async () => {
    const order = placed();
    await ordersAfter(order);
    await door.send("order.deleted", { externalOrderId: order.externalId, deletedAt: at(1) });
    expect((await door.order(order)).status).toBe("cancelled");
    await door.send("order.restored", { ...order, updatedAt: new Date().toISOString() });
    expect(await door.order(order)).toMatchObject({ status: "open", holds: [] });
  });

  it("that was deleted and restored before its creation arrives is open", async () => {
    const order = placed();
    await door.send("order.deleted", { externalOrderId: order.externalId, deletedAt: at(1) });
    await door.send("order.restored", { ...order, updatedAt: at(2) });
    await door.send("order.created", order);
    expect(await door.order(order)).toMatchObject({ status: "open", holds: [] });
  });

  it("is worth what it costs now", async () => {
    const order = placed();
    const [mugs, plate] = order.lines;
    const lines = [{ ...mugs, unitPrice: "12.50" }, plate];
    const repriced = lastOf(await ordersAfter(order, { lines, total: "50.00", payments: paid("50.00") }));
    expect(repriced).toMatchObject({ totalMinor: 5_000, holds: [], lines: [{ grossMinor: 2_500 }, {}] });
    expect(repriced.balances).toEqual({ ...NOTHING, depositsMinor: 5_000 });
    const shipped = lastOf(
      await ordersAfter(placed({ shipping: { amount: "0.00" }, total: "40.00", payments: paid("40.00") }), {
        shipping: { amount: "5.00" },
        total: "45.00",
        payments: paid("45.00"),
      }),
    );
    expect(shipped.balances).toEqual({ ...NOTHING, depositsMinor: 4_500 });
  });

  it("waits for its payment again if that is lower or gone", async () => {
    const order = placed({ payments: paid("45.00", "authorized") });
    const [authorized, gone] = await ordersAfter(order, { payments: [] });
    expect([authorized.paymentStatus, holdsOf(authorized)]).toEqual(["authorized", []]);
    expect(holdsOf(gone)).toEqual(["payment_pending"]);
    const lower = lastOf(await ordersAfter(placed(), { payments: paid("30.00") }));
    expect([lower.capturedMinor, lower.balances]).toEqual([3_000, { ...NOTHING, depositsMinor: 3_000 }]);
  });

  it("in another currency than before is held, and nothing is booked", async () => {
    const [before, after] = await ordersAfter(placed(), { currency: "GBP" });
    expect(holdsOf(after)).toEqual(["differs_from_storefront"]);
    expect(after.balances).toEqual(before.balances);
  });

  it("is shipped where the shop has sent it, with its tracking", async () => {
    const order = placed();
    const [mugs] = order.lines;
    const fulfillment = (quantity: number) => ({
      externalId: "f1",
      lines: [{ externalLineId: mugs!.externalId, quantity }],
      locationId: door.retailer.locationIds[0],
      carrier: "DHL",
      trackingNumber: "JD01",
      at: at(1),
    });
    const [, one, two] = await ordersAfter(
      order,
      { fulfillments: [fulfillment(1)] },
      { fulfillments: [fulfillment(2)] },
    );
    expect([unitsOf(one, "shipped"), unitsOf(two, "shipped"), holdsOf(two)]).toEqual([[1, 0], [2, 0], []]);
    expect(two.shipments[0]).toMatchObject({ carrier: "DHL", trackingNumber: "JD01", externalId: "f1" });
  });

  it("is refused with the field if the shop sent from a location that is not known", async () => {
    const order = placed();
    const fulfillments = [{ externalId: "f1", lines: [], locationId: "nowhere", at: at(1) }];
    const refused = await door.send("order.created", { ...order, fulfillments });
    expect(refused).toMatchObject({
      status: 422,
      errors: [{ path: "fulfillments.0.locationId", message: "nowhere is not a location" }],
    });
    const { channelId } = door.retailer;
    expect((await call("POST", "/v1/orders", { ...order, fulfillments, channelId })).status).toBe(422);
    expect((await door.order(order)).code).toBe("not_found");
  });

  it("that is a test is not sent or booked", async () => {
    const [test] = await ordersAfter(placed({ test: true }));
    expect([test.isTest, unitsOf(test, "allocated"), test.balances]).toEqual([true, [0, 0], NOTHING]);
  });

  it("may be paid by gift card and have a rounding", async () => {
    const payments = [
      { externalId: "card", kind: "gift_card", amount: "25.00", at: at(0) },
      { externalId: "p1", kind: "captured", amount: "19.98", at: at(0) },
    ];
    const [order] = await ordersAfter(placed({ payments, rounding: "-0.02", total: "44.98" }));
    expect(order).toMatchObject({ paymentStatus: "paid", totalMinor: 4_498, roundingMinor: -2, holds: [] });
    expect(order.balances).toEqual({ ...NOTHING, depositsMinor: 4_498 });
  });

  it("of another SKU has the units of the old one released", async () => {
    const order = placed();
    const [mugs, plate] = order.lines;
    const lines = [{ ...mugs, sku: plate!.sku }, plate];
    const changed = lastOf(await ordersAfter(order, { lines }));
    const open = changed.lines.filter((line: { allocated: number }) => line.allocated > 0);
    expect(open.map(({ sku, allocated }: { sku: string; allocated: number }) => [sku, allocated])).toEqual(
      expect.arrayContaining([
        [plate!.sku, 1],
        [plate!.sku, 2],
      ]),
    );
    expect(holdsOf(changed)).toEqual([]);
  });
});

it("an order that repeats a state changes nothing", async () => {
  const order = placed();
  const [first] = await ordersAfter(order);
  await door.send("order.updated", order);
  expect((await door.order(order)).version).toBe(first.version);
});
