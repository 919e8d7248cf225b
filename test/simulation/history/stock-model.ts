/**
 * A second, simple implementation of a SKU's stock: a few numbers for each holder, changed in place and found by
 * searching. It shares no code with `src/inventory/domain`, so that it does not share its bugs.
 */

import {
  EVERYWHERE,
  UNIT_COST,
  type StockCall,
  type StockReply,
  type Units,
  type Where,
} from "./stock-calls";

export type ModelHolding = {
  status: "pending" | "confirmed" | "voided" | "expired";
  fill: "partial" | "whole";
  placedAt: number;
  locations: readonly Where[];
  live: Units;
  shipped: Units;
  /** Units filled less units cut while the holding was pending: the order does not know of them. */
  unreported: Units;
  /** Units filled less units cut that events report to the order. */
  reported: Units;
  backordered: number;
  released: number;
};

export type ModelStock = {
  allowsBackorder: boolean;
  onHand: Units;
  safe: Units;
  holdings: Record<string, ModelHolding>;
  /** The call made under each reference. */
  done: Record<string, string>;
};

const none = (): Units => ({ east: 0, west: 0, far: 0 });
const sum = (units: Units): number => units.east + units.west + units.far;

export const emptyStock = (allowsBackorder: boolean): ModelStock => ({
  allowsBackorder,
  onHand: none(),
  safe: none(),
  holdings: {},
  done: {},
});

export function copyOf({ allowsBackorder, onHand, safe, holdings, done }: ModelStock): ModelStock {
  const copied: Record<string, ModelHolding> = {};
  for (const [holder, it] of Object.entries(holdings)) {
    const { live, shipped, unreported, reported } = it;
    copied[holder] = {
      ...it,
      live: { ...live },
      shipped: { ...shipped },
      unreported: { ...unreported },
      reported: { ...reported },
    };
  }
  return { allowsBackorder, onHand: { ...onHand }, safe: { ...safe }, holdings: copied, done: { ...done } };
}

export function keyOf(stock: ModelStock): string {
  const holdings = Object.entries(stock.holdings).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const done = Object.keys(stock.done).toSorted();
  return JSON.stringify([stock.onHand, stock.safe, holdings, done]);
}

/** Performs the call in place, with all its consequences. */
export function perform(stock: ModelStock, call: StockCall): StockReply {
  if ("ref" in call) {
    const what = JSON.stringify(call);
    const before = stock.done[call.ref];
    if (before !== undefined) {
      return before === what ? replyTo(stock, call) : { refused: "ref_reused" };
    }
    const refused = operate(stock, call);
    if (refused !== null) return { refused };
    stock.done[call.ref] = what;
    settle(stock);
    return replyTo(stock, call);
  }
  switch (call.type) {
    case "allocate":
      return allocate(stock, call);
    case "move":
      return move(stock, call.holder, call.to);
    case "read":
      return read(stock);
    case "setSafetyStock":
      stock.safe[call.where] = call.quantity;
      break;
    case "void":
      releasePending(stock, call.holder, "voided");
      break;
    case "expire":
      releasePending(stock, call.holder, "expired");
      break;
    case "confirm":
      confirm(stock.holdings[call.holder]);
      break;
  }
  settle(stock);
  return "done";
}

type Referenced = Extract<StockCall, { ref: string }>;

/** Staff gets the levels in reply; the sender of an effect gets nothing. */
const replyTo = (stock: ModelStock, { type }: Referenced): StockReply =>
  type === "receive" || type === "adjust" || type === "count" ? read(stock) : "done";

function operate(stock: ModelStock, call: Referenced): string | null {
  const { quantity } = call;
  switch (call.type) {
    case "receive":
      stock.onHand[call.where] += quantity;
      return null;
    case "adjust":
      if (stock.onHand[call.where] + quantity < 0) return "below_zero";
      stock.onHand[call.where] += quantity;
      return null;
    case "count":
      stock.onHand[call.where] = quantity;
      return null;
    case "restock":
      confirm(stock.holdings[call.holder]);
      stock.onHand[call.where] += quantity;
      return null;
    case "ship":
      ship(stock, call);
      return null;
    case "releaseBackordered":
      releaseUnits(stock.holdings[call.holder], null, quantity);
      return null;
    case "release":
      releaseUnits(stock.holdings[call.holder], call.where, quantity);
      return null;
    case "reject": {
      const it = stock.holdings[call.holder];
      confirm(it);
      if (it === undefined) return null;
      const units = Math.min(quantity, it.live[call.where]);
      it.live[call.where] -= units;
      it.backordered += units;
      it.locations = it.locations.filter((where) => where !== call.where);
      if (call.found === "damaged") stock.onHand[call.where] -= units;
      if (call.found === "out_of_stock") stock.onHand[call.where] = allocatedAt(stock, call.where);
      return null;
    }
    case "replan":
      replan(stock, call);
      return null;
  }
}

