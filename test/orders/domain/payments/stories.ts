/**
 * Stories of orders: the facts that each ends with, and sequences of events that lead to them. Everything is decoded
 * from whole numbers, so that generating tens of thousands of stories takes seconds.
 */
import type { LineId } from "../../../../src/kernel/ids";
import type { Amounts } from "../../../../src/orders/domain/amounts";
import { decideCancel } from "../../../../src/orders/domain/cancellation";
import { evolve, evolveAll } from "../../../../src/orders/domain/evolve/evolve";
import type { Fulfillment } from "../../../../src/orders/domain/fulfillments/fulfillment";
import { NO_CARRIER } from "../../../../src/orders/domain/fulfillments/ship";
import type { NewPayment } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import type { EventOf, OrderEvent } from "../../../../src/orders/domain/order-events";
import { amountsOfUnits, type LineKind, type OrderLine } from "../../../../src/orders/domain/order-line";
import { decidePayments } from "../../../../src/orders/domain/payments/payments";
import { NOTHING_OWED } from "../../../../src/orders/domain/payments/settlement";
import { aLine, anOrder, NOON } from "../../../support/an-order";

/** Chooses one of the values, or a whole number from 0 up to the given one. */
export type Pick = Readonly<{ of: <Of>(values: readonly Of[]) => Of; upTo: (most: number) => number }>;

/** Reads choices from whole numbers: several from each, and zeros after the last. */
export function picks(numbers: readonly number[]): Pick {
  let [at, left, size] = [0, numbers[0] ?? 0, 2 ** 31];
  const upTo = (most: number): number => {
    if (size < 1_000) [at, left, size] = [at + 1, numbers[at + 1] ?? 0, 2 ** 31];
    const chosen = left % (most + 1);
    left = Math.floor(left / (most + 1));
    size /= most + 1;
    return chosen;
  };
  return { of: (values) => values[upTo(values.length - 1)]!, upTo };
}

export type LineFacts = Readonly<{
  line: OrderLine;
  /** An edit adds it. */
  isAdded: boolean;
  shipped: number;
  cancelled: number;
}>;

export type RefundFacts = EventOf<"refund.recorded">;

/** What an order ends with, whatever happened on the way. */
export type Facts = Readonly<{
  taxIncluded: boolean;
  shipping: Amounts;
  roundingMinor: number;
  lines: readonly LineFacts[];
  payments: readonly NewPayment[];
  refunds: readonly RefundFacts[];
}>;

const KINDS: readonly LineKind[] = ["physical", "physical", "physical", "digital", "gift_card"];

/** Units are worth a few cents at least, so that no unit's share of a discount exceeds its price. */
function lineFacts(pick: Pick, title: string, isAdded: boolean): LineFacts {
  const ordered = 1 + pick.upTo(3);
  const kind = pick.of(KINDS);
  const grossMinor = ordered * pick.of([0, 5, 333, 1999]) + pick.upTo(2);
  const discountMinor =
    grossMinor < 5 * ordered ? 0 : Math.floor((grossMinor * pick.of([0, 0, 9, 50])) / 100);
  const taxMinor = Math.floor(((grossMinor - discountMinor) * pick.of([0, 7, 20])) / 100);
  const shipped = pick.upTo(ordered);
  const amounts = { grossMinor, discountMinor, taxMinor };
  return {
    line: aLine(title, { ordered, kind, unitCostMinor: null, ...amounts }),
    isAdded,
    shipped,
    cancelled: pick.upTo(ordered - shipped),
  };
}

export function factsOf(pick: Pick): Facts {
  const taxIncluded = pick.of([true, false]);
  const grossMinor = pick.of([0, 1, 500, 999]);
  const shipping = { grossMinor, discountMinor: pick.of([0, Math.floor(grossMinor / 4)]), taxMinor: 0 };
  shipping.taxMinor = Math.floor(((grossMinor - shipping.discountMinor) * pick.of([0, 8])) / 100);
  const count = 1 + pick.upTo(2);
  // An edit may add the last line. A fee is cancelled with the last of the goods, which must be known from the start.
  const isLastAdded = count > 1 && pick.of([false, false, true]);
  const lines = Array.from({ length: count }, (_, i) =>
    lineFacts(pick, `${i}`, isLastAdded && i === count - 1),
  );
  const fee = aLine("Tip", { kind: "fee", grossMinor: 299, taxMinor: 0, unitCostMinor: null });
  const fees =
    !isLastAdded && pick.of([false, true]) ? [{ line: fee, isAdded: false, shipped: 0, cancelled: 0 }] : [];
  const all = [...lines, ...fees];
  const worth = all.reduce(
    (sum, { line }) => sum + priceOf(line, taxIncluded),
    priceOf(shipping, taxIncluded),
  );
  return {
    taxIncluded,
    shipping,
    roundingMinor: pick.of([0, 0, 2, -3]),
    lines: all,
    payments: paymentsOf(pick, worth),
    refunds: refundsOf(pick, lines, taxIncluded),
  };
}

