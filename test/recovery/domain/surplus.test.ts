import { expect, it, describe } from "vitest";
import type { LineId } from "../../../src/kernel/ids";
import { surplusOf } from "../../../src/recovery/domain/surplus";
import { tracesToLose } from "../../../src/recovery/domain/traces";
import { aLine, anOrder } from "../../support/an-order";

const LINE = "line_mug" as LineId;
const of = { sku: "MUG", lineId: LINE };
const held = { allocated: [{ locationId: "east", quantity: 3 }], backordered: 2 };

describe("surplusOf", () => {
  it("is all that is held if there is no order", () => {
    expect(surplusOf(null, held, of)).toEqual([
      { locationId: "east", quantity: 3 },
      { locationId: null, quantity: 2 },
    ]);
  });

  it("is what the order does not need", () => {
    const order = anOrder({ lines: [aLine("Mug", { id: LINE, sku: "MUG", ordered: 2, backordered: 2 })] });
    expect(surplusOf(order, held, of)).toEqual([{ locationId: "east", quantity: 3 }]);
    expect(surplusOf(order, { allocated: [], backordered: 1 }, of)).toEqual([]);
    expect(surplusOf(order, held, { ...of, sku: "HAT" })).toHaveLength(2);
  });
});

describe("tracesToLose", () => {
  it("tells orders that are lost from those that are behind", () => {
    const traces = [
      { id: "ord_lost", version: 1 },
      { id: "ord_behind", version: 5 },
      { id: "ord_same", version: 2 },
      { id: "ord_ahead", version: 2 },
    ] as const;
    const stored = new Map([
      ["ord_behind", 3],
      ["ord_same", 2],
      ["ord_ahead", 4],
    ] as const);
    expect(tracesToLose(traces, stored)).toEqual({
      lost: [traces[0]],
      behind: [{ trace: traces[1], version: 3 }],
    });
  });
});
