/** Units that a state of the storefront adds, removes, refunds or cancels. */
import { describe, expect, it } from "vitest";
import type { NewOrder } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { NOON } from "../../../support/an-order";
import { cancel, create, refund, release, ship, update, updateEvents } from "../order-steps";
import { balancesText, unitsText } from "../order-text";
import { aRefund, aSale, mugs, paid, refundLines, sold } from "../sales";

/** The storefront's state a minute after the order, or later. */
const later = (over: Partial<NewOrder>, minutes = 1): NewOrder =>
  aSale({ ...over, storefrontUpdatedAt: NOON + minutes * 60_000 });

const two = create(aSale(mugs(2)));
const oneShipped = ship(release(two), { Mug: 1 });
const oneCancelled = cancel(two, { Mug: 1 });
const oneRemoved = update(two, later(mugs(2, { removed: 1 })));
const refundOfOne = aRefund("ref_1", { amountMinor: 2400, ...refundLines("1 Mug cancel") });

type Case = Readonly<{ name: string; order: Order; state: NewOrder; units: string[]; holds?: string[] }>;

function itUpdatesUnits(cases: readonly Case[]): void {
  it.each(cases)("$name", ({ order, state, units, holds = [] }) => {
    const after = update(order, state);
    expect(unitsText(after)).toEqual(units);
    expect(after.holds.map(({ detail }) => detail)).toEqual(holds);
    expect(updateEvents(after, state)).toEqual([]);
  });
}

describe("a state that removes units", () => {
  const tooLate = (there: number, here: number) => `Mug: ${there} units at the storefront, ${here} here.`;

  itUpdatesUnits([
    {
      name: "removes none if it is the same",
      order: two,
      state: aSale(mugs(2)),
      units: ["Mug: 2 allocated"],
    },
    {
      name: "cancels a removed unit",
      order: two,
      state: later(mugs(2, { removed: 1 })),
      units: ["Mug: 1 allocated, 1 cancelled (1 removed)"],
    },
    {
      name: "cancels a unit that is missing from the quantity",
      order: two,
      state: later(mugs(1)),
      units: ["Mug: 1 allocated, 1 cancelled (1 removed)"],
    },
    {
      name: "cancels the units of a missing line",
      order: create(aSale({ lines: [sold("Mug"), sold("Cup")] })),
      state: later({ lines: [sold("Cup")] }),
      units: ["Mug: 1 cancelled (1 removed)", "Cup: 1 allocated"],
    },
    {
      name: "holds the order for a unit that a location prepares",
      order: oneShipped,
      state: later(mugs(2, { removed: 1 })),
      units: ["Mug: 1 allocated, 1 shipped"],
      holds: [tooLate(1, 2)],
    },
    {
      name: "holds the order for a unit that was shipped",
      order: ship(oneShipped),
      state: later(mugs(2, { removed: 1 })),
      units: ["Mug: 2 shipped"],
      holds: [tooLate(1, 2)],
    },
    {
      name: "holds the order for a prepared unit and a shipped one",
      order: oneShipped,
      state: later(mugs(2, { removed: 2 })),
      units: ["Mug: 1 allocated, 1 shipped"],
      holds: [tooLate(0, 2)],
    },
    {
      name: "cancels the unit that staff had left, and counts both as removed",
      order: oneCancelled,
      state: later(mugs(2, { removed: 2 })),
      units: ["Mug: 2 cancelled (2 removed)"],
    },
    {
      name: "counts the unit that staff had cancelled as removed",
      order: oneCancelled,
      state: later(mugs(2, { removed: 1 })),
      units: ["Mug: 1 allocated, 1 cancelled (1 removed)"],
    },
    {
      name: "adds no unit for those that staff had cancelled, of which it removed one",
      order: cancel(create(aSale(mugs(3))), { Mug: 2 }),
      state: later(mugs(3, { removed: 1 })),
      units: ["Mug: 1 allocated, 2 cancelled (1 removed)"],
    },
    {
      name: "counts a removed unit once, though staff had cancelled some of two lines",
      order: cancel(update(two, later(mugs(3)))),
      state: later(mugs(3, { removed: 1 }), 2),
      units: ["Mug: 2 cancelled (1 removed)", "Mug: 1 cancelled"],
    },
    {
      name: "cancels units of a later line first",
      order: update(two, later(mugs(3))),
      state: later(mugs(3, { removed: 2 }), 2),
      units: ["Mug: 1 allocated, 1 cancelled (1 removed)", "Mug: 1 cancelled (1 removed)"],
    },
  ]);

  it("marks the units that it cancels as removed at once", () => {
    const events = updateEvents(two, later({ ...mugs(1), payments: [paid(4800)] }));
    expect(events).toMatchObject([
      { type: "order.storefront_seen" },
      { type: "units.cancelled", removed: true, reason: "Removed at the storefront", by: "web" },
      { type: "line.storefront_quantity_changed", externalLineId: "Mug", quantity: 1 },
      { type: "order.repriced", lines: [], totalMinor: 2400 },
    ]);
    expect(events).toHaveLength(4);
  });

  it("makes their refund due, and leaves the rest on deposit", () => {
    expect(balancesText(oneRemoved)).toEqual(["deposits 2400", "refund due 2400"]);
    const refunded = update(oneRemoved, later({ ...mugs(2), refunds: [refundOfOne] }, 2));
    expect(balancesText(refunded)).toEqual(["deposits 2400"]);
  });
});

