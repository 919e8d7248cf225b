/** The domain's stock beside the plain one: asked the same, they answer the same and hold the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { available, levelAt, type Stock } from "../../../src/inventory/domain/sku-stock";
import { allocationAt } from "../../../src/inventory/domain/holding";
import type { Holder } from "../../../src/inventory/domain/allocation-request";
import { upsertSku } from "../../../src/inventory/domain/stock-operations";
import { mug } from "../../inventory/domain/stock-world";
import {
  emptyStock,
  EVERYWHERE,
  perform,
  UNIT_COST,
  type Held,
  type ModelStock,
  type StockCall,
  type Where,
} from "../history/stock-model";
import { isSameReply } from "../history/stock-replies";
import { playAll } from "./play-scenarios";
import { performOn } from "./stock-domain";

const CLAIMANTS = ["line_a", "line_b", "line_c", "line_d", "res_1", "res_2"] as const;
const LINES = CLAIMANTS.slice(0, 4);
const ORDERS_OF_PREFERENCE: readonly (readonly Where[])[] = [
  ["east", "west", "far"],
  ["west", "east"],
  ["far", "east", "west"],
  ["far"],
  ["east"],
  ["west", "far"],
];
const ACTS = [
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
  ...(["void", "expire", "adjust", "count", "keepSafe", "releaseOwed", "look"] as const),
  ...(["replan", "replan", "replan"] as const),
];

/** One number says it all, so that a hundred thousand sequences are made in seconds. */
function decode(number: number): StockCall {
  let left = number;
  const pick = <Of>(from: readonly Of[]): Of => {
    const [index, rest] = [left % from.length, Math.floor(left / from.length)];
    left = rest;
    return from[index]!;
  };
  const type = pick(ACTS);
  const who = pick(CLAIMANTS);
  const quantity = pick([1, 2, 3, 4, 6]);
  const where = pick(EVERYWHERE);
  const line = who.startsWith("line_") ? who : LINES[quantity % LINES.length]!;
  const ref = "";
  switch (type) {
    case "allocate": {
      const locations = pick(ORDERS_OF_PREFERENCE);
      const shortage = pick(["refuse", "backorder", "backorder"] as const);
      const fill = pick(["partial", "partial", "whole"] as const);
      const takesOver = pick([[], ["res_1", "res_2"], ["res_2"]]);
      const placedAt = pick([1, 2, 3, 4, 5]);
      const reservations = who.startsWith("line_") ? takesOver : [];
      return { type, who, quantity, locations, shortage, fill, placedAt, takesOver: reservations };
    }
    case "move":
      return { type, who, to: where };
    case "void":
    case "expire":
      return { type, who };
    case "confirm":
      return { type, who: line };
    case "ship":
    case "release":
    case "restock":
      return { type, ref, who: line, where, quantity, at: 0 };
    case "reject":
      return {
        type,
        ref,
        who: line,
        where,
        quantity,
        found: pick([null, "damaged", "out_of_stock"] as const),
        at: 0,
      };
    case "replan": {
      const to = pick([null, ...EVERYWHERE.filter((each) => each !== where)]);
      const locations = pick(ORDERS_OF_PREFERENCE);
      return { type, ref, who: line, from: where, to, quantity, keep: pick([0, 0, 1]), locations, at: 0 };
    }
    case "releaseOwed":
      return { type, ref, who: line, quantity, at: 0 };
    case "receive":
      return { type, ref, where, quantity };
    case "adjust":
      return { type, ref, where, quantity: pick([quantity, -quantity]) };
    case "count":
      return { type, ref, where, quantity: quantity - 1 };
    case "keepSafe":
      return { type, where, quantity: quantity - 1 };
    case "look":
      return { type };
  }
}

const call = fc.nat(2 ** 31 - 1).map(decode);
type Scenario = Readonly<{ sellsShort: boolean; calls: readonly StockCall[] }>;
const scenariosOf = (maxLength: number): fc.Arbitrary<Scenario> =>
  fc.record({ sellsShort: fc.boolean(), calls: fc.array(call, { maxLength }) });

