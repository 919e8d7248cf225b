import { describe, expect, it } from "vitest";
import type { NewRefund } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { unrefundedUnits } from "../../../../src/orders/domain/payments/refund-units";
import { decideRefund } from "../../../../src/orders/domain/payments/refunds";
import { anAddress, NOON } from "../../../support/an-order";
import { apply, cancel, create, refund, release, RULES, ship, update, updateEvents } from "../order-steps";
import { unitsText } from "../order-text";
import { aRefund, aSale, mugs, refundLines } from "../sales";

const waiting = create(aSale(mugs(2)));
const oneShipped = ship(release(create(aSale(mugs(2)), { Mug: "east:1 backordered:1" })));
/** A location is preparing the other one. */
const oneShippedOnePrepared = ship(release(waiting), { Mug: 1 });
const bothShipped = ship(oneShippedOnePrepared);
const oneCancelled = cancel(waiting, { Mug: 1 });

/** Two mugs that were sold, and a third that an edit added: two lines here, and one at the storefront. */
const edited = aSale({ ...mugs(3), storefrontUpdatedAt: NOON + 1 });
const withAdded = update(waiting, edited);
const soldShipped = ship(release(apply(waiting, updateEvents(waiting, edited, { Mug: "backordered:1" }))));
const addedShipped = ship(release(update(create(aSale(mugs(2)), { Mug: "backordered:2" }), edited)));

const cancelledThere = update(
  waiting,
  aSale({ ...mugs(2), cancelledAt: NOON + 1, storefrontUpdatedAt: NOON + 1 }),
);
const reopened = update(cancelledThere, aSale({ ...mugs(2), storefrontUpdatedAt: NOON + 2 }));
const elsewhere = { ...anAddress, city: "Leeds", postalCode: "LS1 1AA" };

type Case = Readonly<{ name: string; order: Order; lines: string[]; units: string[]; restocked?: string[] }>;

/** `["1 east", "2 none"]`: how many units were returned, and where they are restocked. */
const restockedText = (order: Order, refunded: NewRefund): string[] =>
  decideRefund(order, refunded, RULES).flatMap((event) =>
    event.type === "refund.recorded"
      ? event.returned.map((each) => `${each.quantity} ${each.restockLocationId ?? "none"}`)
      : [],
  );

function itRefundsUnits(cases: readonly Case[]): void {
  it.each(cases)("$name", ({ order, lines, units, restocked = [] }) => {
    const refunded = aRefund("ref_1", refundLines(...lines));
    expect(restockedText(order, refunded)).toEqual(restocked);
    const after = refund(order, refunded);
    expect(unitsText(after)).toEqual(units);
    expect(after.holds).toEqual([]);
    expect(decideRefund(after, refunded, RULES)).toEqual([]);
  });
}

describe("refunded units that are not shipped", () => {
  const oneOfTwo = ["Mug: 1 allocated, 1 cancelled"];
  itRefundsUnits([
    { name: "are cancelled", order: waiting, lines: ["1 Mug cancel"], units: oneOfTwo },
    { name: "are cancelled, even as returned", order: waiting, lines: ["1 Mug return"], units: oneOfTwo },
    { name: "are cancelled, even without a restock", order: waiting, lines: ["1 Mug none"], units: oneOfTwo },
    {
      name: "are cancelled before shipped units are returned, if the refund cancels",
      order: oneShipped,
      lines: ["1 Mug cancel"],
      units: ["Mug: 1 shipped, 1 cancelled"],
    },
    {
      name: "are all cancelled of a line that is listed twice",
      order: waiting,
      lines: ["1 Mug cancel", "1 Mug cancel"],
      units: ["Mug: 2 cancelled"],
    },
    {
      name: "are all cancelled of a line that is listed twice, backordered ones first",
      order: create(aSale(mugs(2)), { Mug: "east:1 backordered:1" }),
      lines: ["1 Mug cancel", "1 Mug return"],
      units: ["Mug: 2 cancelled"],
    },
  ]);
});

