/** Random sequences of decisions: nothing is oversold, every unit is accounted for, and orders can follow the events. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocationAt, liveUnits, shippedUnits } from "../../../src/inventory/domain/holding";
import { confirm, releaseHolding } from "../../../src/inventory/domain/holding-status";
import { levelAt, type Stock } from "../../../src/inventory/domain/sku-stock";
import type { AllocationResult, Holder } from "../../../src/inventory/domain/allocation-request";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import {
  applyOperation,
  keepSafetyStock,
  type StockOperation,
  upsertSku,
} from "../../../src/inventory/domain/stock-operations";
import { allocateStock } from "../../../src/inventory/domain/allocate-stock";
import { moveAllocations } from "../../../src/inventory/domain/move-allocations";
import { applyEffect } from "../../../src/inventory/domain/apply-effect";
import { allocationOf, expectSound, mug, withConsequences } from "./stock-world";

const LINES = ["line_a", "line_b", "line_c", "line_d"] as const;
const RESERVATIONS = ["res_1", "res_2"] as const;
const HOLDERS: readonly Holder[] = [...LINES, ...RESERVATIONS];
const LOCATIONS = ["east", "west", "far"] as const;

type Step = Readonly<{
  act:
    | "allocate"
    | "move"
    | "void"
    | "expire"
    | "confirm"
    | StockOperation["type"]
    | "ship"
    | "release"
    | "reject"
    | "restock"
    | "cost"
    | "safety";
  holder: Holder;
  /** The line of an effect. */
  line: (typeof LINES)[number];
  where: string;
  quantity: number;
  signed: number;
  locations: string[];
  shortage: "refuse" | "backorder";
  fill: "partial" | "whole";
  takesOver: boolean;
  /** Whether an effect takes only units that the line has there. */
  isExact: boolean;
}>;

const where = fc.constantFrom(...LOCATIONS);
const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom<Step["act"]>(
    ...([
      "allocate",
      "allocate",
      "allocate",
      "move",
      "void",
      "expire",
      "confirm",
      "confirm",
      "receive",
      "receive",
    ] as const),
    ...(["adjust", "count", "ship", "ship", "release", "reject", "restock", "cost", "safety"] as const),
  ),
  holder: fc.constantFrom(...HOLDERS),
  line: fc.constantFrom(...LINES),
  where,
  quantity: fc.integer({ min: 1, max: 6 }),
  signed: fc.integer({ min: -4, max: 4 }),
  locations: fc.uniqueArray(where, { minLength: 1 }),
  shortage: fc.constantFrom("refuse", "backorder"),
  fill: fc.constantFrom("partial", "partial", "whole"),
  takesOver: fc.boolean(),
  isExact: fc.boolean(),
});

type Done = Readonly<{ stock: Stock; result: AllocationResult | null }>;

/** Takes the step, with its consequences. A step that is rejected changes nothing. */
function take(stock: Stock, given: Step, at: number): Done {
  const only = (next: Stock): Done => ({ stock: withConsequences(next, at), result: null });
  switch (given.act) {
    case "allocate": {
      const takesOver = given.takesOver && given.holder.startsWith("line_");
      const result = allocateStock(stock, {
        ...allocationOf({ holder: given.holder, quantity: given.quantity, locations: given.locations }),
        orderId: given.holder.startsWith("res_") ? null : "ord_1",
        shortage: given.shortage,
        fill: given.fill,
        placedAt: at,
        takesOver: takesOver ? RESERVATIONS : [],
      });
      if (!result.ok) return only(stock);
      const { stock: after, value } = result.value;
      const concerned = [given.holder, ...(takesOver ? RESERVATIONS : [])];
      const known = concerned.some((holder) => stock.holdings.has(holder));
      return { stock: known ? withConsequences(after, at) : after, result: value };
    }
    case "move": {
      const live = stock.holdings.get(given.holder);
      const to = [{ locationId: given.where, quantity: live ? liveUnits(live) : 1 }];
      const result = moveAllocations(stock, { holder: given.holder, to, now: at });
      if (!result.ok) return only(stock);
      return { stock: withConsequences(result.value.stock, at), result: result.value.value };
    }
    case "void":
      return only(stock.holdings.has(given.holder) ? releaseHolding(stock, given.holder, "voided") : stock);
    case "expire":
      return only(stock.holdings.has(given.holder) ? releaseHolding(stock, given.holder, "expired") : stock);
    case "confirm":
      return only(stock.holdings.has(given.line) ? confirm(stock, given.line, at) : stock);
    case "cost":
      return only(upsertSku(stock, { ...stock.facts, unitCostMinor: given.quantity * 7 }, at));
    case "safety":
      return only(keepSafetyStock(stock, given.where, given.quantity - 1));
    case "receive":
    case "adjust":
    case "count": {
      const result = applyOperation(stock, operationOf(given, at));
      return only(result.ok ? result.value : stock);
    }
    case "ship":
    case "release":
    case "reject":
    case "restock": {
      const effect = effectOf(stock, given, at);
      return only(effect === null ? stock : applyEffect(stock, effect));
    }
  }
}

