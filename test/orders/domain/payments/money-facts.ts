/** Orders as the facts of their money, for tests: units by state, what was captured, and refunds. */
import { NO_AMOUNTS } from "../../../../src/orders/domain/amounts";
import type { Order, RecordedRefund } from "../../../../src/orders/domain/order";
import type { OrderLine } from "../../../../src/orders/domain/order-line";
import { aLine, anOrder, NOON } from "../../../support/an-order";

/** Units at 1.00 each, without tax: four of them, or as many as are ordered. */
export const units = (over: Partial<OrderLine> = {}): OrderLine => {
  const ordered = over.ordered ?? 4;
  return aLine("A", { ordered, grossMinor: 100 * ordered, taxMinor: 0, ...over });
};

/** 10.00 for three, 0.50 off, 1.00 of tax. By unit: 3.33 3.33 3.34, discount 0.16 0.17 0.17, tax 0.33 0.33 0.34. */
export const three = (over: Partial<OrderLine> = {}): OrderLine =>
  aLine("A", { ordered: 3, grossMinor: 1000, discountMinor: 50, taxMinor: 100, ...over });

/** 0.10 for seven, 0.09 off: the fourth unit is worth −0.01. Three were shipped, and the last three were cancelled. */
export const onlyFourthLeft = aLine("Odd", {
  ordered: 7,
  grossMinor: 10,
  discountMinor: 9,
  taxMinor: 0,
  shipped: 3,
  cancelled: 3,
});

/** `"2 A"`: units that were cancelled; `"2 A 1"`: one of them came back. */
function refundedLine(text: string): RecordedRefund["lines"][number] {
  const [quantity, externalLineId, returned = "0"] = text.split(" ");
  return { externalLineId: externalLineId!, quantity: Number(quantity), returned: Number(returned) };
}

export const refundFor = (
  amountMinor: number,
  lines: readonly string[] = [],
  over: Partial<RecordedRefund> = {},
): RecordedRefund => ({
  externalId: "r1",
  amountMinor,
  shippingMinor: 0,
  itemized: true,
  at: NOON,
  lines: lines.map(refundedLine),
  ...over,
});

/** An order with free shipping and no payment, or with what is given. */
export function facts(
  lines: readonly OrderLine[],
  { refunds = [], capturedMinor = 0, ...over }: Partial<Order> = {},
): Order {
  const refundedMinor = refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const payments =
    capturedMinor === 0
      ? []
      : [{ externalId: "pay_1", kind: "captured" as const, amountMinor: capturedMinor, at: NOON }];
  return anOrder({ lines, shipping: NO_AMOUNTS, payments, capturedMinor, refunds, refundedMinor, ...over });
}
