/** Sales in EUR, and what happens to them, for tests of their books in USD. */
import { NO_AMOUNTS } from "../../../src/orders/domain/amounts";
import { evolveAll } from "../../../src/orders/domain/evolve/evolve";
import type { Order, RecordedPayment } from "../../../src/orders/domain/order";
import type { EventOf, OrderEvent } from "../../../src/orders/domain/order-events";
import type { OrderLine } from "../../../src/orders/domain/order-line";
import { journalEntryOf } from "../../../src/orders/domain/postings";
import { aLine, anOrder, NOON } from "../../support/an-order";
import { fulfillment, MUG, refundOf, shipping } from "./mug-orders";
import { lineId } from "./sales";

export const BOOKS = { booksCurrency: "USD", booksTimeZone: "America/New_York" };

/** 100.00 of goods and 8.00 shipping, 10.00 off, 9.80 tax: 107.80. They cost 42.00. */
export const goods = (over: Partial<OrderLine> = {}) =>
  aLine("Mug", {
    id: MUG,
    grossMinor: 10_000,
    discountMinor: 1_000,
    taxMinor: 900,
    unitCostMinor: 4_200,
    ...over,
  });
export const charge = { grossMinor: 800, discountMinor: 0, taxMinor: 80 };

export const paidWith = (
  amountMinor: number,
  kind: RecordedPayment["kind"] = "captured",
): Pick<Order, "payments" | "capturedMinor"> => ({
  payments: amountMinor === 0 ? [] : [{ externalId: "pay-1", kind, amountMinor, at: NOON }],
  capturedMinor: amountMinor,
});

/** The sale, released to its location, and paid with the amount. */
export const sale = (paid: number, over: Partial<Order> = {}): Order => {
  const lines = over.lines ?? [goods()];
  const open = lines.filter(({ allocated, kind }) => allocated > 0 && kind !== "fee");
  const planned = open.map(({ id, allocated }) => ({ lineId: id, quantity: allocated, shipped: 0 }));
  return anOrder({
    currency: "EUR",
    lines,
    shipping: charge,
    fulfillments: planned.length === 0 ? [] : [fulfillment("a", 0, { status: "released", lines: planned })],
    ...paidWith(paid),
    ...over,
  });
};

export const captured = (amountMinor: number): EventOf<"payment.captured"> => ({
  type: "payment.captured",
  externalId: "pay-2",
  amountMinor,
  at: 0,
});

/** The price of the goods. */
export const price = { id: MUG, title: "Mug", unitPriceMinor: 10_000, grossMinor: 10_000 };

/** A parcel with a unit of each line. */
export const shippedAll = (order: Order): EventOf<"shipment.shipped"> => {
  const event = shipping(1, "ful_a");
  const [line] = event.lines;
  return {
    ...event,
    lines: order.lines
      .filter(({ allocated }) => allocated > 0)
      .map(({ id, unitCostMinor }) => ({ ...line!, lineId: id, unitCostMinor: unitCostMinor ?? 0 })),
  };
};

export const shipped = (paid: number): Order => sale(paid, { lines: [goods({ shipped: 1 })] });
export const cancelled = (paid: number): Order => sale(paid, { lines: [goods({ cancelled: 1 })] });

/** A refund of the whole sale, which came back. */
export const wholeReturn = (amountMinor: number, restockLocationId: string | null) =>
  refundOf({
    amountMinor,
    shippingMinor: amountMinor === 0 ? 0 : 880,
    lines: [{ externalLineId: "Mug", quantity: 1 }],
    returned: [{ lineId: MUG, quantity: 1, restockLocationId }],
  });

export const CARD = lineId("Card");
export const card = (over: Partial<OrderLine> = {}) =>
  aLine("Card", {
    id: CARD,
    kind: "gift_card",
    grossMinor: 2_500,
    taxMinor: 0,
    unitCostMinor: null,
    ...over,
  });
/** Goods of 75.00, and a gift card of 25.00. */
export const withCard = (paid: number, shippedUnits: 0 | 1, over: Partial<Order> = {}) => {
  const of = { shipped: shippedUnits };
  const lines = [
    goods({ grossMinor: 7_500, discountMinor: 0, taxMinor: 0, unitCostMinor: 0, ...of }),
    card(of),
  ];
  return sale(paid, { lines, shipping: NO_AMOUNTS, ...over });
};

/** The journal entry of a commit of the events. */
export const entryFor = (before: Order, ...events: OrderEvent[]) =>
  journalEntryOf({ before, after: evolveAll(before, events, NOON), events }, NOON, BOOKS);