function operationOf({ act, where, quantity, signed }: Step, at: number): StockOperation {
  const common = { ref: `op-${at}`, locationId: where, at, by: "test" };
  if (act === "count") return { type: "count", counted: quantity - 1, ...common };
  if (act === "adjust") return { type: "adjust", quantity: signed, reason: "correction", ...common };
  return { type: "receive", quantity, ...common };
}

function effectOf(stock: Stock, given: Step, at: number): StockEffect | null {
  const holding = stock.holdings.get(given.line);
  const live = holding ? allocationAt(holding, given.where).live : 0;
  const quantity = given.isExact ? Math.min(given.quantity, live) : given.quantity;
  if (quantity === 0) return null;
  const common = { ref: `eff-${at}`, orderId: "ord_1", lineId: given.line, quantity, at } as const;
  const here = { ...common, locationId: given.where };
  if (given.act === "ship") return { type: "ship", ...here, unitCostMinor: 250 };
  if (given.act === "restock") return { type: "restock", ...here, unitCostMinor: 240 };
  if (given.act === "reject") return { type: "reject", ...here };
  return { type: "release", ...here };
}

/** Units that the holders hold or have backordered. */
const openUnits = (stock: Stock, holders: readonly Holder[]): number =>
  sum(
    holders
      .flatMap((holder) => stock.holdings.get(holder) ?? [])
      .map((holding) => liveUnits(holding) + holding.backordered),
  );

/** The holder has what it requested, and its reservations gave no more than it gained. */
function expectAllocated(before: Stock, after: Stock, { holder, quantity }: Step, rejected: boolean): void {
  const holding = after.holdings.get(holder);
  const ended = holding ? shippedUnits(holding) + holding.released : 0;
  const requested = rejected ? 0 : quantity - ended;
  expect(openUnits(after, [holder])).toBe(Math.max(openUnits(before, [holder]), requested));

  const reservations = HOLDERS.filter((other) => other.startsWith("res_") && other !== holder);
  const passed = openUnits(before, reservations) - openUnits(after, reservations);
  expect(passed).toBeGreaterThanOrEqual(0);
  expect(passed).toBeLessThanOrEqual(openUnits(after, [holder]) - openUnits(before, [holder]));
}

/** No step but an allocation adds units to a holder; only those of `unitsEnded` take some away. */
function expectConserved(before: Stock, after: Stock, given: Step): void {
  for (const holder of HOLDERS) {
    const expected = openUnits(before, [holder]) - unitsEnded(before, given, holder);
    expect(openUnits(after, [holder]), `units of ${holder} after ${given.act}`).toBe(expected);
  }
}

function unitsEnded(before: Stock, given: Step, holder: Holder): number {
  const holding = before.holdings.get(holder);
  if (holding === undefined) return 0;
  if (given.act === "void" || given.act === "expire") {
    return given.holder === holder && holding.status === "pending" ? openUnits(before, [holder]) : 0;
  }
  if (given.act !== "ship" && given.act !== "release") return 0;
  const here = allocationAt(holding, given.where).live;
  const quantity = given.isExact ? Math.min(given.quantity, here) : given.quantity;
  return given.line === holder ? Math.min(quantity, here + holding.backordered) : 0;
}

