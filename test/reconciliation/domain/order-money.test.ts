/** The money of an order after any sequence of events: its journal entries, its balances and its units agree. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balancesOf, imbalanceOf, type Posting } from "../../../src/ledger/domain/accounts";
import { isBalanced } from "../../../src/ledger/domain/journal-entry";
import { payable } from "../../../src/orders/domain/amounts";
import { decideCancel } from "../../../src/orders/domain/cancellation";
import { decideInTurn, evolveAll } from "../../../src/orders/domain/evolve/evolve";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { openUnits, type OrderLine } from "../../../src/orders/domain/order-line";
import { earningOf, openWorth } from "../../../src/orders/domain/payments/order-money";
import { decideCredit, decidePayment, decideSurplus } from "../../../src/orders/domain/payments/payments";
import { refundRecorded } from "../../../src/orders/domain/payments/refund-amounts";
import { postings } from "../../../src/orders/domain/postings";
import { orderExceptions } from "../../../src/reconciliation/domain/book-checks";
import { aLine, anOrder, NOON } from "../../support/an-order";

const KINDS = ["pay", "ship", "cancel", "refund", "return", "add"] as const;
type Step = Readonly<{ kind: (typeof KINDS)[number]; line: number; share: number }>;

/** The events of a step, by the decisions that commands make; none if the step is not possible. */
function eventsOf(order: Order, { kind, line: at, share }: Step, i: number): readonly OrderEvent[] {
  const line = order.lines[at % order.lines.length]!;
  const part = (most: number) => Math.ceil((most * share) / 100);
  switch (kind) {
    case "pay":
      return decidePayment(order, {
        externalId: `pay-${i}`,
        kind: "captured",
        amountMinor: part(stillToPay(order)),
        at: NOON,
      });
    case "ship": {
      const quantity = part(line.allocated);
      return quantity === 0 ? [] : shipmentEvents(order, line.id, quantity, i);
    }
    case "cancel": {
      const quantity = part(openUnits(line));
      const cancelled = decideCancel(order, { units: [{ lineId: line.id, quantity }], reason: "", by: "" });
      return quantity > 0 && cancelled.ok ? cancelled.value : [];
    }
    case "return": {
      const quantity = part(line.shipped - line.returned);
      const amountMinor = Math.min(quantity * 2_000, order.capturedMinor - order.refundedMinor);
      if (quantity === 0) return [];
      const returned = [{ lineId: line.id, quantity, restockLocationId: "reno" }];
      const refund = {
        externalId: `ref-${i}`,
        amountMinor,
        reason: null,
        shipByOn: null,
        lateAt: null,
        at: NOON,
        lines: [],
      };
      return [refundRecorded(order, { refund, returned, shippingMinor: 0 })];
    }
    case "refund": {
      const amountMinor = Math.min(
        part(order.balances.refundPayableMinor),
        order.capturedMinor - order.refundedMinor,
      );
      const refund = { externalId: `ref-${i}`, amountMinor, reason: null, at: NOON, lines: [] };
      return amountMinor > 0 ? [refundRecorded(order, { refund, returned: [], shippingMinor: 0 })] : [];
    }
    case "add":
      return [linesAdded(order, i)];
  }
}

const stillToPay = (order: Order): number =>
  Math.max(0, openWorth(order) + order.balances.receivableMinor - order.balances.depositsMinor);

/** Credit pays first, and a surplus of deposits is owed back with the last unit. */
const shipmentEvents = (order: Order, lineId: `line_${string}`, quantity: number, i: number): OrderEvent[] =>
  decideInTurn(order, [
    (before) => decideCredit(before, [{ lineId, quantity }]),
    (before) => [shipped(before, lineId, quantity, i)],
    decideSurplus,
  ]);

/** An edit adds a line to the order, planned where the others are. */
function linesAdded(order: Order, i: number): OrderEvent {
  const line = aLine(`Vase ${i}`, { ordered: 2, allocated: 2, discountMinor: 51, taxMinor: 77 });
  const added = payable(line, order.taxIncluded);
  return {
    type: "order.lines_added",
    lines: [line],
    fulfillments: [fulfillmentOf(line)],
    totalMinor: order.totalMinor + added,
  };
}

