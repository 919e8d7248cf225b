/** Units that an edit put on a line: with those that were there they come to what the storefront says, to the cent. */
import { describe, expect, it } from "vitest";
import { payable } from "../../../src/orders/domain/amounts";
import type { NewOrderLine } from "../../../src/orders/domain/new-order";
import { computedTotal } from "../../../src/orders/domain/new-order-checks";
import { aSale, inSync, sold, takenIn } from "../../support/a-sale";

const line = (quantity: number, amounts: Partial<NewOrderLine>) =>
  sold("Mug", quantity, { unitPriceMinor: 0, grossMinor: 0, taxMinor: 0, ...amounts });

describe("an edited line adds up", () => {
  it.each([
    ["at a price of a third of a cent", line(2, { grossMinor: 666 }), line(3, { grossMinor: 1000 })],
    [
      "whose discount came with the edit",
      line(1, { unitPriceMinor: 1000, grossMinor: 1000 }),
      line(2, { unitPriceMinor: 1000, grossMinor: 2000, discountMinor: 500 }),
    ],
    ["whose tax is rounded anew", line(2, { taxMinor: 33 }), line(3, { taxMinor: 50 })],
    [
      "where a product of its numbers passes 2^53",
      line(999_999, { grossMinor: 9e15, discountMinor: 9e15 - 999_999 }),
      line(1_000_000, { grossMinor: 9e15 + 9, discountMinor: 9e15 - 999_991 }),
    ],
  ])("%s", (_, before, after) => {
    const sale = aSale({ lines: [before] });
    const state = aSale({ lines: [after], storefrontUpdatedAt: sale.storefrontUpdatedAt + 1 });
    const order = inSync(takenIn(sale), state);
    const worth = order.lines.reduce((sum, each) => sum + payable(each, order.taxIncluded), 0);
    expect(worth).toBe(computedTotal(state));
    expect(order.balances).toEqual({ depositsMinor: worth, receivableMinor: 0, refundPayableMinor: 0 });
  });
});
