import { describe, expect, it } from "vitest";
import { evolve } from "../../../src/orders/domain/evolve/evolve";
import type { NewOrder, NewOrderLine } from "../../../src/orders/domain/new-order";
import type { Order } from "../../../src/orders/domain/order";
import { addedLines } from "../../../src/orders/domain/storefront/added-lines";
import { isStale } from "../../../src/orders/domain/storefront/state-order";
import {
  aRefund,
  aSale,
  balances,
  cancel,
  deliver,
  inSync,
  paid,
  refundLine,
  release,
  sent,
  ship,
  sold,
  standing,
  synced,
  takenIn,
  UNPAID,
} from "../../support/a-sale";
import { anAddress, NOON } from "../../support/an-order";

/** What the storefront says some time later. */
const later = (over: Partial<NewOrder>, minutes = 1): NewOrder =>
  aSale({ ...over, storefrontUpdatedAt: NOON + minutes * 60_000 });
const mugs = (quantity: number, over: Partial<NewOrderLine> = {}) => ({
  lines: [sold("Mug", quantity, over)],
});

const waiting = takenIn(aSale(mugs(2)));
const oneSent = ship(release(waiting), { Mug: 1 });
const removed = inSync(waiting, later(mugs(2, { removed: 1 })));
const refundOne = aRefund("ref_1", { amountMinor: 2400, lines: [refundLine("1 Mug cancel")] });

