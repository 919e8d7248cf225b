/** The domain's stock against the simple stock model: equal calls give equal replies and equal holdings. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFoldable } from "../../../src/inventory/domain/checkpoint";
import { available, levelAt, type Stock } from "../../../src/inventory/domain/sku-stock";
import { allocationAt } from "../../../src/inventory/domain/holding";
import type { Holder } from "../../../src/inventory/domain/allocation-request";
import { upsertSku } from "../../../src/inventory/domain/stock-operations";
import { mug } from "../../inventory/domain/stock-world";
import { EVERYWHERE, UNIT_COST, type StockCall, type Where } from "../history/stock-calls";
import { emptyStock, perform, type ModelHolding, type ModelStock } from "../history/stock-model";
import { isSameReply } from "../history/stock-replies";
import { playAll } from "./play-scenarios";
import { performOn } from "./stock-domain";

const HOLDERS = ["line_a", "line_b", "line_c", "line_d", "res_1", "res_2"] as const;
const LINES = HOLDERS.slice(0, 4);
const ORDERS_OF_PREFERENCE: readonly (readonly Where[])[] = [
  ["east", "west", "far"],
  ["west", "east"],
  ["far", "east", "west"],
  ["far"],
  ["east"],
  ["west", "far"],
];
const CALL_TYPES = [
  ...([
    "allocate",
    "allocate",
    "allocate",
    "allocate",
    "allocate",
    "allocate",
    "receive",
    "receive",
    "receive",
  ] as const),
  ...(["confirm", "confirm", "ship", "ship", "ship", "release", "reject", "restock", "move"] as const),
  ...(["void", "expire", "adjust", "count", "setSafetyStock", "releaseBackordered", "read"] as const),
  ...(["replan", "replan", "replan"] as const),
];

/** Decodes a call from one number, so that generating 100,000 sequences takes seconds. */
function decode(number: number): StockCall {
  let left = number;
  const pick = <Of>(from: readonly Of[]): Of => {
    const [index, rest] = [left % from.length, Math.floor(left / from.length)];
    left = rest;
    return from[index]!;
  };
  const type = pick(CALL_TYPES);
  const holder = pick(HOLDERS);
  const quantity = pick([1, 2, 3, 4, 6]);
  const where = pick(EVERYWHERE);
  const line = holder.startsWith("line_") ? holder : LINES[quantity % LINES.length]!;
  const ref = "";
  switch (type) {
    case "allocate": {
      const locations = pick(ORDERS_OF_PREFERENCE);
      const shortage = pick(["refuse", "backorder", "backorder"] as const);
      const fill = pick(["partial", "partial", "whole"] as const);
      const takesOver = pick([[], ["res_1", "res_2"], ["res_2"]]);
      const placedAt = pick([1, 2, 3, 4, 5]);
      const reservations = holder.startsWith("line_") ? takesOver : [];
      return { type, holder, quantity, locations, shortage, fill, placedAt, takesOver: reservations };
    }
    case "move":
      return { type, holder, to: where };
    case "void":
    case "expire":
      return { type, holder };
    case "confirm":
      return { type, holder: line };
    case "ship":
    case "release":
    case "restock":
      return { type, ref, holder: line, where, quantity, at: 0 };
    case "reject":
      return {
        type,
        ref,
        holder: line,
        where,
        quantity,
        found: pick([null, "damaged", "out_of_stock"] as const),
        at: 0,
      };
    case "replan": {
      const to = pick([null, ...EVERYWHERE.filter((each) => each !== where)]);
      const locations = pick(ORDERS_OF_PREFERENCE);
      return { type, ref, holder: line, from: where, to, quantity, keep: pick([0, 0, 1]), locations, at: 0 };
    }
    case "releaseBackordered":
      return { type, ref, holder: line, quantity, at: 0 };
    case "receive":
      return { type, ref, where, quantity };
    case "adjust":
      return { type, ref, where, quantity: pick([quantity, -quantity]) };
    case "count":
      return { type, ref, where, quantity: quantity - 1 };
    case "setSafetyStock":
      return { type, where, quantity: quantity - 1 };
    case "read":
      return { type };
  }
}

const call = fc.nat(2 ** 31 - 1).map(decode);
type Scenario = Readonly<{ allowsBackorder: boolean; calls: readonly StockCall[] }>;
const scenariosOf = (maxLength: number): fc.Arbitrary<Scenario> =>
  fc.record({ allowsBackorder: fc.boolean(), calls: fc.array(call, { maxLength }) });

/** The first difference as text; null if there is none. */
function difference(stock: Stock, model: ModelStock, folded: ReadonlySet<string> = new Set()): string | null {
  const unequal = (what: string, domain: unknown, plain: unknown) =>
    domain === plain ? null : `${what}: ${String(domain)} in the domain, ${String(plain)} in the model`;
  let onHand = 0;
  for (const where of EVERYWHERE) {
    const level = levelAt(stock, where);
    onHand += level.onHand;
    if (level.allocated > level.onHand) return `oversold at ${where}`;
    const allocated = HOLDERS.reduce(
      (units, holder) => units + (model.holdings[holder]?.live[where] ?? 0),
      0,
    );
    const free = Math.max(0, model.onHand[where] - allocated - model.safe[where]);
    const found =
      unequal(`on hand at ${where}`, level.onHand, model.onHand[where]) ??
      unequal(`allocated at ${where}`, level.allocated, allocated) ??
      unequal(`available at ${where}`, available(level), free);
    if (found !== null) return found;
  }
  const value = unequal("value", stock.valueMinor, onHand * UNIT_COST);
  if (value !== null) return value;
  for (const holder of HOLDERS) {
    if (folded.has(holder)) continue;
    const found = differenceOf(stock, model.holdings[holder], holder, unequal);
    if (found !== null) return found;
  }
  return null;
}

