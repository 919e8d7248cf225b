/** What the events of payments and refunds change of an order. Its balances follow: payments/settlement.test.ts. */
import { describe, expect, it } from "vitest";
import { evolve } from "../../../../src/orders/domain/evolve/evolve";
import type { Order, RecordedPayment, RecordedRefund } from "../../../../src/orders/domain/order";
import type { EventOf, OrderEvent } from "../../../../src/orders/domain/order-events";
import { aLine, anOrder, NOON } from "../../../support/an-order";
import { cancelling, from, fulfillment, mug, MUG, mugOrder, refundOf, shipping } from "../mug-orders";
import { unitsText } from "../order-text";

const payment = (
  kind: RecordedPayment["kind"],
  externalId: string,
  amountMinor: number,
  at = NOON,
): RecordedPayment => ({ externalId, kind, amountMinor, at });

const LATER = NOON + 9;
const authorized = (externalId: string, amountMinor: number): OrderEvent => ({
  type: "payment.authorized",
  externalId,
  amountMinor,
  at: LATER,
});
const ended = (externalId: string): OrderEvent => ({
  type: "payment.authorization_ended",
  externalId,
  at: LATER,
});
const captured = (externalId: string, amountMinor: number): EventOf<"payment.captured"> => ({
  type: "payment.captured",
  externalId,
  amountMinor,
  at: LATER,
});
const reversed = (externalId: string, amountMinor: number): EventOf<"payment.reversed"> => ({
  type: "payment.reversed",
  externalId,
  amountMinor,
  at: LATER,
});
const byGiftCard = { giftCard: true } as const;

/** The same external id, once of each kind, and a second capture. */
const paidThreefold: Order = anOrder({
  payments: [
    payment("authorized", "p", 500),
    payment("captured", "p", 300),
    payment("gift_card", "p", 200),
    payment("captured", "q", 70),
  ],
  authorizedMinor: 500,
  capturedMinor: 570,
});

const paymentsText = ({ payments }: Order): string[] =>
  payments
    .map(({ kind, externalId, amountMinor, at }) => `${kind} ${externalId} ${amountMinor} +${at - NOON}`)
    .toSorted();

describe("a payment", () => {
  it.each<{ name: string; event: OrderEvent; payments: string[]; sums: [number, number] }>([
    {
      name: "that is authorized has that amount from now on",
      event: authorized("p", 400),
      payments: ["authorized p 400 +9", "captured p 300 +0", "captured q 70 +0", "gift_card p 200 +0"],
      sums: [400, 570],
    },
    {
      name: "that is authorized under another id adds to what is authorized",
      event: authorized("r", 40),
      payments: [
        "authorized p 500 +0",
        "authorized r 40 +9",
        "captured p 300 +0",
        "captured q 70 +0",
        "gift_card p 200 +0",
      ],
      sums: [540, 570],
    },
    {
      name: "is authorized no more once its authorization has ended, and what was captured stays",
      event: ended("p"),
      payments: ["captured p 300 +0", "captured q 70 +0", "gift_card p 200 +0"],
      sums: [0, 570],
    },
    {
      name: "that is captured grows by that amount",
      event: captured("p", 25),
      payments: ["authorized p 500 +0", "captured p 325 +9", "captured q 70 +0", "gift_card p 200 +0"],
      sums: [500, 595],
    },
    {
      name: "that is captured under another id is recorded",
      event: captured("r", 25),
      payments: [
        "authorized p 500 +0",
        "captured p 300 +0",
        "captured q 70 +0",
        "captured r 25 +9",
        "gift_card p 200 +0",
      ],
      sums: [500, 595],
    },
    {
      name: "by gift card grows apart from the others of its id, and counts as captured",
      event: { ...captured("p", 25), ...byGiftCard },
      payments: ["authorized p 500 +0", "captured p 300 +0", "captured q 70 +0", "gift_card p 225 +9"],
      sums: [500, 595],
    },
    {
      name: "that is taken back in part falls by that amount",
      event: reversed("p", 299),
      payments: ["authorized p 500 +0", "captured p 1 +9", "captured q 70 +0", "gift_card p 200 +0"],
      sums: [500, 271],
    },
    {
      name: "that is taken back is not recorded any more",
      event: reversed("p", 300),
      payments: ["authorized p 500 +0", "captured q 70 +0", "gift_card p 200 +0"],
      sums: [500, 270],
    },
    {
      name: "by gift card is taken back apart from the others of its id",
      event: { ...reversed("p", 200), ...byGiftCard },
      payments: ["authorized p 500 +0", "captured p 300 +0", "captured q 70 +0"],
      sums: [500, 370],
    },
  ])("$name", ({ event, payments, sums: [authorizedMinor, capturedMinor] }) => {
    const after = evolve(paidThreefold, event);
    expect(paymentsText(after)).toEqual(payments);
    expect(after).toEqual({ ...paidThreefold, payments: after.payments, authorizedMinor, capturedMinor });
  });
});

/** Four mugs of two lines here, which are one line at the storefront, and a cup. */
const CUP = aLine("Cup").id;
const refunded = (over: Partial<RecordedRefund> = {}): RecordedRefund => ({
  externalId: "ref_0",
  amountMinor: 100,
  shippingMinor: 10,
  itemized: false,
  at: NOON,
  lines: [],
  ...over,
});
const before: Order = anOrder({
  lines: [
    mug({ ordered: 2, shipped: 2 }),
    aLine("More", { externalId: "Mug", ordered: 2, shipped: 2 }),
    aLine("Cup", { ordered: 3, shipped: 2, cancelled: 1 }),
  ],
  refunds: [refunded()],
  refundedMinor: 100,
});
const back = (lineId: typeof MUG, quantity: number) => ({ lineId, quantity, restockLocationId: null });
const MORE = before.lines[1]!.id;