/** Where the two differ, in words; nothing where they hold the same. */
function difference(stock: Stock, model: ModelStock): string | null {
  const unequal = (what: string, domain: unknown, plain: unknown) =>
    domain === plain ? null : `${what}: ${String(domain)} in the domain, ${String(plain)} in the model`;
  let onHand = 0;
  for (const where of EVERYWHERE) {
    const level = levelAt(stock, where);
    onHand += level.onHand;
    if (level.allocated > level.onHand) return `oversold at ${where}`;
    const allocated = CLAIMANTS.reduce((units, who) => units + (model.held[who]?.live[where] ?? 0), 0);
    const free = Math.max(0, model.onHand[where] - allocated - model.safe[where]);
    const found =
      unequal(`on hand at ${where}`, level.onHand, model.onHand[where]) ??
      unequal(`allocated at ${where}`, level.allocated, allocated) ??
      unequal(`available at ${where}`, available(level), free);
    if (found !== null) return found;
  }
  const value = unequal("value", stock.valueMinor, onHand * UNIT_COST);
  if (value !== null) return value;
  for (const who of CLAIMANTS) {
    const found = differenceOf(stock, model.held[who], who, unequal);
    if (found !== null) return found;
  }
  return null;
}

type Unequal = (what: string, domain: unknown, plain: unknown) => string | null;

function differenceOf(stock: Stock, plain: Held | undefined, who: Holder, unequal: Unequal): string | null {
  const holding = stock.holdings.get(who);
  if (!holding || !plain) return unequal(`${who} known`, holding !== undefined, plain !== undefined);
  for (const where of EVERYWHERE) {
    const { live, shipped, unreported } = allocationAt(holding, where);
    const found =
      unequal(`live of ${who} at ${where}`, live, plain.live[where]) ??
      unequal(`shipped of ${who} at ${where}`, shipped, plain.shipped[where]) ??
      unequal(`unreported of ${who} at ${where}`, unreported, plain.unreported[where]);
    if (found !== null) return found;
  }
  return (
    unequal(`status of ${who}`, holding.status, plain.status) ??
    unequal(`owed to ${who}`, holding.backordered, plain.owed) ??
    unequal(`released by ${who}`, holding.released, plain.released) ??
    unequal(`locations of ${who}`, holding.locations.join(), plain.locations.join())
  );
}

/** What each order was told by events adds up to what the model told it. */
function expectTold(stock: Stock, model: ModelStock): void {
  const told = new Map<string, number>();
  for (const event of stock.events) {
    if (event.type === "stock.moved") continue;
    const add = (where: string, units: number) => {
      const key = `${event.lineId} ${where}`;
      told.set(key, (told.get(key) ?? 0) + units);
    };
    if (event.type === "backorder.filled") add(event.locationId, event.quantity);
    else if (event.type === "allocation.cut") add(event.locationId, -event.quantity);
    else {
      add(event.from, -event.quantity);
      if (event.to !== null) add(event.to, event.quantity);
    }
  }
  for (const [who, held] of Object.entries(model.held)) {
    for (const where of EVERYWHERE) {
      const units = told.get(`${who} ${where}`) ?? 0;
      if (units !== held.reported[where])
        throw new Error(`told ${who} at ${where}: ${units}, ${held.reported[where]}`);
    }
  }
}

function compare({ sellsShort, calls }: Scenario): void {
  const model = emptyStock(sellsShort);
  let stock = upsertSku(null, { ...mug, policy: sellsShort ? "backorder" : "deny" }, 0);
  for (const [i, given] of calls.entries()) {
    // Each operation is its own: that a reference is used once is the object's to see to.
    const own = "ref" in given ? { ...given, ref: `ref-${i}` } : given;
    const asked = "at" in own ? { ...own, at: 1_000 + i } : own;
    const expected = perform(model, asked);
    const done = performOn(stock, asked, 1_000 + i);
    stock = done.stock;
    const isAllocation = asked.type === "allocate" || asked.type === "move";
    const wrong = isAllocation && !isSameReply(expected, done.reply);
    const found = wrong ? "the answer" : difference(stock, model);
    if (found === null) continue;
    const answers = `the model answers ${JSON.stringify(expected)}, the domain ${JSON.stringify(done.reply)}`;
    throw new Error(`after ${i + 1} calls, ${JSON.stringify(asked)}: ${found}; ${answers}`);
  }
  expectTold(stock, model);
}

describe("the domain's stock and the plain one", () => {
  playAll("stock", scenariosOf(30), compare);
  playAll("longStock", scenariosOf(300), compare);

  it("can be told apart", () => {
    const wrong = emptyStock(true);
    const stock = upsertSku(null, mug, 0);
    expect(difference(stock, wrong)).toBe(null);
    perform(wrong, { type: "receive", ref: "1", where: "east", quantity: 1 });
    expect(difference(stock, wrong)).toBe("on hand at east: 0 in the domain, 1 in the model");
  });
});