/** On hand by arithmetic alone: units that came minus units that left. */
function onHandAfter(before: Stock, given: Step, at: string): number {
  const { onHand } = levelAt(before, at);
  if (given.where !== at) return onHand;
  const holding = before.holdings.get(given.line);
  const live = holding ? allocationAt(holding, at).live : 0;
  const moved = given.isExact ? Math.min(given.quantity, live) : given.quantity;
  if (given.act === "receive") return onHand + given.quantity;
  if (given.act === "adjust") return onHand + given.signed < 0 ? onHand : onHand + given.signed;
  if (given.act === "count") return given.quantity - 1;
  if (given.act === "ship") return Math.max(onHand - moved, 0);
  return given.act === "restock" ? onHand + moved : onHand;
}

const sum = (units: readonly number[]): number => units.reduce((total, quantity) => total + quantity, 0);

const start = upsertSku(null, { ...mug, policy: "backorder" }, 0);

describe("a SKU's stock", () => {
  it("is sound, and loses no unit, after any sequence of steps", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let stock = start;
        for (const [i, given] of steps.entries()) {
          const { stock: after, result } = take(stock, given, 1_000 + i);
          expectSound(after);
          if (given.act === "allocate") expectAllocated(stock, after, given, result === null);
          else expectConserved(stock, after, given);
          for (const at of LOCATIONS) expect(levelAt(after, at).onHand).toBe(onHandAfter(stock, given, at));
          stock = after;
        }

        for (const at of LOCATIONS) {
          const moved = stock.movements.filter(({ locationId }) => locationId === at);
          expect(sum(moved.map(({ quantity }) => quantity))).toBe(levelAt(stock, at).onHand);
        }
        expect(sum(stock.movements.map(({ valueMinor }) => valueMinor))).toBe(stock.valueMinor);
        for (const ids of [stock.movements.map(({ ref }) => ref), stock.events.map(({ id }) => id)]) {
          expect(new Set(ids).size).toBe(ids.length);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("is known to each confirmed order from results, effects and events alone", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let stock = start;
        const views = new Map<Holder, Map<string, number>>();
        for (const [i, given] of steps.entries()) {
          const known = stock.holdings.get(given.line)?.status === "confirmed";
          const isEffect = ["ship", "release", "reject"].includes(given.act);
          if (isEffect && !(known && given.isExact)) continue;
          const before = stock;
          const { stock: after, result } = take(stock, given, 1_000 + i);
          if (result) views.set(result.holder, viewOf(result, after));
          if (isEffect) followEffect(views.get(given.line), before, given);
          followEvents(views, after.events.slice(before.events.length));
          stock = after;

          for (const [holder, view] of views) {
            const holding = stock.holdings.get(holder)!;
            if (holding.status !== "confirmed") continue;
            const held = holding.allocations.map(({ locationId, live }): [string, number] => [
              locationId,
              live,
            ]);
            const all: [string, number][] = [...held, ["backordered", holding.backordered]];
            expect(nonZero(view)).toEqual(nonZero(new Map(all)));
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

/** The order's view of one line: units at each location, and backordered ones. */
function viewOf(result: AllocationResult, stock: Stock): Map<string, number> {
  const shipped = stock.holdings.get(result.holder)!;
  const live = result.allocated.map(({ locationId, quantity }): [string, number] => [
    locationId,
    quantity - allocationAt(shipped, locationId).shipped,
  ]);
  return new Map([...live, ["backordered", result.backordered]]);
}

function followEffect(view: Map<string, number> | undefined, before: Stock, given: Step): void {
  const quantity = Math.min(given.quantity, allocationAt(before.holdings.get(given.line)!, given.where).live);
  add(view, given.where, -quantity);
  if (given.act === "reject") add(view, "backordered", quantity);
}

function followEvents(views: ReadonlyMap<Holder, Map<string, number>>, events: Stock["events"]): void {
  for (const event of events) {
    if (event.type === "stock.moved" || event.type === "allocation.moved") continue;
    const units = event.type === "backorder.filled" ? event.quantity : -event.quantity;
    add(views.get(event.lineId), event.locationId, units);
    add(views.get(event.lineId), "backordered", -units);
  }
}

const add = (view: Map<string, number> | undefined, where: string, units: number): void =>
  void view?.set(where, (view.get(where) ?? 0) + units);

const nonZero = (view: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...view].filter(([, units]) => units !== 0));