export const priceOf = ({ grossMinor, discountMinor, taxMinor }: Amounts, taxIncluded: boolean): number =>
  grossMinor - discountMinor + (taxIncluded ? 0 : taxMinor);

/** Up to three payments under two external ids, of which one may be by gift card. */
function paymentsOf(pick: Pick, worth: number): NewPayment[] {
  const total = Math.floor((worth * pick.of([0, 33, 50, 100, 100, 100, 110, 130])) / 100);
  const first = Math.floor((total * pick.of([100, 100, 60])) / 100);
  const card = Math.floor(((total - first) * pick.of([0, 50, 100])) / 100);
  return (
    [
      { externalId: "p", kind: "captured", amountMinor: first, at: NOON },
      { externalId: "p", kind: "gift_card", amountMinor: card, at: NOON },
      { externalId: "q", kind: "captured", amountMinor: total - first - card, at: NOON },
    ] as const
  ).filter(({ amountMinor }) => amountMinor > 0);
}

/** Up to three refunds: of units that are cancelled in the end, of units that come back, of shipping, or of nothing. */
function refundsOf(pick: Pick, lines: readonly LineFacts[], taxIncluded: boolean): RefundFacts[] {
  const left = lines.map(({ shipped, cancelled }) => ({ shipped, cancelled }));
  return Array.from({ length: pick.upTo(3) }, (_, i): RefundFacts => {
    const which = pick.upTo(lines.length - 1);
    const { line } = lines[which]!;
    const cancelled = pick.upTo(left[which]!.cancelled);
    const back = pick.upTo(left[which]!.shipped);
    left[which]!.cancelled -= cancelled;
    left[which]!.shipped -= back;
    const shippingMinor = pick.of([0, 0, 0, 100]);
    const worth = Math.floor((priceOf(line, taxIncluded) * (cancelled + back)) / line.ordered);
    const share = pick.of([0, 50, 100, 100, 110]);
    const amountMinor = Math.floor(((worth + shippingMinor) * share) / 100) + pick.of([0, 0, 7]);
    return {
      type: "refund.recorded",
      externalId: `r${pick.upTo(2)}${i}`,
      amountMinor,
      shippingMinor: Math.min(shippingMinor, amountMinor),
      itemized: true,
      at: NOON + pick.upTo(2),
      reason: null,
      lines: cancelled + back > 0 ? [{ externalLineId: line.externalId, quantity: cancelled + back }] : [],
      returned: back > 0 ? [{ lineId: line.id, quantity: back, restockLocationId: null }] : [],
    };
  });
}

/** Makes the events of one step; null if it is not possible yet. */
type Step = (order: Order, count: number) => readonly OrderEvent[] | null;

/** Steps that follow each other; those of several threads mix in any sequence. */
type Thread = Step[];

const hasLine = (order: Order, id: LineId): boolean => order.lines.some((line) => line.id === id);

/** The whole quantity at once, or unit by unit. */
const partsOf = (pick: Pick, quantity: number): number[] =>
  pick.of([true, false]) ? [quantity] : Array.from({ length: quantity }, () => 1);

const ship =
  ({ id }: OrderLine, quantity: number): Step =>
  (order, count) => {
    const line = order.lines.find((each) => each.id === id);
    if (!line) return null;
    const amounts = amountsOfUnits(line, line.shipped, line.shipped + quantity);
    return [
      {
        type: "shipment.shipped",
        shipmentId: `shp_${count}`,
        fulfillmentId: `ful_${id}`,
        locationId: "east",
        ...NO_CARRIER,
        at: NOON,
        lines: [{ lineId: id, quantity, sku: null, unitCostMinor: 0, amounts }],
      },
    ];
  };

const cancel =
  ({ id }: OrderLine, quantity: number): Step =>
  (order) => {
    if (!hasLine(order, id)) return null;
    const decision = decideCancel(order, { units: [{ lineId: id, quantity }], reason: "No", by: "test" });
    if (!decision.ok) throw new Error(decision.rejection.code);
    return decision.value;
  };

/** The storefront reports the payment with the amount, and the others as they are. */
const pay =
  (payment: NewPayment, amountMinor: number): Step =>
  (order) => {
    const others = order.payments.filter(
      ({ externalId, kind }) => externalId !== payment.externalId || kind !== payment.kind,
    );
    return decidePayments(order, [...others, { ...payment, amountMinor }], NOON);
  };

/** At once, in two parts, twice, or too much first, and after an authorization. */
function paymentSteps(pick: Pick, payment: NewPayment): Thread {
  const { amountMinor } = payment;
  const before = pick.of([
    [],
    [],
    [Math.floor(amountMinor / 3)],
    [amountMinor],
    [2 * amountMinor + 5],
    [amountMinor, 0],
  ]);
  return [...before, amountMinor].map((amount) => pay(payment, amount));
}

function areShipped(order: Order, { returned }: RefundFacts): boolean {
  return returned.every(({ lineId, quantity }) =>
    order.lines.some((line) => line.id === lineId && line.shipped - line.returned >= quantity),
  );
}

