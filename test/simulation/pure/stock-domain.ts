/** The domain's stock, asked what the plain one is asked, settled after each step as its object settles it. */
import type { LineId } from "../../../src/kernel/ids";
import { confirm, isForgotten, lapse, liveUnits, type Stock } from "../../../src/inventory/domain/sku-stock";
import type { Claimant, Claimed } from "../../../src/inventory/domain/stock";
import { claimStock, moveClaims } from "../../../src/inventory/domain/allocations";
import { applyEffect } from "../../../src/inventory/domain/stock-effects";
import { keepSafetyStock, operateStock } from "../../../src/inventory/domain/stock-operations";
import { settled } from "../../inventory/domain/stock-world";
import type { StockCall, StockReply } from "../history/stock-model";
import { replyOfClaim } from "../history/stock-replies";
import { effectOf, operationOf, requestOf } from "../history/stock-requests";

export type Performed = Readonly<{ stock: Stock; reply: StockReply }>;

export function performOn(stock: Stock, call: StockCall, at: number): Performed {
  const done = (next: Stock): Performed => ({ stock: settled(next, at), reply: "done" });
  switch (call.type) {
    case "claim":
      return claim(stock, call, at);
    case "move": {
      const claimant = call.who as Claimant;
      const holding = stock.holdings.get(claimant);
      const to = [{ locationId: call.to, quantity: holding ? liveUnits(holding) : 0 }];
      const moved = moveClaims(stock, { claimant, to, now: at });
      if (!moved.ok) return { stock, reply: { refused: moved.rejection.code } };
      return claimedAs(moved.value, at);
    }
    case "void":
      return done(lapsed(stock, call.who, "voided"));
    case "expire":
      return done(lapsed(stock, call.who, "expired"));
    case "confirm":
      return done(stock.holdings.has(call.who as LineId) ? confirm(stock, call.who as LineId, at) : stock);
    case "keepSafe":
      return done(keepSafetyStock(stock, call.where, call.quantity));
    case "receive":
    case "adjust":
    case "count": {
      const operated = operateStock(stock, operationOf(call, at));
      return operated.ok ? done(operated.value) : { stock, reply: { refused: operated.rejection.code } };
    }
    case "ship":
    case "release":
    case "releaseOwed":
    case "reject":
    case "resource":
    case "restock":
      return done(applyEffect(stock, effectOf(call)));
    case "look":
      return done(stock);
  }
}

/** What is forgotten is not stored. */
function lapsed(stock: Stock, who: string, how: "voided" | "expired"): Stock {
  if (!stock.holdings.has(who as Claimant)) return stock;
  const after = lapse(stock, who as Claimant, how);
  return { ...after, holdings: new Map([...after.holdings].filter(([, it]) => !isForgotten(it))) };
}

function claim(stock: Stock, call: Extract<StockCall, { type: "claim" }>, at: number): Performed {
  const result = claimStock(stock, requestOf(call, at));
  if (result.ok) return claimedAs(result.value, at);
  const { code, available } = result.rejection;
  return { stock, reply: { refused: `${code} ${available}` } };
}

const claimedAs = ({ stock, value }: Readonly<{ stock: Stock; value: Claimed }>, at: number): Performed => ({
  stock: settled(stock, at),
  reply: replyOfClaim(value),
});