function shipped(order: Order, lineId: `line_${string}`, quantity: number, i: number): OrderEvent {
  const { earned, shippingEarnedMinor, amountsByLine } = earningOf(order, [{ lineId, quantity }]);
  return {
    type: "shipment.shipped",
    shipmentId: `shp_${i}`,
    fulfillmentId: `ful_${lineId}`,
    locationId: "reno",
    carrier: null,
    service: null,
    trackingNumber: null,
    trackingUrl: null,
    at: NOON,
    lines: [{ lineId, quantity, sku: "SKU", unitCostMinor: 700, amounts: amountsByLine.get(lineId)! }],
    earned,
    shippingEarnedMinor,
  };
}

/** Two lines, each planned at one location, with odd amounts so that shares need rounding. */
const orderOf = (units: readonly [number, number], taxIncluded: boolean): Order => {
  const lines = [
    aLine("Mug", { ordered: units[0], discountMinor: 101, taxMinor: 333 }),
    aLine("Lamp", { ordered: units[1], grossMinor: 4_999 * units[1], taxMinor: 1_001 }),
  ];
  const shipping = { grossMinor: 799, discountMinor: 0, taxMinor: 99 };
  const totalMinor = [...lines, shipping].reduce(
    (sum, it) => sum + it.grossMinor - it.discountMinor + (taxIncluded ? 0 : it.taxMinor),
    0,
  );
  const fulfillments = lines.map((line) => ({
    ...fulfillmentOf(line),
    status: "released" as const,
    releasedAt: NOON,
    reason: null,
    shipByOn: null,
    lateAt: null,
    pendingMoves: 0,
    lines: [{ lineId: line.id, quantity: line.ordered, shipped: 0 }],
  }));
  return anOrder({
    payments: [],
    capturedMinor: 0,
    balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 },
    lines,
    shipping,
    totalMinor,
    taxIncluded,
    fulfillments,
  });
};

const fulfillmentOf = ({ id, ordered }: OrderLine) => ({
  id: `ful_${id}` as const,
  locationId: "reno",
  releaseAt: NOON,
  lines: [{ lineId: id, quantity: ordered }],
});

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom(...KINDS),
    line: fc.integer({ min: 0, max: 3 }),
    share: fc.integer({ min: 1, max: 100 }),
  }),
  { maxLength: 14 },
);
const units = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 4 }));

/** Applies the steps, and returns what their events posted. */
function play(start: Order, path: readonly Step[]): { order: Order; posted: Posting[] } {
  let order = start;
  const posted: Posting[] = [];
  for (const [i, step] of path.entries()) {
    const events = eventsOf(order, step, i);
    if (events.length === 0) continue;
    for (const event of events) {
      const entry = postings(event, order, "USD");
      expect(isBalanced(entry?.postings ?? [])).toBe(true);
      posted.push(...(entry?.postings ?? []));
    }
    order = evolveAll(order, events, NOON);
  }
  return { order, posted };
}

describe("the money of an order", () => {
  it("is the same in its journal entries, its balances and its units after any events", () => {
    fc.assert(
      fc.property(units, fc.boolean(), steps, (of, taxIncluded, path) => {
        const { order, posted } = play(orderOf(of, taxIncluded), path);
        expect(orderExceptions(order, posted)).toEqual([]);
        expect(imbalanceOf(balancesOf(posted))).toEqual({});
      }),
      { numRuns: 500 },
    );
  });

  it("has no balance left once all units are shipped or cancelled, paid and refunded", () => {
    fc.assert(
      fc.property(units, fc.boolean(), steps, (of, taxIncluded, path) => {
        const lines = [0, 1, ...path.map((_, added) => 2 + added)];
        const ends: Step[] = [
          ...lines.map((line): Step => ({ kind: "ship", line, share: 100 })),
          { kind: "pay", line: 0, share: 100 },
          { kind: "refund", line: 0, share: 100 },
        ];
        const { order } = play(orderOf(of, taxIncluded), [...path, ...ends]);
        expect(order.balances).toEqual({ depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 });
      }),
    );
  });
});