/** With its units at once; or without them, and they become known later. Its amounts may change, too. */
function refundSteps(pick: Pick, refund: RefundFacts): Thread {
  const { externalId, amountMinor, shippingMinor, lines, returned } = refund;
  const isLater = pick.of([false, true]);
  const isChanged = pick.of([false, false, true]);
  const amounts = isChanged
    ? { amountMinor: amountMinor + 11, shippingMinor: 0 }
    : { amountMinor, shippingMinor };
  const recorded = { ...refund, ...amounts, ...(isLater && { itemized: false, lines: [], returned: [] }) };
  const steps: Thread = [(order) => (isLater || areShipped(order, refund) ? [recorded] : null)];
  if (isChanged)
    steps.push(() => [{ type: "refund.changed", externalId, amountMinor, shippingMinor, at: NOON + 9 }]);
  if (isLater) {
    const itemized = {
      type: "refund.itemized",
      externalId,
      lines,
      returned,
      at: NOON + 9,
      by: "test",
    } as const;
    steps.push((order) => (areShipped(order, refund) ? [itemized] : null));
  }
  return steps;
}

const fulfillmentOf = ({ id, ordered }: OrderLine): Fulfillment => ({
  id: `ful_${id}`,
  locationId: "east",
  status: "released",
  releaseAt: NOON,
  releasedAt: NOON,
  reason: null,
  stopReason: null,
  serviceId: null,
  shipByOn: null,
  lateAt: null,
  pendingMoves: 0,
  lines: [{ lineId: id, quantity: ordered, shipped: 0 }],
});

const add =
  ({ line }: LineFacts): Step =>
  () => [{ type: "order.lines_added", lines: [line], fulfillments: [], totalMinor: 0 }];

const UNPAID = anOrder({ totalMinor: 1, payments: [], capturedMinor: 0, balances: NOTHING_OWED });

/** The order at its start: other prices than at the end, if it is to be repriced. */
function placed({ lines, taxIncluded, shipping, roundingMinor }: Facts, isRepriced: boolean): Order {
  const first = lines.filter(({ isAdded }) => !isAdded).map(({ line }) => line);
  const dearer = first.map((line) => ({ ...line, grossMinor: line.grossMinor + 17, taxMinor: 0 }));
  return {
    ...UNPAID,
    lines: isRepriced ? dearer : first,
    taxIncluded,
    shipping: isRepriced ? { grossMinor: 250, discountMinor: 0, taxMinor: 20 } : shipping,
    roundingMinor: isRepriced ? 1 : roundingMinor,
    // The fulfillment of a line that an edit adds is there from the start.
    fulfillments: lines.filter(({ line }) => line.kind !== "fee").map(({ line }) => fulfillmentOf(line)),
  };
}

function repriced({ lines, shipping, roundingMinor, taxIncluded }: Facts): Step {
  const given = { shipping, roundingMinor, totalMinor: 1, taxIncluded };
  const prices = lines.map(({ line }) => {
    const { id, title, unitPriceMinor, grossMinor, discountMinor, taxMinor } = line;
    return { id, title, unitPriceMinor, grossMinor, discountMinor, taxMinor };
  });
  return () => [{ type: "order.repriced", lines: prices, ...given }];
}

/**
 * Plays one sequence that leads to the facts, in commits of one step or of several, and returns the order at its end.
 *
 * @param check is called with the order after each commit.
 */
export function play(facts: Facts, pick: Pick, check: (order: Order) => void = () => {}): Order {
  const isRepriced = pick.of([false, false, true]);
  const threads: Thread[] = [
    ...facts.payments.map((payment) => paymentSteps(pick, payment)),
    ...facts.refunds.map((refund) => refundSteps(pick, refund)),
    ...facts.lines.flatMap(({ line, shipped, cancelled }) => [
      (shipped > 0 ? partsOf(pick, shipped) : []).map((quantity) => ship(line, quantity)),
      (cancelled > 0 ? partsOf(pick, cancelled) : []).map((quantity) => cancel(line, quantity)),
    ]),
    ...facts.lines.filter(({ isAdded }) => isAdded).map((line) => [add(line)]),
    isRepriced ? [repriced(facts)] : [],
  ].filter((thread) => thread.length > 0);
  let order = placed(facts, isRepriced);
  let count = 0;
  while (threads.length > 0) {
    const first = pick.upTo(threads.length - 1);
    const next = takeStep(threads, first, order, (count += 1));
    if (next.length === 0) continue;
    order = next.reduce(evolve, order);
    const isCommitted = threads.length === 0 || pick.of([true, false]);
    if (!isCommitted) continue;
    order = evolveAll(order, [], NOON);
    check(order);
  }
  return evolveAll(order, [], NOON);
}

/** Takes the next step of the chosen thread, or of the one after it if that is not possible yet. */
function takeStep(threads: Thread[], first: number, order: Order, count: number): readonly OrderEvent[] {
  for (let offset = 0; offset < threads.length; offset += 1) {
    const at = (first + offset) % threads.length;
    const events = threads[at]![0]!(order, count);
    if (events === null) continue;
    threads[at]!.shift();
    if (threads[at]!.length === 0) threads.splice(at, 1);
    return events;
  }
  throw new Error("no step is possible");
}