type Unequal = (what: string, domain: unknown, plain: unknown) => string | null;

function differenceOf(
  stock: Stock,
  plain: ModelHolding | undefined,
  holder: Holder,
  unequal: Unequal,
): string | null {
  const holding = stock.holdings.get(holder);
  if (!holding || !plain) return unequal(`${holder} known`, holding !== undefined, plain !== undefined);
  for (const where of EVERYWHERE) {
    const { live, shipped, unreported } = allocationAt(holding, where);
    const found =
      unequal(`live of ${holder} at ${where}`, live, plain.live[where]) ??
      unequal(`shipped of ${holder} at ${where}`, shipped, plain.shipped[where]) ??
      unequal(`unreported of ${holder} at ${where}`, unreported, plain.unreported[where]);
    if (found !== null) return found;
  }
  return (
    unequal(`status of ${holder}`, holding.status, plain.status) ??
    unequal(`backordered to ${holder}`, holding.backordered, plain.backordered) ??
    unequal(`released by ${holder}`, holding.released, plain.released) ??
    unequal(`locations of ${holder}`, holding.locations.join(), plain.locations.join())
  );
}

/** The units in the domain's events add up to the units that the model reports. */
function expectReported(stock: Stock, model: ModelStock): void {
  const reported = new Map<string, number>();
  for (const event of stock.events) {
    if (event.type === "stock.moved") continue;
    const add = (where: string, units: number) => {
      const key = `${event.lineId} ${where}`;
      reported.set(key, (reported.get(key) ?? 0) + units);
    };
    if (event.type === "backorder.filled") add(event.locationId, event.quantity);
    else if (event.type === "allocation.cut") add(event.locationId, -event.quantity);
    else {
      add(event.from, -event.quantity);
      if (event.to !== null) add(event.to, event.quantity);
    }
  }
  for (const [holder, held] of Object.entries(model.holdings)) {
    for (const where of EVERYWHERE) {
      const units = reported.get(`${holder} ${where}`) ?? 0;
      if (units !== held.reported[where])
        throw new Error(`reported to ${holder} at ${where}: ${units}, expected ${held.reported[where]}`);
    }
  }
}

/** Every call but a return needs the holding: the object refuses it, or looks the order up. */
const needsHolding = (call: StockCall, folded: ReadonlySet<string>): boolean =>
  "holder" in call && call.type !== "restock" && folded.has(call.holder);

/**
 * @param foldsAfter after how many calls finished holdings are folded, again and again; the model keeps them. A folded
 * holder makes no more calls but returns.
 */
function compare({ allowsBackorder, calls }: Scenario, foldsAfter = Infinity): void {
  const model = emptyStock(allowsBackorder);
  const folded = new Set<string>();
  let stock = upsertSku(null, { ...mug, policy: allowsBackorder ? "backorder" : "deny" }, 0);
  for (const [i, given] of calls.entries()) {
    if (i % foldsAfter === foldsAfter - 1) stock = withoutFoldable(stock, folded);
    if (needsHolding(given, folded)) continue;
    // Every call has its own reference: the object handles repeated ones, not the domain.
    const own = "ref" in given ? { ...given, ref: `ref-${i}` } : given;
    const request = "at" in own ? { ...own, at: 1_000 + i } : own;
    const expected = perform(model, request);
    const done = performOn(stock, request, 1_000 + i);
    stock = done.stock;
    const isAllocation = request.type === "allocate" || request.type === "move";
    const wrong = isAllocation && !isSameReply(expected, done.reply);
    const found = wrong ? "the reply" : difference(stock, model, folded);
    if (found === null) continue;
    const replies = `the model replies ${JSON.stringify(expected)}, the domain ${JSON.stringify(done.reply)}`;
    throw new Error(`after ${i + 1} calls, ${JSON.stringify(request)}: ${found}; ${replies}`);
  }
  expectReported(stock, model);
}

function withoutFoldable(stock: Stock, folded: Set<string>): Stock {
  const kept = [...stock.holdings].filter(([, holding]) => !isFoldable(holding, 0, Infinity));
  for (const holder of stock.holdings.keys()) if (!kept.some(([each]) => each === holder)) folded.add(holder);
  return { ...stock, holdings: new Map(kept) };
}

describe("the domain's stock equals the stock model", () => {
  playAll("stock", scenariosOf(30), (scenario) => compare(scenario));
  playAll("longStock", scenariosOf(300), (scenario) => compare(scenario));
  playAll("foldedStock", scenariosOf(100), (scenario) => compare(scenario, 1 + (scenario.calls.length % 7)));

  it("unless they differ in one unit", () => {
    const model = emptyStock(true);
    const stock = upsertSku(null, mug, 0);
    expect(difference(stock, model)).toBe(null);
    perform(model, { type: "receive", ref: "1", where: "east", quantity: 1 });
    expect(difference(stock, model)).toBe("on hand at east: 0 in the domain, 1 in the model");
  });
});