describe("a refund", () => {
  it("is recorded with its amounts, time and lines, beside the others", () => {
    const lines = [{ externalLineId: "Cup", quantity: 1 }];
    const event = refundOf({ amountMinor: 5, shippingMinor: 2, itemized: false, at: LATER, lines });
    expect(evolve(before, event)).toEqual({
      ...before,
      refundedMinor: 105,
      refunds: [
        refunded(),
        {
          externalId: "ref_1",
          amountMinor: 5,
          shippingMinor: 2,
          itemized: false,
          at: LATER,
          lines: [{ externalLineId: "Cup", quantity: 1, returned: 0 }],
        },
      ],
    });
  });

  it("is set to other amounts, and the others stay", () => {
    const two = evolve(before, refundOf({ amountMinor: 5, lines: [{ externalLineId: "Cup", quantity: 1 }] }));
    const changed = evolve(two, {
      type: "refund.changed",
      externalId: "ref_0",
      amountMinor: 30,
      shippingMinor: 3,
      at: LATER,
    });
    expect(changed).toEqual({
      ...two,
      refundedMinor: 35,
      refunds: [refunded({ amountMinor: 30, shippingMinor: 3 }), two.refunds[1]],
    });
  });

  it("is itemized with its units, and the others stay", () => {
    const two = evolve(before, refundOf({ itemized: false, amountMinor: 5 }));
    const itemized = evolve(two, {
      type: "refund.itemized",
      externalId: "ref_0",
      lines: [{ externalLineId: "Cup", quantity: 2 }],
      returned: [back(CUP, 1)],
      at: LATER,
      by: "staff",
    });
    expect(itemized.refunds).toEqual([
      refunded({ itemized: true, lines: [{ externalLineId: "Cup", quantity: 2, returned: 1 }] }),
      two.refunds[1],
    ]);
    expect(itemized.refundedMinor).toBe(105);
    expect(unitsText(itemized)[2]).toBe("Cup: 2 shipped (1 returned), 1 cancelled");
  });

  type Case = Readonly<{
    name: string;
    lines: [string, number][];
    returned: [typeof MUG, number][];
    /** Of the units of each line that it lists, those that came back. */
    listed: number[];
    units: string[];
  }>;
  const none = ["Mug: 2 shipped", "More: 2 shipped", "Cup: 2 shipped, 1 cancelled"];
  it.each<Case>([
    {
      name: "of units that are gone returns none",
      lines: [["Cup", 1]],
      returned: [],
      listed: [0],
      units: none,
    },
    {
      name: "lists fewer returned units than units, if others were cancelled",
      lines: [["Cup", 3]],
      returned: [[CUP, 2]],
      listed: [2],
      units: ["Mug: 2 shipped", "More: 2 shipped", "Cup: 2 shipped (2 returned), 1 cancelled"],
    },
    {
      name: "lists the returned units of all lines that are one at the storefront",
      lines: [["Mug", 4]],
      returned: [
        [MUG, 2],
        [MORE, 1],
      ],
      listed: [3],
      units: ["Mug: 2 shipped (2 returned)", "More: 2 shipped (1 returned)", none[2]!],
    },
    {
      name: "that lists a line twice has its returned units at the first, and the rest at the second",
      lines: [
        ["Mug", 1],
        ["Cup", 1],
        ["Mug", 2],
      ],
      returned: [
        [MUG, 1],
        [MUG, 1],
      ],
      listed: [1, 0, 1],
      units: ["Mug: 2 shipped (2 returned)", none[1]!, none[2]!],
    },
    {
      name: "that lists a line twice has no returned units, if none came back",
      lines: [
        ["Cup", 1],
        ["Cup", 2],
      ],
      returned: [],
      listed: [0, 0],
      units: none,
    },
    {
      name: "of two lines lists the returned units of each",
      lines: [
        ["Cup", 2],
        ["Mug", 1],
      ],
      returned: [
        [MUG, 1],
        [CUP, 2],
      ],
      listed: [2, 1],
      units: ["Mug: 2 shipped (1 returned)", none[1]!, "Cup: 2 shipped (2 returned), 1 cancelled"],
    },
  ])("$name", ({ lines, returned, listed, units }) => {
    const event = refundOf({
      lines: lines.map(([externalLineId, quantity]) => ({ externalLineId, quantity })),
      returned: returned.map(([lineId, quantity]) => back(lineId, quantity)),
    });
    const after = evolve(before, event);
    expect(after.refunds.at(-1)!.lines.map((line) => line.returned)).toEqual(listed);
    expect(unitsText(after)).toEqual(units);
  });

  it("adds to the units that came back before", () => {
    const once = evolve(before, refundOf({ returned: [back(CUP, 1)] }));
    const twice = evolve(once, refundOf({ externalId: "ref_2", returned: [back(CUP, 1)] }));
    expect(twice.lines[2]!.returned).toBe(2);
  });
});

describe("events of units", () => {
  const open = mugOrder([fulfillment("a", 3, { status: "released" })]);
  it.each<{ name: string; event: OrderEvent }>([
    { name: "a shipment", event: shipping(1, "ful_a") },
    { name: "a cancellation", event: cancelling({ allocated: [from("a", 1)] }) },
  ])("change no payment, refund or balance by themselves: $name", ({ event }) => {
    const { payments, refunds, authorizedMinor, capturedMinor, refundedMinor, balances } = open;
    const same = { payments, refunds, authorizedMinor, capturedMinor, refundedMinor, balances };
    expect(evolve(open, event)).toMatchObject(same);
  });
});
