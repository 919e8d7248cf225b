/** Holds for refunds: which units they are for, which units the order has, and how much was paid. */
import { describe, expect, it } from "vitest";
import type { Order, RecordedRefund } from "../../../../src/orders/domain/order";
import type { OrderLine } from "../../../../src/orders/domain/order-line";
import { aLine } from "../../../support/an-order";
import { fulfillment, held } from "../mug-orders";
import { cancelled, holdsText, NO_PAYMENT, refund, refunded, shipped } from "./standing";

describe("refund_unclear", () => {
  const first = "Refund r1 of 5.00 GBP does not list its units.";
  const second = "Refund r2 of 0.01 GBP does not list its units.";
  const all = "All that was paid is refunded.";
  const exactly = (capturedMinor: number, refundedMinor: number) =>
    refunded([], { capturedMinor, refundedMinor });

  it.each<{ name: string; order: Order; expected: string[] }>([
    {
      name: "holds an order with units to ship",
      order: refunded([refund("r1")]),
      expected: [`+refund_unclear ${first}`],
    },
    {
      name: "names each refund that does not list its units, and no other",
      order: refunded([
        refund("r1"),
        refund("goodwill", { itemized: true }),
        refund("gone", { amountMinor: 0 }),
        refund("r2", { amountMinor: 1 }),
      ]),
      expected: [`+refund_unclear ${first}\n${second}`],
    },
    { name: "does not hold one that was shipped", order: refunded([refund("r1")], shipped), expected: [] },
    {
      name: "does not hold one that was cancelled",
      order: refunded([refund("r1")], cancelled),
      expected: [],
    },
    {
      name: "ends once the refund is itemized",
      order: refunded([refund("r1", { itemized: true })], { holds: [held("refund_unclear", first)] }),
      expected: ["-refund_unclear"],
    },
    {
      name: "ends once the refund is gone",
      order: refunded([refund("r1", { amountMinor: 0 })], { holds: [held("refund_unclear", first)] }),
      expected: ["-refund_unclear"],
    },
    {
      name: "names only what is unclear still",
      order: refunded([refund("r1", { itemized: true }), refund("r2", { amountMinor: 1 })], {
        holds: [held("refund_unclear", `${first}\n${second}`)],
      }),
      expected: [`+refund_unclear ${second}`],
    },
    {
      name: "names only what staff have not released",
      order: refunded([refund("r1"), refund("r2", { amountMinor: 1 })], {
        releasedHolds: [{ code: "refund_unclear", detail: `${all}\n${first}` }],
      }),
      expected: [`+refund_unclear ${second}`],
    },
    {
      name: "names a released refund again if its amount is another one",
      order: refunded([refund("r1")], {
        releasedHolds: [{ code: "refund_unclear", detail: "Refund r1 of 5.01 GBP does not list its units." }],
      }),
      expected: [`+refund_unclear ${first}`],
    },
    {
      name: "holds an order of which all that was paid is refunded, whatever the refunds list",
      order: exactly(3000, 3000),
      expected: [`+refund_unclear ${all}`],
    },
    {
      name: "holds an order of which the only cent that was paid is refunded",
      order: exactly(1, 1),
      expected: [`+refund_unclear ${all}`],
    },
    { name: "does not if a cent is left", order: exactly(3000, 2999), expected: [] },
    {
      name: "holds an order of which more than all is refunded, beside refund_excessive",
      order: exactly(3000, 3001),
      expected: [`+refund_unclear ${all}`, "+refund_excessive More was refunded than was paid."],
    },
    {
      name: "does not if nothing was ever paid or refunded",
      order: exactly(0, 0),
      expected: [`+payment_pending ${NO_PAYMENT}`],
    },
    {
      name: "names the refund and that all is refunded",
      order: refunded([refund("r1")], { capturedMinor: 500 }),
      expected: [`+refund_unclear ${first}\n${all}`],
    },
  ])("$name", ({ order, expected }) => {
    expect(holdsText(order)).toEqual(expected);
  });
});

