/** The domain's stock, asked what the plain one is asked, settled after each step as its object settles it. */
import type { OrderId, LineId, ReservationId } from "../../../src/domain/ids";
import { confirm, lapse, liveUnits, type Stock } from "../../../src/domain/sku-stock";
import type { Claimant, Claimed, StockEffect, StockOperation } from "../../../src/domain/stock";
import { claimStock, moveClaims } from "../../../src/domain/stock-claims";
import { applyEffect } from "../../../src/domain/stock-effects";
import { keepSafetyStock, operateStock } from "../../../src/domain/stock-operations";
import { settled } from "../../domain/stock-world";
import type { StockCall, StockReply } from "../history/stock-model";
import { replyOfClaim } from "../history/stock-replies";

export type Performed = Readonly<{ stock: Stock; reply: StockReply }>;

const ORDER: OrderId = "ord_1";

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
    case "restock":
      return done(applyEffect(stock, effectOf(call)));
    case "look":
      return done(stock);
  }
}

const lapsed = (stock: Stock, who: string, how: "voided" | "expired"): Stock =>
  stock.holdings.has(who as Claimant) ? lapse(stock, who as Claimant, how) : stock;

function claim(stock: Stock, call: Extract<StockCall, { type: "claim" }>, at: number): Performed {
  const { who, takesOver, type: _type, ...asked } = call;
  const result = claimStock(stock, {
    ...asked,
    claimant: who as Claimant,
    orderId: who.startsWith("line_") ? ORDER : null,
    takesOver: takesOver as ReservationId[],
    expiresAt: at + 900_000,
    now: at,
  });
  if (result.ok) return claimedAs(result.value, at);
  const { code, available } = result.rejection;
  return { stock, reply: { refused: `${code} ${available}` } };
}

const claimedAs = ({ stock, value }: Readonly<{ stock: Stock; value: Claimed }>, at: number): Performed => ({
  stock: settled(stock, at),
  reply: replyOfClaim(value),
});

export type Operate = Extract<StockCall, { type: "receive" | "adjust" | "count" }>;
export type Affect = Extract<StockCall, { who: string; ref: string }>;

export function operationOf({ type, ref, where: locationId, quantity }: Operate, at: number): StockOperation {
  const common = { ref, locationId, at, by: "test" };
  if (type === "count") return { type, counted: quantity, ...common };
  return type === "adjust"
    ? { type, quantity, reason: "correction", ...common }
    : { type, quantity, ...common };
}

export function effectOf(call: Affect): StockEffect {
  const { at } = call;
  const common = { ref: call.ref, orderId: ORDER, lineId: call.who as LineId, quantity: call.quantity, at };
  if (call.type === "releaseOwed") return { type: "release", locationId: null, ...common };
  const here = { ...common, locationId: call.where };
  // Another cost than the standard one: its value is still on hand times cost.
  if (call.type === "ship" || call.type === "restock")
    return { type: call.type, unitCostMinor: 240, ...here };
  return { type: call.type, ...here };
}