/** Moves one unit after the other, while one can be spared here and one is available there. */
function replan(stock: ModelStock, call: Extract<StockCall, { type: "replan" }>): void {
  const fresh = {
    live: none(),
    shipped: none(),
    unreported: none(),
    reported: none(),
    backordered: 0,
    released: 0,
  };
  const unknown = { status: "confirmed", fill: "partial", placedAt: call.at, locations: [] } as const;
  const it = (stock.holdings[call.holder] ??= { ...unknown, ...fresh });
  confirm(it);
  it.locations = call.locations;
  if (it.status !== "confirmed") return;
  for (let unit = 0; unit < call.quantity; unit += 1) {
    if (it.live[call.from] <= call.keep) break;
    if (call.to !== null && freeAt(stock, call.to) === 0) break;
    it.live[call.from] -= 1;
    it.reported[call.from] -= 1;
    if (call.to === null) it.backordered += 1;
    if (call.to === null) continue;
    it.live[call.to] += 1;
    it.reported[call.to] += 1;
  }
}

const allocatedAt = (stock: ModelStock, where: Where): number =>
  Object.values(stock.holdings).reduce((units, it) => units + it.live[where], 0);

const freeAt = (stock: ModelStock, where: Where): number =>
  Math.max(0, stock.onHand[where] - allocatedAt(stock, where) - stock.safe[where]);

const freeAmong = (stock: ModelStock, locations: readonly Where[]): number =>
  locations.reduce((units, where) => units + freeAt(stock, where), 0);

function read(stock: ModelStock): StockReply {
  const at = (units: (where: Where) => number): Units => ({
    east: units("east"),
    west: units("west"),
    far: units("far"),
  });
  return {
    onHand: { ...stock.onHand },
    allocated: at((where) => allocatedAt(stock, where)),
    available: at((where) => freeAt(stock, where)),
    backordered: Object.values(stock.holdings).reduce((units, { backordered }) => units + backordered, 0),
    value: sum(stock.onHand) * UNIT_COST,
  };
}

/** Allocates available units: all at the first location that has enough, else location by location. */
function take(
  stock: ModelStock,
  it: ModelHolding,
  wanted: number,
  given: (where: Where, units: number) => void,
) {
  const whole = it.locations.find((where) => freeAt(stock, where) >= wanted);
  let left = wanted;
  for (const where of whole === undefined ? it.locations : [whole]) {
    const units = Math.min(left, freeAt(stock, where));
    it.live[where] += units;
    left -= units;
    if (units > 0) given(where, units);
  }
}

function allocate(stock: ModelStock, request: Extract<StockCall, { type: "allocate" }>): StockReply {
  const before = stock.holdings[request.holder];
  const ended = before === undefined || before.status === "voided" || before.status === "expired";
  const isFinished = before?.status === "confirmed" && sum(before.live) + before.backordered === 0;
  const locations =
    ended || isFinished || before.locations.length === 0 ? request.locations : before.locations;
  const accounted = before
    ? sum(before.live) + sum(before.shipped) + before.backordered + before.released
    : 0;
  const missing = Math.max(0, request.quantity - accounted);

  const givers = request.takesOver.flatMap((holder) => stock.holdings[holder] ?? []);
  const reserved = givers.flatMap((giver) => locations.map((where) => giver.live[where]));
  const reachable = reserved.reduce((a, b) => a + b, 0) + freeAmong(stock, locations);
  if (missing > reachable && request.shortage === "refuse" && !stock.allowsBackorder) {
    return { refused: `insufficient_stock ${(before ? sum(before.live) : 0) + reachable}` };
  }

  const { fill, placedAt } = request;
  const fresh = {
    live: none(),
    shipped: none(),
    unreported: none(),
    reported: none(),
    backordered: 0,
    released: 0,
  };
  const it: ModelHolding = before ?? { status: "pending", fill, placedAt, locations, ...fresh };
  if (ended) Object.assign(it, { status: "pending", fill });
  it.locations = locations;
  stock.holdings[request.holder] = it;

  let left = missing;
  if (fill !== "whole" || missing <= reachable) {
    for (const where of locations) {
      for (const giver of givers) {
        const units = Math.min(left, giver.live[where]);
        giver.live[where] -= units;
        it.live[where] += units;
        if (units > 0) it.placedAt = Math.min(it.placedAt, giver.placedAt);
        left -= units;
      }
    }
    take(stock, it, left, (_where, units) => (left -= units));
  }
  it.backordered += left;
  for (const giver of givers) {
    const units = Math.min(left, giver.backordered);
    giver.backordered -= units;
    if (units > 0) it.placedAt = Math.min(it.placedAt, giver.placedAt);
    left -= units;
  }
  for (const holder of request.takesOver) {
    const giver = stock.holdings[holder];
    if (giver && sum(giver.live) + giver.backordered === 0) delete stock.holdings[holder];
  }
  const reply = allocated(stock, it, request.locations, before !== undefined);
  settle(stock);
  return reply;
}

