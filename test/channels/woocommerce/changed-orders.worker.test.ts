/** WooCommerce orders with fees, gift cards, rounding, pickups and drafts, through signed callbacks. */
import { beforeAll, describe, expect, it } from "vitest";
import { startTestWorker } from "../../security/test-worker";
import { makeKey, type Answer, type Call } from "../../support/api";
import { fetchWith } from "../../support/faulty-bindings";
import { anOrderOf, offerPickup } from "../../support/retailer";
import { holdsOf, NOTHING, openDoor, unitsOf, type Door } from "../../support/storefront-door";
import { wooPayload } from "../../support/storefront-traffic";

const testWorker = startTestWorker();
let call: Call;
let door: Door;

beforeAll(async () => {
  call = testWorker.callAs((await makeKey("admin")).token);
  door = await openDoor(testWorker, call, "woocommerce");
  await offerPickup(call, door.retailer.locationIds[0]!);
  const path = `/v1/channels/${door.retailer.channelId}`;
  const channel: Record<string, unknown> = (await call("GET", path)).body;
  const { id: _id, secretsSetAt: _secrets, connectionSetAt: _connection, ...fields } = channel;
  await call("PUT", path, { ...fields, locationMap: { Camden: door.retailer.locationIds[0] } });
});

const minute = (minutes: number) =>
  new Date(Date.now() - 3_600_000 + minutes * 60_000).toISOString().slice(0, 19);

/** A mug for 20.00 without tax, and shipping for 5.00. */
function placed(over: object = {}) {
  const payload = wooPayload(anOrderOf(door.retailer, [1]));
  const [mug] = payload.line_items;
  const [post] = payload.shipping_lines;
  return {
    ...payload,
    date_created_gmt: minute(0),
    date_modified_gmt: minute(0),
    line_items: [{ ...mug!, subtotal: "20.00", total: "20.00", total_tax: "0.00" }],
    shipping_lines: [{ ...post!, total: "5.00", total_tax: "0.00" }],
    total: "25.00",
    ...over,
  };
}

async function ordersAfter(order: ReturnType<typeof placed>, ...changes: readonly object[]) {
  const orders: Answer["body"][] = [];
  for (const [i, change] of [{}, ...changes].entries()) {
    const state = { ...order, date_modified_gmt: minute(i), ...change };
    expect((await door.send("order.updated", state)).status).toBe(200);
    orders.push(await door.order(order));
  }
  return orders;
}

describe("a WooCommerce order", () => {
  it("on delivery with a fee owes nothing when it is cancelled before any parcel, and is not delivered", async () => {
    const fee_lines = [{ id: 9, name: "Cash on delivery", total: "4.03", total_tax: "0.81", taxes: [] }];
    const order = placed({ fee_lines, payment_method: "cod", date_paid_gmt: null, total: "29.84" });
    const [sendable, cancelled] = await ordersAfter(order, { status: "cancelled" });
    expect(sendable).toMatchObject({ paymentStatus: "authorized", totalMinor: 2_984, holds: [] });
    expect(cancelled).toMatchObject({ status: "cancelled", holds: [] });
    expect(cancelled.balances).toEqual(NOTHING);
    expect(unitsOf(cancelled, "shipped")).toEqual([0, 0]);
    const page = await fetchWith(testWorker.bindings, new Request(sendable.statusUrl as string));
    const text = await page.text();
    expect(text).toMatch(/cancelled/i);
    expect(text).not.toMatch(/delivered/i);
  });

  it("paid by gift cards of 20.00 and 4.00, and 4.00 by card, has nothing receivable", async () => {
    const gift_cards = [
      { id: 1, amount: "20.00" },
      { id: 2, amount: 4 },
    ];
    const shipping_lines = [{ ...placed().shipping_lines[0]!, total: "8.00" }];
    const [order] = await ordersAfter(placed({ gift_cards, shipping_lines, total: "4.00" }));
    expect(order).toMatchObject({
      paymentStatus: "paid",
      totalMinor: 2_800,
      capturedMinor: 2_800,
      holds: [],
    });
    expect(order.balances).toEqual({ ...NOTHING, depositsMinor: 2_800 });
  });

  it("whose taxes are rounded at the subtotal has the total that was paid", async () => {
    const [mug] = placed().line_items;
    const taxed = (id: number, total_tax: string, exact: string) => ({
      ...mug!,
      id: mug!.id + id,
      total_tax,
      taxes: [{ id: 1, total: exact }],
    });
    const line_items = [taxed(0, "1.13", "1.125"), taxed(1, "0.23", "0.225"), taxed(2, "0.90", "0.90")];
    const [order] = await ordersAfter(
      placed({ line_items, shipping_lines: [], total_tax: "2.25", total: "62.25" }),
    );
    expect(order).toMatchObject({ totalMinor: 6_225, holds: [] });
    expect(order.balances).toEqual({ ...NOTHING, depositsMinor: 6_225 });
  });

  it("on hold there is held here, and goes on when it does", async () => {
    const [, held, open] = await ordersAfter(placed(), { status: "on-hold" }, { status: "processing" });
    expect([holdsOf(held), holdsOf(open), open.status]).toEqual([["held_at_storefront"], [], "open"]);
  });

  it("that the customer collects is sent nowhere, although it has an address", async () => {
    const [post] = placed().shipping_lines;
    const pickup = (value: string) => [
      { ...post!, method_id: "pickup_location", meta_data: [{ key: "pickup_location", value }] },
    ];
    const [mapped, unmapped] = await ordersAfter(placed({ shipping_lines: pickup("Camden") }), {
      shipping_lines: pickup("Soho"),
    });
    const { locationIds } = door.retailer;
    expect(mapped).toMatchObject({ pickupLocationId: locationIds[0], shippingAddress: null, holds: [] });
    expect(holdsOf(unmapped)).toContain("address_missing");
  });

  it("of a payment method's test mode is neither sent nor booked", async () => {
    const meta_data = [{ id: 1, key: "_wcpay_mode", value: "test" }];
    const [order] = await ordersAfter(placed({ meta_data }));
    expect(order).toMatchObject({ isTest: true, status: "cancelled" });
    expect([unitsOf(order, "allocated"), order.balances]).toEqual([[0], NOTHING]);
  });

  it("is no order while it is a draft of odd fields", async () => {
    const draft = { ...placed(), status: "checkout-draft", total: "", line_items: [{ quantity: "x" }] };
    expect((await door.send("order.created", draft as never)).status).toBe(200);
    expect((await door.order(draft)).code).toBe("not_found");
  });
});
