import { describe, expect, it } from "vitest";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import type { HoldReason } from "../../../../src/orders/domain/holds/hold";
import type { NewOrder } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { anAddress, NOON } from "../../../support/an-order";
import { create, update, updateEvents } from "../order-steps";
import { aSale, authorized, mugs, paid } from "../sales";

const later = (over: Partial<NewOrder> = {}, minutes = 1): NewOrder =>
  aSale({ ...mugs(2), ...over, storefrontUpdatedAt: NOON + minutes * 60_000 });

const order = create(aSale(mugs(2)));
const codes = ({ holds }: Order) => holds.map(({ code }) => code);

describe("a state's time", () => {
  it("is recorded, even if nothing else is new", () => {
    expect(updateEvents(order, later())).toEqual([
      { type: "order.storefront_seen", storefrontUpdatedAt: NOON + 60_000 },
    ]);
  });

  it("makes a stale state change nothing", () => {
    expect(
      updateEvents(order, later({ ...mugs(5), cancelledAt: NOON, email: "old@example.com" }, -1)),
    ).toEqual([]);
  });

  it("lets the last state of the same time apply", () => {
    const same = aSale({ ...mugs(2), email: "new@example.com" });
    expect(updateEvents(order, same).map(({ type }) => type)).toEqual(["order.details_changed"]);
  });
});

describe("a state's contact", () => {
  it.each<{ name: string; contact: Partial<NewOrder> }>([
    { name: "address", contact: { shippingAddress: { ...anAddress, city: "Leeds" } } },
    { name: "missing address", contact: { shippingAddress: null } },
    { name: "email", contact: { email: "new@example.com" } },
    { name: "phone", contact: { phone: "+44 1" } },
    { name: "name", contact: { customerName: "Ada King" } },
  ])("changes the order's: $name", ({ contact }) => {
    expect(update(order, later(contact))).toMatchObject(contact);
  });
});

describe("a state's payments", () => {
  const unpaid = create(aSale({ ...mugs(2), payments: [] }));

  it.each<{ name: string; payments: NewOrder["payments"]; status: Order["status"] }>([
    { name: "a captured payment releases the order", payments: [paid(1)], status: "open" },
    { name: "an authorized payment releases the order", payments: [authorized(1)], status: "open" },
    { name: "no payment leaves the order on hold", payments: [], status: "on_hold" },
    { name: "a payment of nothing leaves the order on hold", payments: [paid(0)], status: "on_hold" },
  ])("$name", ({ payments, status }) => {
    expect(codes(unpaid)).toEqual(["payment_pending"]);
    expect(update(unpaid, later({ payments })).status).toBe(status);
  });

  it("release no other hold", () => {
    const held = create(aSale({ ...mugs(2), problems: [{ code: "staff", detail: "Ask." }] }));
    expect(codes(update(held, later({ payments: [paid(1)] })))).toEqual(["staff"]);
  });
});

describe("a state's problems", () => {
  const mismatch: HoldReason = { code: "totals_mismatch", detail: "It adds up to 1.00 less." };

  it("hold the order once", () => {
    const held = update(order, later({ problems: [mismatch] }));
    expect(codes(held)).toEqual(["totals_mismatch"]);
    expect(codes(update(held, later({ problems: [mismatch] }, 2)))).toEqual(["totals_mismatch"]);
  });

  it("do not hold the order again after staff released them, unless they change", () => {
    const held = update(order, later({ problems: [mismatch] }));
    const free = evolve(held, { type: "order.hold_released", code: "totals_mismatch", by: "key_1" });
    expect(codes(update(free, later({ problems: [mismatch] }, 2)))).toEqual([]);
    const other = { ...mismatch, detail: "It adds up to 2.00 less." };
    expect(codes(update(free, later({ problems: [other] }, 2)))).toEqual(["totals_mismatch"]);
  });

  it("hold the order until its address arrives", () => {
    const noAddress: HoldReason = { code: "address_missing", detail: "no shipping address" };
    const held = create(aSale({ ...mugs(2), problems: [noAddress] }));
    expect(codes(held)).toEqual(["address_missing"]);
    expect(codes(update(held, later({ problems: [noAddress] })))).toEqual(["address_missing"]);
    expect(codes(update(held, later()))).toEqual([]);
  });

  it("hold the order for as long as the storefront does, and again when it does again", () => {
    const verified: HoldReason = { code: "held_at_storefront", detail: "It verifies the order." };
    const held = create(aSale({ ...mugs(2), problems: [verified] }));
    expect(codes(held)).toEqual(["held_at_storefront"]);
    const free = update(held, later());
    expect([codes(free), free.releasedHolds]).toEqual([[], []]);
    expect(codes(update(free, later({ problems: [verified] }, 2)))).toEqual(["held_at_storefront"]);
  });

  it("end with the state that does not have them any more", () => {
    const held = update(order, later({ problems: [mismatch] }));
    expect(codes(update(held, later({}, 2)))).toEqual([]);
  });
});
