/** Performs the stock model's calls on the domain, with the consequences that the object adds to each decision. */
import type { LineId } from "../../../src/kernel/ids";
import { confirm, releaseHolding } from "../../../src/inventory/domain/holding-status";
import { liveUnits, mayBeForgotten } from "../../../src/inventory/domain/holding";
import type { Stock } from "../../../src/inventory/domain/sku-stock";
import type { AllocationResult, Holder } from "../../../src/inventory/domain/allocation-request";
import { allocateStock } from "../../../src/inventory/domain/allocate-stock";
import { moveAllocations } from "../../../src/inventory/domain/move-allocations";
import { applyEffect } from "../../../src/inventory/domain/apply-effect";
import { applyOperation, keepSafetyStock } from "../../../src/inventory/domain/stock-operations";
import { withConsequences } from "../../inventory/domain/stock-world";
import type { StockCall, StockReply } from "../history/stock-calls";
import { replyOfAllocation } from "../history/stock-replies";
import { effectOf, operationOf, requestOf } from "../history/stock-requests";

export type Performed = Readonly<{ stock: Stock; reply: StockReply }>;

export function performOn(stock: Stock, call: StockCall, at: number): Performed {
  const done = (next: Stock): Performed => ({ stock: withConsequences(next, at), reply: "done" });
  switch (call.type) {
    case "allocate":
      return allocate(stock, call, at);
    case "move": {
      const holder = call.holder as Holder;
      const holding = stock.holdings.get(holder);
      const to = [{ locationId: call.to, quantity: holding ? liveUnits(holding) : 0 }];
      const moved = moveAllocations(stock, { holder, to, now: at });
      if (!moved.ok) return { stock, reply: { refused: moved.rejection.code } };
      return allocatedAs(moved.value, at);
    }
    case "void":
      return done(released(stock, call.holder, "voided"));
    case "expire":
      return done(released(stock, call.holder, "expired"));
    case "confirm":
      return done(
        stock.holdings.has(call.holder as LineId) ? confirm(stock, call.holder as LineId, at) : stock,
      );
    case "setSafetyStock":
      return done(keepSafetyStock(stock, call.where, call.quantity));
    case "receive":
    case "adjust":
    case "count": {
      const operated = applyOperation(stock, operationOf(call, at));
      return operated.ok ? done(operated.value) : { stock, reply: { refused: operated.rejection.code } };
    }
    case "ship":
    case "release":
    case "releaseBackordered":
    case "reject":
    case "replan":
    case "restock":
      return done(applyEffect(stock, effectOf(call)));
    case "read":
      return done(stock);
  }
}

function released(stock: Stock, holder: string, how: "voided" | "expired"): Stock {
  if (!stock.holdings.has(holder as Holder)) return stock;
  return withoutForgotten(releaseHolding(stock, holder as Holder, how));
}

/** The object deletes holdings that may be forgotten. */
const withoutForgotten = (stock: Stock): Stock => ({
  ...stock,
  holdings: new Map([...stock.holdings].filter(([, it]) => !mayBeForgotten(it))),
});

function allocate(stock: Stock, call: Extract<StockCall, { type: "allocate" }>, at: number): Performed {
  const result = allocateStock(stock, requestOf(call, at));
  if (result.ok) return allocatedAs(result.value, at);
  const { code, available } = result.rejection;
  return { stock, reply: { refused: `${code} ${available}` } };
}

const allocatedAs = (
  { stock, value }: Readonly<{ stock: Stock; value: AllocationResult }>,
  at: number,
): Performed => ({
  stock: withConsequences(withoutForgotten(stock), at),
  reply: replyOfAllocation(value),
});
