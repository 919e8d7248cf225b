/** Applies the events that change payments and refunds. */
import type { MoneyEvent } from "../events/money-events";
import type { EventOf } from "../order-events";
import type { Order, RecordedPayment, RecordedRefund } from "../order";
import { withLine } from "./copy-with";

type PaymentEvent = Extract<MoneyEvent, { type: `payment.${string}` }>;

/** A payment of nothing is not kept. The order's sums follow. */
export function paymentChanged(event: PaymentEvent, order: Order): Order {
  const { externalId, at } = event;
  const kind = kindOf(event);
  const isSame = (each: RecordedPayment) => each.externalId === externalId && each.kind === kind;
  const before = order.payments.find(isSame)?.amountMinor ?? 0;
  const changed = { externalId, kind, amountMinor: amountAfter(event, before), at };
  const payments = [...order.payments.filter((each) => !isSame(each)), changed].filter(
    ({ amountMinor }) => amountMinor > 0,
  );
  const sumOf = (which: (kind: RecordedPayment["kind"]) => boolean) =>
    payments.filter((each) => which(each.kind)).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return {
    ...order,
    payments,
    authorizedMinor: sumOf((each) => each === "authorized"),
    capturedMinor: sumOf((each) => each !== "authorized"),
  };
}

function kindOf(event: PaymentEvent): RecordedPayment["kind"] {
  if (event.type === "payment.authorized" || event.type === "payment.authorization_ended") {
    return "authorized";
  }
  return event.giftCard ? "gift_card" : "captured";
}

function amountAfter(event: PaymentEvent, before: number): number {
  switch (event.type) {
    case "payment.authorized":
      return event.amountMinor;
    case "payment.authorization_ended":
      return 0;
    case "payment.captured":
      return before + event.amountMinor;
    case "payment.reversed":
      return before - event.amountMinor;
  }
}

export function refundRecorded(event: EventOf<"refund.recorded">, order: Order): Order {
  const { externalId, amountMinor, shippingMinor, itemized, at } = event;
  const refund = { externalId, amountMinor, shippingMinor, ...keptOf(event), itemized, at, lines: [] };
  return withRefunds(withUnitsOfRefund({ ...order, refunds: [...order.refunds, refund] }, event));
}

const keptOf = ({ keptMinor }: Readonly<{ keptMinor?: number }>): Readonly<{ keptMinor?: number }> =>
  keptMinor === undefined ? {} : { keptMinor };

/** Its units stay as they are. */
export function refundChanged(event: EventOf<"refund.changed">, order: Order): Order {
  const { externalId, amountMinor, shippingMinor } = event;
  const changed = (refund: RecordedRefund): RecordedRefund => {
    const { keptMinor: _kept, ...rest } = refund;
    return { ...rest, amountMinor, shippingMinor, ...keptOf(event) };
  };
  const refunds = order.refunds.map((refund) =>
    refund.externalId === externalId ? changed(refund) : refund,
  );
  return withRefunds({ ...order, refunds });
}

export const refundItemized = (event: EventOf<"refund.itemized">, order: Order): Order =>
  withUnitsOfRefund(
    withRefund(order, event.externalId, () => ({ itemized: true })),
    event,
  );

/** The units that the refund lists, and those of them that came back. */
function withUnitsOfRefund(
  order: Order,
  { externalId, lines, returned }: EventOf<"refund.recorded"> | EventOf<"refund.itemized">,
): Order {
  const withReturned = returned.reduce(
    (before, { lineId, quantity }) =>
      withLine(before, lineId, (line) => ({ returned: line.returned + quantity })),
    order,
  );
  const back = new Map<string, number>();
  for (const { lineId, quantity } of returned) {
    const id = order.lines.find((line) => line.id === lineId)!.externalId;
    back.set(id, (back.get(id) ?? 0) + quantity);
  }
  const listed = lines.map(({ externalLineId, quantity }) => {
    const units = Math.min(quantity, back.get(externalLineId) ?? 0);
    back.set(externalLineId, (back.get(externalLineId) ?? 0) - units);
    return { externalLineId, quantity, returned: units };
  });
  return withRefund(withReturned, externalId, () => ({ lines: listed }));
}

const withRefund = (
  order: Order,
  externalId: string,
  change: (refund: RecordedRefund) => Partial<RecordedRefund>,
): Order => ({
  ...order,
  refunds: order.refunds.map((refund) =>
    refund.externalId === externalId ? { ...refund, ...change(refund) } : refund,
  ),
});

const withRefunds = (order: Order): Order => ({
  ...order,
  refundedMinor: order.refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
});
