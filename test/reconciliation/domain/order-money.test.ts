/**
 * The money of an order after any sequence of events: its journal entries, its stored balances and its facts agree.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balancesOf, imbalanceOf, type Posting } from "../../../src/ledger/domain/accounts";
import { isBalanced } from "../../../src/ledger/domain/journal-entry";
import { payable } from "../../../src/orders/domain/amounts";
import { decideCancel } from "../../../src/orders/domain/cancellation";
import { evolveAll } from "../../../src/orders/domain/evolve/evolve";
import { decideShip, NO_CARRIER } from "../../../src/orders/domain/fulfillments/ship";
import type { NewPayment, NewRefund } from "../../../src/orders/domain/new-order";
import type { Order, RecordedPayment } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { openUnits, type OrderLine } from "../../../src/orders/domain/order-line";
import { earnedWorth, openWorth } from "../../../src/orders/domain/payments/order-money";
import { decidePayments } from "../../../src/orders/domain/payments/payments";
import {
  decideRefund,
  decideRefundGone,
  type RefundRules,
} from "../../../src/orders/domain/payments/refunds";
import { NOTHING_OWED } from "../../../src/orders/domain/payments/settlement";
import { journalEntryOf } from "../../../src/orders/domain/postings";
import { orderExceptions } from "../../../src/reconciliation/domain/book-checks";
import { aLine, anOrder, NOON } from "../../support/an-order";

const RULES: RefundRules = { by: "test", now: NOON, restockLocationId: () => "reno" };

type Chosen = Readonly<{
  line: OrderLine;
  /** The number of the step, which makes ids unique. */
  i: number;
  /** Chooses a line, a payment and a refund. */
  at: number;
  share: number;
  part: (most: number) => number;
}>;

/** The events of each step, by the decisions that commands make; none if the step is not possible. */
const STEPS = {
  pay: (order, { i, part }) =>
    reported(order, [...order.payments, payment(`pay-${i}`, part(stillToPay(order)))]),
  giftCard: (order, { i, part }) =>
    reported(order, [
      ...order.payments,
      { ...payment(`pay-${i}`, part(stillToPay(order))), kind: "gift_card" },
    ]),
  payLess: (order, { at, share }) =>
    reported(
      order,
      order.payments.map((each, n) => (n === at ? lessened(each, share) : each)),
    ),
  ship: (order, { line, i, part }) => shipped(order, line, part(line.allocated), i),
  cancel: (order, { line, part }) => {
    const units = [{ lineId: line.id, quantity: part(openUnits(line)) }];
    const cancelled = decideCancel(order, { units, reason: "", by: "" });
    return cancelled.ok ? cancelled.value : [];
  },
  add: (order, { i }) => [linesAdded(order, i)],
  reprice: (order, { line, share }) => [repriced(order, line, share)],
  return: (order, { line, i, at, part }) => {
    const quantity = part(line.shipped - line.returned);
    const amountMinor = Math.max(0, Math.min(quantity * 2_000, order.capturedMinor - order.refundedMinor));
    return quantity === 0 ? [] : refunded(order, i, { amountMinor, ...listed(line, quantity, at) });
  },
  refund: (order, { i, part }) => {
    const amountMinor = part(order.balances.refundPayableMinor);
    return amountMinor > 0 ? refunded(order, i, { amountMinor }) : [];
  },
  goodwill: (order, { i, part }) => refunded(order, i, { amountMinor: part(500) }),
  shippingBack: (order, { i, part }) =>
    refunded(order, i, { amountMinor: part(300), shippingMinor: part(200) }),
  unclear: (order, { i, part }) => refunded(order, i, { amountMinor: part(900), itemized: false }),
  change: (order, { line, at, part }) => {
    const known = knownRefund(order, at);
    if (!known) return [];
    const amountMinor = part(2 * known.amountMinor);
    const shippingMinor = Math.min(known.shippingMinor, amountMinor);
    const units = known.itemized ? {} : listed(line, 1, at);
    return decideRefund(order, refundOf(known.externalId, { amountMinor, shippingMinor, ...units }), RULES);
  },
  gone: (order, { at }) => {
    const known = knownRefund(order, at);
    return known ? decideRefundGone(order, known.externalId, NOON) : [];
  },
} satisfies Readonly<Record<string, (order: Order, chosen: Chosen) => readonly OrderEvent[]>>;

const KINDS = [...(Object.keys(STEPS) as (keyof typeof STEPS)[]), "pay", "ship", "ship", "return"] as const;
type Step = Readonly<{ kind: keyof typeof STEPS; line: number; share: number }>;

function eventsOf(order: Order, { kind, line: at, share }: Step, i: number): readonly OrderEvent[] {
  const line = order.lines[at % order.lines.length]!;
  const decide: (order: Order, chosen: Chosen) => readonly OrderEvent[] = STEPS[kind];
  return decide(order, { line, i, at, share, part: (most) => Math.ceil((most * share) / 100) });
}

const knownRefund = ({ refunds }: Order, at: number) => refunds[at % Math.max(1, refunds.length)];

const refunded = (order: Order, i: number, over: Partial<NewRefund>) =>
  decideRefund(order, refundOf(`ref-${i}`, over), RULES);

const listed = ({ externalId }: OrderLine, quantity: number, at: number): Pick<NewRefund, "lines"> => ({
  lines: [{ externalLineId: externalId, quantity, restock: at % 2 === 0 ? "return" : "cancel" }],
});

const payment = (externalId: string, amountMinor: number): NewPayment => ({
  externalId,
  kind: "captured",
  amountMinor,
  at: NOON,
});