describe("refunded units that are shipped", () => {
  itRefundsUnits([
    {
      name: "are returned before unshipped units are cancelled, if the refund restocks",
      order: oneShipped,
      lines: ["1 Mug return"],
      units: ["Mug: 1 backordered, 1 shipped (1 returned)"],
      restocked: ["1 east"],
    },
    {
      name: "are returned without restock",
      order: oneShipped,
      lines: ["1 Mug none"],
      units: ["Mug: 1 backordered, 1 shipped (1 returned)"],
      restocked: ["1 none"],
    },
    {
      name: "are returned, even as cancelled",
      order: bothShipped,
      lines: ["1 Mug cancel"],
      units: ["Mug: 2 shipped (1 returned)"],
      restocked: ["1 none"],
    },
    {
      name: "are returned, and unshipped units are cancelled",
      order: oneShipped,
      lines: ["2 Mug return"],
      units: ["Mug: 1 shipped (1 returned), 1 cancelled"],
      restocked: ["1 east"],
    },
    {
      name: "are returned after unshipped units are cancelled",
      order: oneShipped,
      lines: ["2 Mug cancel"],
      units: ["Mug: 1 shipped (1 returned), 1 cancelled"],
      restocked: ["1 none"],
    },
    {
      name: "of a line that is listed twice have each their fate",
      order: oneShipped,
      lines: ["1 Mug return", "1 Mug cancel"],
      units: ["Mug: 1 shipped (1 returned), 1 cancelled"],
      restocked: ["1 east"],
    },
    {
      name: "of a line that is listed twice are all returned",
      order: bothShipped,
      lines: ["1 Mug return", "1 Mug none"],
      units: ["Mug: 2 shipped (2 returned)"],
      restocked: ["1 east", "1 none"],
    },
    {
      name: "are others than those that another refund returned",
      order: refund(bothShipped, aRefund("r0", refundLines("1 Mug return"))),
      lines: ["1 Mug return"],
      units: ["Mug: 2 shipped (2 returned)"],
      restocked: ["1 east"],
    },
  ]);
});

describe("refunded units that a location is preparing", () => {
  const prepared = release(waiting);
  itRefundsUnits([
    {
      name: "stay as they are until it gives them back",
      order: prepared,
      lines: ["1 Mug cancel"],
      units: ["Mug: 2 allocated"],
    },
    {
      name: "stay as they are, however the refund restocks",
      order: prepared,
      lines: ["1 Mug return", "1 Mug none"],
      units: ["Mug: 2 allocated"],
    },
    {
      name: "are not replaced by shipped ones, if the refund cancels",
      order: oneShippedOnePrepared,
      lines: ["1 Mug cancel"],
      units: ["Mug: 1 allocated, 1 shipped"],
    },
    {
      name: "stay as they are after shipped ones are returned, if the refund restocks",
      order: oneShippedOnePrepared,
      lines: ["2 Mug return"],
      units: ["Mug: 1 allocated, 1 shipped (1 returned)"],
      restocked: ["1 east"],
    },
    {
      name: "stay as they are, and shipped ones are returned, if the refund cancels more",
      order: oneShippedOnePrepared,
      lines: ["2 Mug cancel"],
      units: ["Mug: 1 allocated, 1 shipped (1 returned)"],
      restocked: ["1 none"],
    },
    {
      name: "stay as they are beside returned ones of a line that is listed twice",
      order: oneShippedOnePrepared,
      lines: ["1 Mug return", "1 Mug cancel"],
      units: ["Mug: 1 allocated, 1 shipped (1 returned)"],
      restocked: ["1 east"],
    },
    {
      name: "stay as they are beside returned ones, whichever is listed first",
      order: oneShippedOnePrepared,
      lines: ["1 Mug cancel", "1 Mug return"],
      units: ["Mug: 1 allocated, 1 shipped (1 returned)"],
      restocked: ["1 east"],
    },
  ]);
});