describe("refund_unmatched", () => {
  const lists = (quantity: number, externalLineId = "Mug", externalId = "r1"): RecordedRefund =>
    refund(externalId, { itemized: true, lines: [{ externalLineId, quantity, returned: 0 }] });
  const missing = (units: string) => `${units} are refunded, and the order does not have them.`;
  const mugs = (over: Partial<OrderLine>) => aLine("Mug", { ordered: 4, ...over });
  const ofMugs = (over: Partial<OrderLine>, ...refunds: RecordedRefund[]) =>
    refunded(refunds, { lines: [mugs(over)] });
  /** A location is preparing two of them; two others are planned. */
  const prepared = (...refunds: RecordedRefund[]) => {
    const lines = [{ lineId: mugs({}).id, quantity: 2, shipped: 0 }];
    const fulfillments = [fulfillment("a", 2, { status: "released", lines }), fulfillment("b", 2, { lines })];
    return refunded(refunds, { lines: [mugs({})], fulfillments });
  };

  it.each<{ name: string; order: Order; expected: string[] }>([
    {
      name: "does not hold an order for cancelled units",
      order: ofMugs({ cancelled: 2 }, lists(2)),
      expected: [],
    },
    {
      name: "holds it for one unit more",
      order: ofMugs({ cancelled: 2 }, lists(3)),
      expected: [`+refund_unmatched ${missing("1 of Mug")}`],
    },
    {
      name: "does not hold it for returned units",
      order: ofMugs({ shipped: 4, returned: 2 }, lists(2)),
      expected: [],
    },
    {
      name: "holds it for shipped units that did not come back",
      order: ofMugs({ shipped: 4, returned: 2 }, lists(4)),
      expected: [`+refund_unmatched ${missing("2 of Mug")}`],
    },
    {
      name: "does not hold it for cancelled and returned units",
      order: ofMugs({ shipped: 3, returned: 2, cancelled: 1 }, lists(3)),
      expected: [],
    },
    {
      name: "does not hold it for units that a location is preparing",
      order: prepared(lists(2)),
      expected: [],
    },
    {
      name: "holds it for planned units: a refund cancels them",
      order: prepared(lists(3)),
      expected: [`+refund_unmatched ${missing("1 of Mug")}`],
    },
    {
      name: "counts the units of all refunds",
      order: ofMugs({ cancelled: 3 }, lists(2), lists(3, "Mug", "r2")),
      expected: [`+refund_unmatched ${missing("2 of Mug")}`],
    },
    {
      name: "counts the units of all lines that are one at the storefront",
      order: refunded([lists(3)], {
        lines: [
          mugs({ cancelled: 2, storefrontQuantity: 5 }),
          aLine("More", { externalId: "Mug", cancelled: 1, storefrontQuantity: 5 }),
        ],
      }),
      expected: [],
    },
    {
      name: "does not count units that were added again",
      order: refunded([lists(2)], {
        lines: [mugs({ cancelled: 4 }), aLine("Again", { externalId: "Mug", ordered: 4, cancelled: 1 })],
      }),
      expected: [`+refund_unmatched ${missing("1 of Mug")}`],
    },
    {
      name: "names each line, and one that the order does not have by its id",
      order: ofMugs({ cancelled: 1 }, lists(2), lists(3, "Hat", "r2")),
      expected: [`+refund_unmatched ${missing("1 of Mug")}\n${missing("3 of line Hat")}`],
    },
    {
      name: "ends once the units are cancelled",
      order: {
        ...ofMugs({ cancelled: 2 }, lists(2)),
        holds: [held("refund_unmatched", missing("2 of Mug"))],
      },
      expected: ["-refund_unmatched"],
    },
  ])("$name", ({ order, expected }) => {
    expect(holdsText(order)).toEqual(expected);
  });
});

describe("refund_excessive", () => {
  const excessive = "More was refunded than was paid.";
  const exactly = (capturedMinor: number, refundedMinor: number, over: Partial<Order> = {}) =>
    refunded([], { capturedMinor, refundedMinor, ...shipped, ...over });

  it.each<{ name: string; order: Order; expected: string[] }>([
    {
      name: "holds an order of which a cent more was refunded than was paid",
      order: exactly(3000, 3001),
      expected: [`+refund_excessive ${excessive}`],
    },
    { name: "does not hold one of which all was refunded", order: exactly(3000, 3000), expected: [] },
    {
      name: "ends once the payment arrives",
      order: exactly(3000, 3000, { holds: [held("refund_excessive", excessive)] }),
      expected: ["-refund_excessive"],
    },
    {
      name: "stands while the reason is there",
      order: exactly(0, 1, { holds: [held("refund_excessive", excessive)] }),
      expected: [],
    },
    {
      name: "does not hold the order again after staff have released it",
      order: exactly(0, 1, { releasedHolds: [{ code: "refund_excessive", detail: excessive }] }),
      expected: [],
    },
  ])("$name", ({ order, expected }) => {
    expect(holdsText(order)).toEqual(expected);
  });
});