const lessened = (payment: RecordedPayment, share: number): NewPayment => ({
  ...payment,
  amountMinor: Math.floor((payment.amountMinor * (100 - share)) / 100),
});

const reported = (order: Order, payments: readonly NewPayment[]) => decidePayments(order, payments, NOON);

const refundOf = (externalId: string, over: Partial<NewRefund>): NewRefund => ({
  externalId,
  amountMinor: 0,
  shippingMinor: 0,
  lines: [],
  itemized: true,
  reason: null,
  at: NOON,
  ...over,
});

/** What the customer has not paid of what is sent and to be sent. */
const stillToPay = (order: Order): number =>
  Math.max(0, earnedWorth(order) + openWorth(order) - order.capturedMinor + order.refundedMinor);

function shipped(order: Order, line: OrderLine, quantity: number, i: number): readonly OrderEvent[] {
  if (quantity === 0 || line.kind === "fee") return [];
  const decision = decideShip(order, {
    fulfillmentId: `ful_${line.id}`,
    units: [{ lineId: line.id, quantity }],
    parcel: { ...NO_CARRIER, reference: `${i}` },
    dropShipped: i % 5 === 0,
    now: NOON,
  });
  return decision.ok ? decision.value : [];
}

/** An edit adds a line to the order, planned where the others are. */
function linesAdded(order: Order, i: number): OrderEvent {
  const line = aLine(`Vase ${i}`, { ordered: 2, allocated: 2, discountMinor: 51, taxMinor: 77 });
  const { status: _, releasedAt: _at, ...planned } = fulfillmentOf(line);
  return {
    type: "order.lines_added",
    lines: [line],
    fulfillments: [{ ...planned, lines: [{ lineId: line.id, quantity: 2 }] }],
    totalMinor: order.totalMinor + payable(line, order.taxIncluded),
  };
}

/** Another price of a line, and another rounding. */
function repriced(order: Order, line: OrderLine, share: number): OrderEvent {
  const { id, title, unitPriceMinor, taxMinor } = line;
  const grossMinor = line.discountMinor + taxMinor + Math.floor((line.grossMinor * share) / 100);
  const { shipping, totalMinor, taxIncluded } = order;
  const amounts = { grossMinor, discountMinor: line.discountMinor, taxMinor };
  const rest = { shipping, roundingMinor: (share % 5) - 2, totalMinor, taxIncluded };
  return { type: "order.repriced", lines: [{ id, title, unitPriceMinor, ...amounts }], ...rest };
}

/** Three lines and a tip, each planned at one location, with odd amounts so that shares need rounding. */
const orderOf = (units: readonly [number, number], taxIncluded: boolean): Order => {
  const lines = [
    aLine("Mug", { ordered: units[0], discountMinor: 101, taxMinor: 333 }),
    aLine("Lamp", { ordered: units[1], grossMinor: 4_999 * units[1], taxMinor: 1_001 }),
    aLine("Card", { kind: "gift_card", unitCostMinor: null, taxMinor: 0 }),
    aLine("Tip", { kind: "fee", unitCostMinor: null, grossMinor: 299, taxMinor: 0 }),
  ];
  const shipping = { grossMinor: 799, discountMinor: 0, taxMinor: 99 };
  const totalMinor = [...lines, shipping].reduce((sum, it) => sum + payable(it, taxIncluded), 0);
  const fulfillments = lines.filter(({ kind }) => kind !== "fee").map(fulfillmentOf);
  const unpaid = { payments: [], capturedMinor: 0, balances: NOTHING_OWED };
  return anOrder({ ...unpaid, lines, shipping, totalMinor, taxIncluded, fulfillments });
};

const fulfillmentOf = ({ id, ordered }: OrderLine) => ({
  id: `ful_${id}` as const,
  locationId: "reno",
  releaseAt: NOON,
  status: "released" as const,
  releasedAt: NOON,
  reason: null,
  stopReason: null,
  serviceId: null,
  shipByOn: null,
  lateAt: null,
  pendingMoves: 0,
  lines: [{ lineId: id, quantity: ordered, shipped: 0 }],
});

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom(...KINDS),
    line: fc.integer({ min: 0, max: 4 }),
    share: fc.integer({ min: 1, max: 100 }),
  }),
  { maxLength: 14 },
);
const units = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 4 }));

const BOOKS = { booksCurrency: "USD", booksTimeZone: "UTC" };

/** Applies the steps, and returns what their commits posted. */
function play(start: Order, path: readonly Step[]): { order: Order; posted: Posting[] } {
  let order = start;
  const posted: Posting[] = [];
  for (const [i, step] of path.entries()) {
    const events = eventsOf(order, step, i);
    if (events.length === 0) continue;
    const after = evolveAll(order, events, NOON);
    const entry = journalEntryOf({ before: order, after, events }, NOON, BOOKS);
    expect(isBalanced(entry?.postings ?? [])).toBe(true);
    posted.push(...(entry?.postings ?? []));
    order = after;
  }
  return { order, posted };
}

describe("the money of an order", () => {
  it("is the same in its journal entries, its stored balances and its facts after any events", () => {
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
        const lines = [0, 1, 2, 3, ...path.map((_, added) => 4 + added)];
        const ends: Step[] = [
          ...lines.flatMap((line): Step[] => [
            { kind: "ship", line, share: 100 },
            { kind: "cancel", line, share: 100 },
          ]),
          { kind: "pay", line: 0, share: 100 },
          { kind: "refund", line: 0, share: 100 },
        ];
        const { order } = play(orderOf(of, taxIncluded), [...path, ...ends]);
        expect(order.balances).toEqual(NOTHING_OWED);
      }),
      { numRuns: 300 },
    );
  });
});