/** The reply leaves out unreported units, because an event will report them. */
function allocated(
  stock: ModelStock,
  it: ModelHolding,
  locations: readonly Where[],
  repeated: boolean,
): StockReply {
  const units = (where: Where) => it.live[where] + it.shipped[where] - it.unreported[where];
  return {
    allocated: { east: units("east"), west: units("west"), far: units("far") },
    backordered: it.backordered + sum(it.unreported),
    free: Object.fromEntries(locations.map((where) => [where, freeAt(stock, where)])),
    repeated,
  };
}

function move(stock: ModelStock, holder: string, to: Where): StockReply {
  const it = stock.holdings[holder];
  const units = it ? sum(it.live) : 0;
  const unreported = it && EVERYWHERE.some((where) => it.unreported[where] !== 0);
  if (!it || units === 0 || unreported || units - it.live[to] > freeAt(stock, to)) {
    return { refused: "allocation_not_movable" };
  }
  it.live = { ...none(), [to]: units };
  const reply = allocated(stock, it, [...it.locations, to], true);
  settle(stock);
  return reply;
}

/** Releases a pending holding. A reservation is forgotten; an order's line is kept. */
function releasePending(stock: ModelStock, holder: string, status: "voided" | "expired"): void {
  const it = stock.holdings[holder];
  if (it?.status !== "pending") return;
  Object.assign(it, { live: none(), unreported: none(), backordered: 0, status });
  if (holder.startsWith("res_")) delete stock.holdings[holder];
}

function confirm(it: ModelHolding | undefined): void {
  if (it?.status !== "pending") return;
  for (const where of EVERYWHERE) it.reported[where] += it.unreported[where];
  Object.assign(it, { status: "confirmed", unreported: none() });
}

type Effect = Extract<StockCall, { at: number; where: Where }>;

/** A holder that ships without a holding gets one, with the time of the effect as its place in the queue. */
function ship(stock: ModelStock, { holder, where, quantity, at: placedAt }: Effect): void {
  confirm(stock.holdings[holder]);
  const fresh = {
    live: none(),
    shipped: none(),
    unreported: none(),
    reported: none(),
    backordered: 0,
    released: 0,
  };
  const it = (stock.holdings[holder] ??= {
    status: "confirmed",
    fill: "partial",
    placedAt,
    locations: [],
    ...fresh,
  });
  const taken = Math.min(quantity, it.live[where]);
  it.live[where] -= taken;
  it.backordered -= Math.min(it.backordered, quantity - taken);
  it.shipped[where] += quantity;
  stock.onHand[where] = Math.max(0, stock.onHand[where] - quantity);
}

function releaseUnits(it: ModelHolding | undefined, where: Where | null, quantity: number): void {
  confirm(it);
  if (it === undefined) return;
  const live = where === null ? 0 : Math.min(quantity, it.live[where]);
  const backordered = Math.min(quantity - live, it.backordered);
  if (where !== null) it.live[where] -= live;
  it.backordered -= backordered;
  it.released += live + backordered;
}

/** Cuts missing units from the last holder in the queue, then gives available units to the first. */
function settle(stock: ModelStock): void {
  const queue = Object.entries(stock.holdings).toSorted(
    ([one, a], [other, b]) => a.placedAt - b.placedAt || (one < other ? -1 : 1),
  );
  const report = (holder: string, it: ModelHolding, where: Where, units: number) => {
    if (holder.startsWith("line_")) it[it.status === "pending" ? "unreported" : "reported"][where] += units;
  };
  for (const where of EVERYWHERE) {
    for (const [holder, it] of queue.toReversed()) {
      const cut = Math.min(it.live[where], Math.max(0, allocatedAt(stock, where) - stock.onHand[where]));
      it.live[where] -= cut;
      it.backordered += cut;
      report(holder, it, where, -cut);
    }
  }
  for (const [holder, it] of queue) {
    const free = freeAmong(stock, it.locations);
    const wanted = it.fill === "whole" && free < it.backordered ? 0 : Math.min(free, it.backordered);
    if (wanted === 0) continue;
    take(stock, it, wanted, (where, units) => report(holder, it, where, units));
    it.backordered -= wanted;
  }
}
