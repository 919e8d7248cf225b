import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balancesOf, imbalanceOf, type Posting } from "../../../src/ledger/domain/accounts";
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
import { isBalanced } from "../../../src/ledger/domain/journal-entry";
import {
  accountExceptions,
  expectedDeposits,
  orderExceptions,
  refundOwedException,
  trialBalanceExceptions,
} from "../../../src/reconciliation/domain/book-checks";
import { checkOf } from "../../../src/reconciliation/domain/report";
import { aLine, anOrder, NOON } from "../../support/an-order";

const unpaid = (over: Partial<Order> = {}): Order =>
  anOrder({
    payments: [],
    capturedMinor: 0,
    balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 },
    ...over,
  });

const KINDS = ["pay", "ship", "cancel", "refund", "return", "add"] as const;
type Step = Readonly<{ kind: (typeof KINDS)[number]; line: number; share: number }>;

/** What a step makes of the order, through the same decisions that commands make; nothing where it may not be. */
function happen(order: Order, { kind, line: at, share }: Step, i: number): readonly OrderEvent[] {
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
      return quantity === 0 ? [] : sent(order, line.id, quantity, i);
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

/** Credit pays first, and nothing stays on deposit once nothing is left. */
const sent = (order: Order, lineId: `line_${string}`, quantity: number, i: number): OrderEvent[] =>
  decideInTurn(order, [
    (before) => decideCredit(before, [{ lineId, quantity }]),
    (before) => [shipmentOf(before, lineId, quantity, i)],
    decideSurplus,
  ]);

/** An edit puts a line on the order, planned where the others are. */
function linesAdded(order: Order, i: number): OrderEvent {
  const line = aLine(`Vase ${i}`, { ordered: 2, allocated: 2, discountMinor: 51, taxMinor: 77 });
  const added = payable(line, order.taxIncluded);
  return {
    type: "order.lines_added",
    lines: [line],
    fulfillments: [partOf(line)],
    totalMinor: order.totalMinor + added,
  };
}

function shipmentOf(order: Order, lineId: `line_${string}`, quantity: number, i: number): OrderEvent {
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

/** Two lines, each planned at one location, of odd amounts so that shares do not come out even. */
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
    ...partOf(line),
    status: "released" as const,
    releasedAt: NOON,
    reason: null,
    shipByOn: null,
    lateAt: null,
    pendingMoves: 0,
    lines: [{ lineId: line.id, quantity: line.ordered, shipped: 0 }],
  }));
  return unpaid({ lines, shipping, totalMinor, taxIncluded, fulfillments });
};

