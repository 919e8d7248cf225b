/** Canonical orders of which one thing changes, and their refunds, through signed callbacks. */
import { beforeAll, describe, expect, it } from "vitest";
import { startTestWorker } from "../../security/test-worker";
import { makeKey, type Answer, type Call } from "../../support/api";
import { anOrderOf, offerPickup } from "../../support/retailer";
import { holdsOf, NOTHING, openDoor, unitsOf, type Door } from "../../support/storefront-door";
import { canonicalPayload } from "../../support/storefront-traffic";

const testWorker = startTestWorker();
let call: Call;
let door: Door;

beforeAll(async () => {
  call = testWorker.callAs((await makeKey("admin")).token);
  door = await openDoor(testWorker, call, "generic");
  await offerPickup(call, door.retailer.locationIds[0]!);
});

const PLACED_AT = Date.now() - 3_600_000;
const at = (minutes: number) => new Date(PLACED_AT + minutes * 60_000).toISOString();
const paid = (amount: string, externalId = "p1") => ({ externalId, kind: "captured", amount, at: at(0) });

/** Mugs for 30.00 and a plate for 20.00, paid. */
function placed(over: object = {}) {
  const order = canonicalPayload(anOrderOf(door.retailer, [3, 1]));
  const [mugs, plate] = order.lines;
  const line = { discount: "0.00", tax: "0.00" };
  return {
    ...order,
    placedAt: at(0),
    updatedAt: at(0),
    lines: [
      { ...mugs, ...line, quantity: 3, unitPrice: "10.00" },
      { ...plate, ...line, quantity: 1, unitPrice: "20.00" },
    ],
    shipping: { amount: "0.00" },
    total: "50.00",
    payments: [paid("50.00")],
    ...over,
  };
}

async function ordersAfter(order: ReturnType<typeof placed>, ...changes: readonly object[]) {
  const orders: Answer["body"][] = [];
  for (const [i, change] of [{}, ...changes].entries()) {
    const state = { ...order, updatedAt: at(i), ...change };
    expect((await door.send(i === 0 ? "order.created" : "order.updated", state)).status).toBe(200);
    orders.push(await door.order(order));
  }
  return orders;
}

describe("a canonical order", () => {
  it("has another method, note and billing address as the shop has them", async () => {
    const billingAddress = { name: "Ada", line1: "2 High Street", city: "Leeds", countryCode: "GB" };
    const changes = { shippingMethod: "Express", note: "Ring twice.", billingAddress };
    const [, changed] = await ordersAfter(placed(), changes);
    expect(changed).toMatchObject({ ...changes, holds: [] });
  });

  it("is collected where the customer wants it now, or sent again", async () => {
    const order = placed();
    const [pickupLocationId] = door.retailer.locationIds;
    const [first, collected, sent] = await ordersAfter(
      order,
      { pickupLocationId, shippingAddress: null },
      { pickupLocationId: null },
    );
    expect(collected).toMatchObject({ pickupLocationId, shippingAddress: null, holds: [] });
    expect(sent).toMatchObject({ pickupLocationId: null, shippingAddress: first.shippingAddress, holds: [] });
    expect(unitsOf(sent, "allocated").reduce((a, b) => a + b, 0)).toBe(4);
  });

  it("with another tax is worth it", async () => {
    const order = placed();
    const [mugs, plate] = order.lines;
    const [, taxed] = await ordersAfter(order, {
      lines: [{ ...mugs, tax: "8.00" }, plate],
      total: "58.00",
      payments: [paid("58.00")],
    });
    expect(taxed).toMatchObject({ totalMinor: 5_800, holds: [] });
    expect(taxed.balances).toEqual({ ...NOTHING, depositsMinor: 5_800 });
  });

  it("owes nothing twice if a refund comes before the payment that it takes back", async () => {
    const order = placed({ payments: [] });
    const refunds = [{ externalId: "r1", amount: "20.00", lines: [], at: at(1) }];
    const [, refunded, both] = await ordersAfter(order, { refunds }, { refunds, payments: [paid("50.00")] });
    expect(holdsOf(refunded)).toContain("payment_pending");
    expect(both).toMatchObject({ capturedMinor: 5_000, refundedMinor: 2_000, holds: [] });
    expect(both.balances.refundPayableMinor).toBe(0);
  });

  it("owes nothing if a line is cancelled and refunded, and only the rest was paid", async () => {
    const order = placed({ payments: [paid("30.00")] });
    const [, plate] = order.lines;
    const lines = [{ externalLineId: plate!.externalId, quantity: 1, restock: "cancel" }];
    const refunds = [{ externalId: "r1", amount: "20.00", lines, at: at(1) }];
    const [, cancelled] = await ordersAfter(order, {
      refunds,
      payments: [paid("30.00"), paid("20.00", "p2")],
    });
    expect(unitsOf(cancelled, "cancelled")).toEqual([0, 1]);
    expect(cancelled.balances).toEqual({ ...NOTHING, depositsMinor: 3_000 });
  });

  it("owes nothing if goodwill was paid back, and then the rest with everything cancelled", async () => {
    const goodwill = { externalId: "r1", amount: "5.00", lines: [], at: at(1) };
    const rest = { externalId: "r2", amount: "45.00", lines: [], at: at(2) };
    const [, , ended] = await ordersAfter(
      placed(),
      { refunds: [goodwill] },
      { refunds: [goodwill, rest], cancelledAt: at(2) },
    );
    expect(ended).toMatchObject({
      status: "cancelled",
      capturedMinor: 5_000,
      refundedMinor: 5_000,
      holds: [],
    });
    expect(ended.balances).toEqual(NOTHING);
  });

  it("with a tip owes everything back when it is cancelled before any parcel", async () => {
    const order = placed();
    const tip = { externalId: "tip", title: "Tip", kind: "fee", quantity: 1, unitPrice: "3.00" };
    const [, cancelled] = await ordersAfter(
      { ...order, lines: [...order.lines, tip as never], total: "53.00", payments: [paid("53.00")] },
      { cancelledAt: at(1) },
    );
    expect(cancelled).toMatchObject({ status: "cancelled", holds: [] });
    expect(cancelled.balances).toEqual({ ...NOTHING, refundPayableMinor: 5_300 });
  });
});