describe("a state that adds units", () => {
  itUpdatesUnits([
    {
      name: "adds a line for a larger quantity",
      order: two,
      state: later(mugs(3)),
      units: ["Mug: 2 allocated", "Mug: 1 allocated"],
    },
    {
      name: "adds a new line",
      order: two,
      state: later({ lines: [sold("Mug", 2), sold("Cup")] }),
      units: ["Mug: 2 allocated", "Cup: 1 allocated"],
    },
    {
      name: "adds a removed unit again",
      order: oneRemoved,
      state: later(mugs(2), 2),
      units: ["Mug: 1 allocated, 1 cancelled (1 removed)", "Mug: 1 allocated"],
    },
    {
      name: "adds a removed unit again, while it still counts the removal",
      order: oneRemoved,
      state: later(mugs(3, { removed: 1 }), 2),
      units: ["Mug: 1 allocated, 1 cancelled (1 removed)", "Mug: 1 allocated"],
    },
    {
      name: "adds a unit beside one that staff cancelled",
      order: oneCancelled,
      state: later(mugs(3)),
      units: ["Mug: 1 allocated, 1 cancelled", "Mug: 1 allocated"],
    },
    {
      name: "adds none for a unit that only staff cancelled",
      order: oneCancelled,
      state: later(mugs(2)),
      units: ["Mug: 1 allocated, 1 cancelled"],
    },
  ]);

  it.each([
    {
      name: "a storefront that counts removed units",
      less: later(mugs(3, { removed: 1 })),
      more: later(mugs(4, { removed: 1 }), 2),
    },
    { name: "a storefront that sends only quantities", less: later(mugs(2)), more: later(mugs(3), 2) },
  ])("adds a new unit after it removed one that staff had cancelled: $name", ({ less, more }) => {
    const removed = update(cancel(create(aSale(mugs(3))), { Mug: 1 }), less);
    expect(unitsText(removed)).toEqual(["Mug: 2 allocated, 1 cancelled (1 removed)"]);
    expect(updateEvents(removed, less)).toEqual([]);
    const added = update(removed, more);
    expect(unitsText(added)).toEqual(["Mug: 2 allocated, 1 cancelled (1 removed)", "Mug: 1 allocated"]);
    expect(updateEvents(added, more)).toEqual([]);
  });
});

describe("a state with refunds", () => {
  itUpdatesUnits([
    {
      name: "cancels a refunded unit",
      order: two,
      state: later({ ...mugs(2), refunds: [refundOfOne] }),
      units: ["Mug: 1 allocated, 1 cancelled"],
    },
    {
      name: "cancels no unit again that was removed before",
      order: oneRemoved,
      state: later({ ...mugs(2), refunds: [refundOfOne] }, 2),
      units: ["Mug: 1 allocated, 1 cancelled (1 removed)"],
    },
    {
      name: "adds no unit for a removed one that it refunds, while another stays removed",
      order: update(create(aSale(mugs(3))), later(mugs(3, { removed: 2 }))),
      state: later({ ...mugs(3, { removed: 1 }), refunds: [refundOfOne] }, 2),
      units: ["Mug: 1 allocated, 2 cancelled (2 removed)"],
    },
    {
      name: "cancels the refunded unit and adds another",
      order: two,
      state: later({ ...mugs(3), refunds: [refundOfOne] }),
      units: ["Mug: 1 allocated, 1 cancelled", "Mug: 1 allocated"],
    },
    {
      name: "cancels the refunded unit and a removed one",
      order: two,
      state: later({ ...mugs(2, { removed: 1 }), refunds: [refundOfOne] }),
      units: ["Mug: 2 cancelled (1 removed)"],
    },
  ]);
});