describe("refunded units of a line that edits added to", () => {
  itRefundsUnits([
    {
      name: "are of the line that was sold, then of the added one",
      order: withAdded,
      lines: ["3 Mug cancel"],
      units: ["Mug: 2 cancelled", "Mug: 1 cancelled"],
    },
    {
      name: "are the unshipped unit of the added line, if the refund cancels",
      order: soldShipped,
      lines: ["1 Mug cancel"],
      units: ["Mug: 2 shipped", "Mug: 1 cancelled"],
    },
    {
      name: "are the shipped units of the line that was sold first, if the refund restocks",
      order: soldShipped,
      lines: ["3 Mug return"],
      units: ["Mug: 2 shipped (2 returned)", "Mug: 1 cancelled"],
      restocked: ["2 east"],
    },
    {
      name: "are the shipped unit of the added line, while the line that was sold waits",
      order: addedShipped,
      lines: ["1 Mug return"],
      units: ["Mug: 2 backordered", "Mug: 1 shipped (1 returned)"],
      restocked: ["1 east"],
    },
  ]);
});

describe("refunded units that are gone already", () => {
  itRefundsUnits([
    {
      name: "are only paid for",
      order: oneCancelled,
      lines: ["1 Mug cancel"],
      units: ["Mug: 1 allocated, 1 cancelled"],
    },
    {
      name: "are fewer than the refund lists: the others are cancelled",
      order: oneCancelled,
      lines: ["2 Mug cancel"],
      units: ["Mug: 2 cancelled"],
    },
    {
      name: "count once for a line that is listed twice",
      order: oneCancelled,
      lines: ["1 Mug cancel", "1 Mug cancel"],
      units: ["Mug: 2 cancelled"],
    },
    {
      name: "do not include those that another refund lists",
      order: refund(waiting, aRefund("r0", refundLines("1 Mug cancel"))),
      lines: ["1 Mug cancel"],
      units: ["Mug: 2 cancelled"],
    },
    {
      name: "do not include those of an order that was cancelled and opened again",
      order: reopened,
      lines: ["1 Mug cancel"],
      units: ["Mug: 2 cancelled (2 removed)", "Mug: 1 allocated, 1 cancelled"],
    },
    {
      name: "do not include those that were sourced again for another destination",
      order: update(
        waiting,
        aSale({ ...mugs(2), shippingAddress: elsewhere, storefrontUpdatedAt: NOON + 1 }),
      ),
      lines: ["2 Mug cancel"],
      units: ["Mug: 2 cancelled (2 removed)", "Mug: 2 cancelled"],
    },
    {
      name: "do not include those that an edit took off before, and that the storefront lists no more",
      order: update(waiting, aSale({ ...mugs(1), storefrontUpdatedAt: NOON + 1 })),
      lines: ["1 Mug cancel"],
      units: ["Mug: 2 cancelled (1 removed)"],
    },
  ]);
});

describe("unrefundedUnits", () => {
  it.each([
    { name: "none of an order with nothing cancelled", order: waiting, expected: 0 },
    { name: "a cancelled unit", order: oneCancelled, expected: 1 },
    {
      name: "no unit that a refund lists",
      order: refund(oneCancelled, aRefund("r0", refundLines("1 Mug cancel"))),
      expected: 0,
    },
    {
      name: "none if refunds list more units than are gone",
      order: refund(waiting, aRefund("r0", refundLines("3 Mug cancel"))),
      expected: 0,
    },
    {
      name: "a unit that staff cancelled after a refund of another",
      order: cancel(refund(bothShippedOfThree(), aRefund("r0", refundLines("1 Mug return"))), { Mug: 1 }),
      expected: 1,
    },
  ])("counts $name", ({ order, expected }) => {
    expect(unrefundedUnits(order, "Mug")).toBe(expected);
  });
});

function bothShippedOfThree(): Order {
  return ship(release(create(aSale(mugs(3)))), { Mug: 2 });
}