describe("what the storefront says now", () => {
  const edited = "Removed at the storefront after they were shipped";
  it.each<[string, Order, NewOrder, string[], string[]]>([
    ["is what it said before", waiting, aSale(mugs(2)), ["Mug: 2 allocated"], []],
    [
      "is a unit less",
      waiting,
      later(mugs(2, { removed: 1 })),
      ["Mug: 1 allocated, 1 cancelled (1 removed)"],
      [],
    ],
    [
      "is a unit less, said by a smaller line",
      waiting,
      later(mugs(1)),
      ["Mug: 1 allocated, 1 cancelled (1 removed)"],
      [],
    ],
    [
      "is a line less",
      takenIn(aSale({ lines: [sold("Mug"), sold("Cup")] })),
      later({ lines: [sold("Cup")] }),
      ["Mug: 1 cancelled (1 removed)", "Cup: 1 allocated"],
      [],
    ],
    [
      "is a unit less of what was sent in part",
      oneSent,
      later(mugs(2, { removed: 1 })),
      ["Mug: 1 shipped, 1 cancelled (1 removed)"],
      [],
    ],
    [
      "is a unit less than was sent",
      ship(oneSent),
      later(mugs(2, { removed: 1 })),
      ["Mug: 2 shipped"],
      [`${edited}: 1 of Mug.`],
    ],
    [
      "is none, when one was sent",
      oneSent,
      later(mugs(2, { removed: 2 })),
      ["Mug: 1 shipped, 1 cancelled (1 removed)"],
      [`${edited}: 1 of Mug.`],
    ],
    [
      "is a unit less than staff left",
      cancel(waiting, { Mug: 1 }),
      later(mugs(2, { removed: 2 })),
      ["Mug: 2 cancelled (2 removed)"],
      [],
    ],
    [
      "is the unit less that staff had cancelled",
      cancel(waiting, { Mug: 1 }),
      later(mugs(2, { removed: 1 })),
      ["Mug: 1 allocated, 1 cancelled (1 removed)"],
      [],
    ],
    ["is a unit more", waiting, later(mugs(3)), ["Mug: 2 allocated", "Mug: 1 allocated"], []],
    [
      "is a line more",
      waiting,
      later({ lines: [sold("Mug", 2), sold("Cup")] }),
      ["Mug: 2 allocated", "Cup: 1 allocated"],
      [],
    ],
    [
      "is the unit again that it removed",
      removed,
      later(mugs(2), 2),
      ["Mug: 1 allocated, 1 cancelled (1 removed)", "Mug: 1 allocated"],
      [],
    ],
    [
      "is the unit again that it removed, and still says so",
      removed,
      later(mugs(3, { removed: 1 }), 2),
      ["Mug: 1 allocated, 1 cancelled (1 removed)", "Mug: 1 allocated"],
      [],
    ],
    [
      "is a unit more than staff had cancelled one of",
      cancel(waiting, { Mug: 1 }),
      later(mugs(3)),
      ["Mug: 1 allocated, 1 cancelled", "Mug: 1 allocated"],
      [],
    ],
    [
      "is no more than staff had cancelled one of",
      cancel(waiting, { Mug: 1 }),
      later(mugs(2)),
      ["Mug: 1 allocated, 1 cancelled"],
      [],
    ],
    [
      "is a unit less of what edits added: those go first",
      inSync(waiting, later(mugs(3))),
      later(mugs(3, { removed: 2 }), 2),
      ["Mug: 1 allocated, 1 cancelled (1 removed)", "Mug: 1 cancelled (1 removed)"],
      [],
    ],
    [
      "is a unit refunded",
      waiting,
      later({ ...mugs(2), refunds: [refundOne] }),
      ["Mug: 1 allocated, 1 cancelled"],
      [],
    ],
    [
      "is the unit refunded that it removed before",
      removed,
      later({ ...mugs(2), refunds: [refundOne] }, 2),
      ["Mug: 1 allocated, 1 cancelled (1 removed)"],
      [],
    ],
    [
      "is a unit refunded and another added",
      waiting,
      later({ ...mugs(3), refunds: [refundOne] }),
      ["Mug: 1 allocated, 1 cancelled", "Mug: 1 allocated"],
      [],
    ],
    [
      "is a unit refunded and another removed",
      waiting,
      later({ ...mugs(2, { removed: 1 }), refunds: [refundOne] }),
      ["Mug: 2 cancelled (1 removed)"],
      [],
    ],
    [
      "is that it is cancelled",
      oneSent,
      later({ ...mugs(2), cancelledAt: NOON }),
      ["Mug: 1 shipped, 1 cancelled"],
      [],
    ],
    [
      "is that it is cancelled, and a line more",
      waiting,
      later({ lines: [sold("Mug", 2), sold("Cup")], cancelledAt: NOON }),
      ["Mug: 2 cancelled", "Cup: 1 cancelled"],
      [],
    ],
  ])("%s", (_what, order, state, expected, holds) => {
    const after = inSync(order, state);
    expect(standing(after)).toEqual(expected);
    expect(after.holds.map(({ detail }) => detail)).toEqual(holds);
    expect(synced(after, state)).toEqual([]);
  });

  it.each<[string, NewOrder, NewOrder]>([
    ["that counts what was removed", later(mugs(3, { removed: 1 })), later(mugs(4, { removed: 1 }), 2)],
    ["without a history: three, two, three", later(mugs(2)), later(mugs(3), 2)],
  ])(
    "is a new unit, after it took off the one staff had cancelled: a storefront %s",
    (_which, less, more) => {
      const cancelledHere = cancel(takenIn(aSale(mugs(3))), { Mug: 1 });
      const seen = inSync(cancelledHere, less);
      expect(standing(seen)).toEqual(["Mug: 2 allocated, 1 cancelled (1 removed)"]);
      expect(synced(seen, less)).toEqual([]);
      const after = inSync(seen, more);
      expect(standing(after)).toEqual(["Mug: 2 allocated, 1 cancelled (1 removed)", "Mug: 1 allocated"]);
      expect(synced(after, more)).toEqual([]);
    },
  );

  it("changes nothing when it said more since", () => {
    const stale = later({ ...mugs(5), cancelledAt: NOON, email: "old@example.com" }, -1);
    expect(isStale(waiting, stale)).toBe(true);
    expect(synced(waiting, stale)).toEqual([]);
    expect(isStale(waiting, aSale())).toBe(false);
  });

  it("is the last word at the same time", () => {
    const same = aSale({ ...mugs(2), email: "new@example.com" });
    expect(synced(waiting, same).map(({ type }) => type)).toEqual(["order.contact_changed"]);
  });

  it.each<[string, Partial<NewOrder>]>([
    ["an address", { shippingAddress: { ...anAddress, city: "Leeds" } }],
    ["no address", { shippingAddress: null }],
    ["an email", { email: "new@example.com" }],
    ["a phone", { phone: "+44 1" }],
    ["a name", { customerName: "Ada King" }],
  ])("is another contact: %s", (_what, over) => {
    expect(inSync(waiting, later({ ...mugs(2), ...over }))).toMatchObject(over);
  });

  it("is remembered by its time, even where it says nothing new", () => {
    expect(synced(waiting, later(mugs(2)))).toEqual([
      { type: "order.storefront_seen", storefrontUpdatedAt: NOON + 60_000 },
    ]);
  });

  it.each<[string, NewOrder, string]>([
    ["when it is paid", aSale({ ...mugs(2), payments: [paid(1)] }), "open"],
    [
      "when a payment is authorized",
      aSale({ ...mugs(2), payments: [{ ...paid(1), kind: "authorized" }] }),
      "open",
    ],
    ["not while it is not", aSale({ ...mugs(2), ...UNPAID }), "on_hold"],
    ["not when nothing was paid", aSale({ ...mugs(2), payments: [paid(0)] }), "on_hold"],
  ])("lets go of an order that waits for its payment %s", (_when, state, status) => {
    const unpaid = takenIn(aSale({ ...mugs(2), ...UNPAID }));
    expect(unpaid.holds.map(({ code }) => code)).toEqual(["payment_pending"]);
    expect(inSync(unpaid, { ...state, storefrontUpdatedAt: NOON + 1 }).status).toBe(status);
  });

  it("cancels for its reason, or for being cancelled there", () => {
    const reasons = [null, "customer"].map((cancelReason) => {
      const events = synced(waiting, later({ ...mugs(2), cancelledAt: NOON, cancelReason }));
      return events.find(({ type }) => type === "units.cancelled");
    });
    expect(reasons).toMatchObject([{ reason: "Cancelled at the storefront" }, { reason: "customer" }]);
  });

  it("owes back what it removed, and keeps what is left on deposit", () => {
    expect(balances(removed)).toEqual(["deposits 2400", "owed back 2400"]);
    expect(balances(inSync(removed, later({ ...mugs(2), refunds: [refundOne] }, 2)))).toEqual([
      "deposits 2400",
    ]);
  });
});