const partOf = ({ id, ordered }: OrderLine) => ({
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

/** Plays the steps, and keeps what each event posted. */
function played(start: Order, path: readonly Step[]): { order: Order; posted: Posting[] } {
  let order = start;
  const posted: Posting[] = [];
  for (const [i, step] of path.entries()) {
    const events = happen(order, step, i);
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

describe("whatever happens to an order", () => {
  it("journal, order and units agree on its money", () => {
    fc.assert(
      fc.property(units, fc.boolean(), steps, (of, taxIncluded, path) => {
        const { order, posted } = played(orderOf(of, taxIncluded), path);
        expect(orderExceptions(order, posted)).toEqual([]);
        expect(imbalanceOf(balancesOf(posted))).toEqual({});
      }),
      { numRuns: 500 },
    );
  });

  it("leaves nothing owed either way once all is sent or cancelled, paid and refunded", () => {
    fc.assert(
      fc.property(units, fc.boolean(), steps, (of, taxIncluded, path) => {
        const lines = [0, 1, ...path.map((_, added) => 2 + added)];
        const ends: Step[] = [
          ...lines.map((line): Step => ({ kind: "ship", line, share: 100 })),
          { kind: "pay", line: 0, share: 100 },
          { kind: "refund", line: 0, share: 100 },
        ];
        const { order } = played(orderOf(of, taxIncluded), [...path, ...ends]);
        expect(order.balances).toEqual({ depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 0 });
      }),
    );
  });
});

const exactly = (minor: number) => ({ leastMinor: minor, maxMinor: minor });

describe("expectedDeposits", () => {
  const two = [aLine("Mug", { ordered: 2 })];

  it.each<[string, Order, ReturnType<typeof expectedDeposits>]>([
    ["is all of it while nothing is sent", anOrder({ lines: two }), exactly(5_400)],
    ["is nothing while nothing is paid", unpaid({ lines: two }), exactly(0)],
    ["is what is paid of what is open", unpaid({ lines: two, capturedMinor: 1_000 }), exactly(1_000)],
    [
      "is what is left to send",
      anOrder({
        lines: [aLine("Mug", { ordered: 2, shipped: 1 })],
        capturedMinor: 5_400,
        shippingEarnedMinor: 600,
      }),
      exactly(2_400),
    ],
    [
      "leaves out what is owed back",
      anOrder({
        lines: [aLine("Mug", { ordered: 2, cancelled: 1 })],
        capturedMinor: 5_400,
        balances: { depositsMinor: 0, receivableMinor: 0, refundPayableMinor: 2_400 },
      }),
      exactly(3_000),
    ],
    [
      "waits for what an edit added until it is sent, which is owed back until then",
      anOrder({
        lines: [aLine("Mug", { ordered: 2, cancelled: 1 }), aLine("Lamp", { ordered: 1 })],
        capturedMinor: 5_400,
        balances: { depositsMinor: 3_000, receivableMinor: 0, refundPayableMinor: 2_400 },
      }),
      { leastMinor: 3_000, maxMinor: 5_400 },
    ],
    [
      "is never short by more than what was cancelled is worth",
      anOrder({
        lines: [aLine("Mug", { ordered: 3, cancelled: 1 })],
        capturedMinor: 7_800,
        balances: { depositsMinor: 3_000, receivableMinor: 0, refundPayableMinor: 4_800 },
      }),
      exactly(5_400),
    ],
    ["holds an overpayment", anOrder({ lines: two, capturedMinor: 6_000 }), exactly(6_000)],
    [
      "cannot tell an overpayment that may have been refunded",
      anOrder({
        lines: two,
        capturedMinor: 6_000,
        refunds: [{ externalId: "r", amountMinor: 500, at: 0, lines: [] }],
      }),
      { leastMinor: 5_400, maxMinor: 6_000 },
    ],
  ])("%s", (_rule, order, expected) => {
    expect(expectedDeposits(order)).toEqual(expected);
  });
});

const deposit = (amountMinor: number): Posting => ({
  account: "liabilities:customer-deposits",
  amountMinor,
  currency: "GBP",
});

describe("what is found", () => {
  const order = anOrder({ balances: { depositsMinor: 3_000, receivableMinor: 0, refundPayableMinor: 0 } });

  it("is nothing where all agrees", () => {
    expect(orderExceptions(order, [deposit(-3_000)])).toEqual([]);
  });

  it("is an order whose journal says otherwise", () => {
    expect(orderExceptions(order, [deposit(-2_999)])).toMatchObject([
      { subject: order.id, expected: 2_999, actual: 3_000 },
    ]);
  });

  it("is an order whose units say otherwise, even where journal and order agree", () => {
    const tampered = { ...order, balances: { ...order.balances, depositsMinor: 2_000 } };
    expect(orderExceptions(tampered, [deposit(-2_000)])).toMatchObject([{ expected: 3_000, actual: 2_000 }]);
  });

  it("is an account that holds more than its orders", () => {
    const totals = [{ currency: "GBP", depositsMinor: 3_000, receivableMinor: 0, refundPayableMinor: 0 }];
    expect(accountExceptions(balancesOf([deposit(-3_000)]), totals)).toEqual([]);
    expect(accountExceptions(balancesOf([deposit(-3_500)]), totals)).toMatchObject([
      { subject: "liabilities:customer-deposits GBP", expected: 3_000, actual: 3_500 },
    ]);
  });

  it("is a trial balance that does not come out", () => {
    expect(trialBalanceExceptions(balancesOf([deposit(5)]))).toMatchObject([{ subject: "GBP", actual: 5 }]);
  });

  it("is a refund owed for longer than a week", () => {
    const owing = { ...order, balances: { ...order.balances, refundPayableMinor: 700 } };
    const day = 86_400_000;
    expect(refundOwedException(owing, 0, 7 * day)).toEqual([]);
    expect(refundOwedException(owing, 0, 7 * day + 1)).toMatchObject([{ actual: 700 }]);
    expect(refundOwedException(order, 0, 30 * day)).toEqual([]);
  });

  it("is counted in full and listed up to a hundred", () => {
    const exceptions = Array.from({ length: 150 }, (_, i) => ({
      subject: String(i),
      expected: 0,
      actual: 1,
      detail: "",
    }));
    const check = checkOf("name", "title", { counted: 200, exceptions });
    expect([check.ok, check.exceptionCount, check.exceptions.length]).toEqual([false, 150, 100]);
  });
});