describe("a state that is cancelled", () => {
  itUpdatesUnits([
    {
      name: "cancels the units that no location prepares",
      order: two,
      state: later({ ...mugs(2), cancelledAt: NOON }),
      units: ["Mug: 2 cancelled (2 removed)"],
    },
    {
      name: "holds the order for units that are prepared, and for goods that are to come back",
      order: oneShipped,
      state: later({ ...mugs(2), cancelledAt: NOON }),
      units: ["Mug: 1 allocated, 1 shipped"],
      holds: [
        "It is cancelled at the storefront, and 1 of Mug are being prepared.\nIt is cancelled at the storefront, and 1 of Mug were shipped: goods to come back.",
      ],
    },
    {
      name: "adds no line that the order does not have",
      order: two,
      state: later({ lines: [sold("Mug", 2), sold("Cup")], cancelledAt: NOON }),
      units: ["Mug: 2 cancelled (2 removed)"],
    },
  ]);

  it.each([
    { cancelReason: null, reason: "Cancelled at the storefront" },
    { cancelReason: "customer", reason: "customer" },
  ])("cancels with the reason $reason", ({ cancelReason, reason }) => {
    const events = updateEvents(two, later({ ...mugs(2), cancelledAt: NOON, cancelReason }));
    expect(events.find(({ type }) => type === "units.cancelled")).toMatchObject({ reason, by: "web" });
  });
});

describe("a state that is fulfilled with its fees", () => {
  it("does not hold the order for a fee, which counts as shipped with the last of the goods", () => {
    const lines = [sold("Mug"), sold("Tip", 1, { kind: "fee", sku: null })];
    const fulfilled = {
      externalId: "f1",
      lines: lines.map(({ externalId }) => ({ externalLineId: externalId, quantity: 1 })),
      locationId: null,
      carrier: null,
      trackingNumber: null,
      trackingUrl: null,
      at: NOON,
    };
    const after = update(create(aSale({ lines })), later({ lines, fulfilled: [fulfilled] }));
    expect([unitsText(after), after.holds]).toEqual([["Mug: 1 shipped", "Tip: 1 shipped"], []]);
  });
});

describe("a unit that was added and refunded", () => {
  it("is not added if its refund arrives before the state that adds it", () => {
    const refunded = aRefund("ref_1", {
      at: NOON + 120_000,
      amountMinor: 2400,
      ...refundLines("3 Mug cancel"),
    });
    const early = refund(two, refunded);
    const after = update(early, later({ ...mugs(3) }, 1));
    expect(unitsText(after)).toEqual(["Mug: 2 cancelled"]);
    expect(after.holds).toEqual([]);
    const agreed = update(after, later({ ...mugs(3), refunds: [refunded] }, 3));
    expect([unitsText(agreed), agreed.holds, agreed.refundedMinor]).toEqual([["Mug: 2 cancelled"], [], 2400]);
  });
});

describe("a refund that the state does not have", () => {
  const reported = (secondsAfterState: number) => {
    const at = NOON + 60_000 + secondsAfterState * 1_000;
    return refund(two, aRefund("ref_1", { at, amountMinor: 2400, ...refundLines("1 Mug cancel") }));
  };

  it.each([
    { name: "was reported after the state", seconds: 1, refundedMinor: 2400, held: false },
    { name: "was reported in the second of the state", seconds: 0, refundedMinor: 2400, held: false },
    { name: "is gone, if it is older than the state", seconds: -1, refundedMinor: 0, held: true },
  ])("$name", ({ seconds, refundedMinor, held }) => {
    const after = update(reported(seconds), later(mugs(2)));
    expect([after.refundedMinor, after.holds.length > 0]).toEqual([refundedMinor, held]);
    expect(unitsText(after)).toEqual(["Mug: 1 allocated, 1 cancelled"]);
  });
});