describe("units that an edit adds", () => {
  it("are worth what the edit made of their line: its first three for 10.00, off 0.50, tax 1.00", () => {
    const amounts = { unitPriceMinor: 333, discountMinor: 33, taxMinor: 66 };
    const order = takenIn(aSale(mugs(2, { ...amounts, grossMinor: 666 })));
    const three = later(mugs(3, { ...amounts, grossMinor: 999, discountMinor: 50, taxMinor: 100 }));
    expect(addedLines(order, three)).toMatchObject([
      { quantity: 1, removed: 0, grossMinor: 333, discountMinor: 17, taxMinor: 34 },
    ]);
    expect(inSync(order, three).totalMinor).toBe(999 - 50 + 100);
  });

  it.each<[string, NewOrderLine, NewOrderLine, number[]]>([
    [
      "no part of a discount that was there before",
      sold("Mug", 1, { discountMinor: 500 }),
      sold("Mug", 2, { discountMinor: 500 }),
      [2000, 0, 400],
    ],
    [
      "the cents of a price that does not divide",
      sold("Mug", 2, { grossMinor: 667, taxMinor: 0 }),
      sold("Mug", 3, { grossMinor: 1000, taxMinor: 0 }),
      [333, 0, 0],
    ],
    [
      "their share, where the discount has shrunk",
      sold("Mug", 1, { discountMinor: 500 }),
      sold("Mug", 2, { discountMinor: 200 }),
      [2000, 100, 400],
    ],
    ["their share, where the tax has", sold("Mug", 1, { taxMinor: 900 }), sold("Mug", 2), [2000, 0, 400]],
    [
      "their share, where the price has",
      sold("Mug", 1, { grossMinor: 5000 }),
      sold("Mug", 2),
      [2000, 0, 400],
    ],
    [
      "their share, where the line counts other units",
      sold("Mug", 2, { removed: 1 }),
      sold("Mug", 2, { discountMinor: 500 }),
      [2000, 250, 400],
    ],
  ])("are worth %s", (_what, before, after, expected) => {
    const [added] = addedLines(takenIn(aSale({ lines: [before] })), later({ lines: [after] }));
    expect([added!.grossMinor, added!.discountMinor, added!.taxMinor]).toEqual(expected);
  });

  it("have an id of their own, however often they are added", () => {
    const [first] = addedLines(waiting, later(mugs(3)));
    const [again] = addedLines(waiting, later(mugs(3)));
    const [second] = addedLines(inSync(waiting, later(mugs(3))), later(mugs(4), 2));
    expect(first!.id).toBe(again!.id);
    expect(new Set([waiting.lines[0]!.id, first!.id, second!.id]).size).toBe(3);
  });

  it("join an order that was sent, and open it again", () => {
    const closed = deliver(sent(aSale(mugs(2))));
    expect(closed.status).toBe("closed");
    const after = inSync(closed, later(mugs(3)));
    expect(standing(after)).toEqual(["Mug: 2 shipped", "Mug: 1 allocated"]);
    expect(after).toMatchObject({ status: "open", closedAt: null });
  });

  it("join an order that staff cancelled", () => {
    const after = inSync(cancel(waiting), later(mugs(3)));
    expect(standing(after)).toEqual(["Mug: 2 cancelled", "Mug: 1 allocated"]);
  });
});

describe("what the storefront cannot be taken at its word on", () => {
  const mismatch = { code: "totals_mismatch", detail: "The parts come to 1.00 less." } as const;
  const noAddress = { code: "address_missing", detail: "goods to ship, and no shipping address" } as const;
  const codes = (order: Order) => order.holds.map(({ code }) => code);
  const releaseIfNotRenewed = (order: Order, code: "totals_mismatch") =>
    evolve(order, { type: "order.hold_released", code, by: "key_1" });

  it("holds the order, once, and not again when staff have let go of it", () => {
    const held = inSync(waiting, later({ ...mugs(2), problems: [mismatch] }));
    expect(codes(held)).toEqual(["totals_mismatch"]);
    expect(codes(inSync(held, later({ ...mugs(2), problems: [mismatch] }, 2)))).toEqual(["totals_mismatch"]);
    const free = releaseIfNotRenewed(held, "totals_mismatch");
    expect(codes(inSync(free, later({ ...mugs(2), problems: [mismatch] }, 2)))).toEqual([]);
    const more = { ...mismatch, detail: "The parts come to 2.00 less." };
    expect(codes(inSync(free, later({ ...mugs(2), problems: [more] }, 2)))).toEqual(["totals_mismatch"]);
  });

  it("holds it no longer for an address that has arrived", () => {
    const nowhere = takenIn(aSale({ ...mugs(2), problems: [noAddress] }));
    expect(codes(nowhere)).toEqual(["address_missing"]);
    expect(codes(inSync(nowhere, later({ ...mugs(2), problems: [noAddress] })))).toEqual(["address_missing"]);
    expect(codes(inSync(nowhere, later(mugs(2))))).toEqual([]);
  });

  it("holds it for as long as the storefront does, and again when it does again", () => {
    const verified = { code: "held_at_storefront", detail: "It verifies the order." } as const;
    const held = takenIn(aSale({ ...mugs(2), problems: [verified] }));
    expect(codes(held)).toEqual(["held_at_storefront"]);
    const free = inSync(held, later(mugs(2)));
    expect([codes(free), free.releasedHolds]).toEqual([[], []]);
    expect(codes(inSync(free, later({ ...mugs(2), problems: [verified] }, 2)))).toEqual([
      "held_at_storefront",
    ]);
  });
});
