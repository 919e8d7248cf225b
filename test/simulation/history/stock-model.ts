/**
 * A SKU's stock, written a second time and as plainly as it goes: a few numbers for each holder, changed in
 * place, and searched from end to end. It shares no code with `src/inventory/domain`, so that a mistake there is not
 * made here too.
 */

export type Where = "east" | "west" | "far";
export const EVERYWHERE: readonly Where[] = ["east", "west", "far"];
export const UNIT_COST = 250;

/** What may be asked. `line_…` is of an order, `res_…` a checkout's. */
export type StockCall =
  | Readonly<{
      type: "allocate";
      who: string;
      quantity: number;
      locations: readonly Where[];
      shortage: "refuse" | "backorder";
      fill: "partial" | "whole";
      placedAt: number;
      takesOver: readonly string[];
    }>
  | Readonly<{ type: "move"; who: string; to: Where }>
  | Readonly<{ type: "void" | "expire" | "confirm"; who: string }>
  | Readonly<{
      type: "ship" | "release" | "reject" | "restock";
      ref: string;
      who: string;
      where: Where;
      quantity: number;
      /** What a location that rejects found. */
      found?: "out_of_stock" | "damaged" | null;
      at: number;
    }>
  | Readonly<{
      /** The order has planned its units elsewhere. */
      type: "replan";
      ref: string;
      who: string;
      from: Where;
      /** Null: they are owed again. */
      to: Where | null;
      quantity: number;
      keep: number;
      locations: readonly Where[];
      at: number;
    }>
  | Readonly<{ type: "releaseOwed"; ref: string; who: string; quantity: number; at: number }>
  | Readonly<{ type: "receive" | "adjust" | "count"; ref: string; where: Where; quantity: number }>
  | Readonly<{ type: "keepSafe"; where: Where; quantity: number }>
  | Readonly<{ type: "look" }>;

type Units = Record<Where, number>;
export type StockReply =
  | "done"
  | Readonly<{ refused: string }>
  | Readonly<{ allocated: Units; backordered: number; free: Partial<Units>; repeated: boolean }>
  | Readonly<{ onHand: Units; allocated: Units; available: Units; backordered: number; value: number }>;

export type Held = {
  status: "pending" | "confirmed" | "voided" | "expired";
  fill: "partial" | "whole";
  placedAt: number;
  locations: readonly Where[];
  live: Units;
  shipped: Units;
  /** Filled or cut while nobody knew whether the order exists. */
  unreported: Units;
  /** What the order has been reported since, filled less cut. */
  reported: Units;
  owed: number;
  released: number;
};

export type ModelStock = {
  sellsShort: boolean;
  onHand: Units;
  safe: Units;
  held: Record<string, Held>;
  /** What was done under each reference. */
  done: Record<string, string>;
};

const none = (): Units => ({ east: 0, west: 0, far: 0 });
const sum = (units: Units): number => units.east + units.west + units.far;

export const emptyStock = (sellsShort: boolean): ModelStock => ({
  sellsShort,
  onHand: none(),
  safe: none(),
  held: {},
  done: {},
});

export function copyOf({ sellsShort, onHand, safe, held, done }: ModelStock): ModelStock {
  const copied: Record<string, Held> = {};
  for (const [who, it] of Object.entries(held)) {
    const { live, shipped, unreported, reported } = it;
    copied[who] = {
      ...it,
      live: { ...live },
      shipped: { ...shipped },
      unreported: { ...unreported },
      reported: { ...reported },
    };
  }
  return { sellsShort, onHand: { ...onHand }, safe: { ...safe }, held: copied, done: { ...done } };
}

export function keyOf(stock: ModelStock): string {
  const held = Object.entries(stock.held).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const done = Object.keys(stock.done).toSorted();
  return JSON.stringify([stock.onHand, stock.safe, held, done]);
}

/** Does it, in place, with all that follows from it. */
export function perform(stock: ModelStock, call: StockCall): StockReply {
  if ("ref" in call) {
    const what = JSON.stringify(call);
    const before = stock.done[call.ref];
    if (before !== undefined) {
      return before === what ? answerTo(stock, call) : { refused: "ref_reused" };
    }
    const refused = operate(stock, call);
    if (refused !== null) return { refused };
    stock.done[call.ref] = what;
    settle(stock);
    return answerTo(stock, call);
  }
  switch (call.type) {
    case "allocate":
      return allocate(stock, call);
    case "move":
      return move(stock, call.who, call.to);
    case "look":
      return look(stock);
    case "keepSafe":
      stock.safe[call.where] = call.quantity;
      break;
    case "void":
      releaseIfNotRenewed(stock, call.who, "voided");
      break;
    case "expire":
      releaseIfNotRenewed(stock, call.who, "expired");
      break;
    case "confirm":
      confirm(stock.held[call.who]);
      break;
  }
  settle(stock);
  return "done";
}

type Referenced = Extract<StockCall, { ref: string }>;

/** Staff is reported the stock; who tells of an effect is reported nothing. */
const answerTo = (stock: ModelStock, { type }: Referenced): StockReply =>
  type === "receive" || type === "adjust" || type === "count" ? look(stock) : "done";

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
      confirm(stock.held[call.who]);
      stock.onHand[call.where] += quantity;
      return null;
    case "ship":
      ship(stock, call);
      return null;
    case "releaseOwed":
      giveBack(stock.held[call.who], null, quantity);
      return null;
    case "release":
      giveBack(stock.held[call.who], call.where, quantity);
      return null;
    case "reject": {
      const it = stock.held[call.who];
      confirm(it);
      if (it === undefined) return null;
      const units = Math.min(quantity, it.live[call.where]);
      it.live[call.where] -= units;
      it.owed += units;
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

/** One unit after the other, while there is one here to spare and one free there. */
function replan(stock: ModelStock, call: Extract<StockCall, { type: "replan" }>): void {
  const fresh = { live: none(), shipped: none(), unreported: none(), reported: none(), owed: 0, released: 0 };
  const unknown = { status: "confirmed", fill: "partial", placedAt: call.at, locations: [] } as const;
  const it = (stock.held[call.who] ??= { ...unknown, ...fresh });
  confirm(it);
  it.locations = call.locations;
  if (it.status !== "confirmed") return;
  for (let unit = 0; unit < call.quantity; unit += 1) {
    if (it.live[call.from] <= call.keep) break;
    if (call.to !== null && freeAt(stock, call.to) === 0) break;
    it.live[call.from] -= 1;
    it.reported[call.from] -= 1;
    if (call.to === null) it.owed += 1;
    if (call.to === null) continue;
    it.live[call.to] += 1;
    it.reported[call.to] += 1;
  }
}

const allocatedAt = (stock: ModelStock, where: Where): number =>
  Object.values(stock.held).reduce((units, it) => units + it.live[where], 0);

const freeAt = (stock: ModelStock, where: Where): number =>
  Math.max(0, stock.onHand[where] - allocatedAt(stock, where) - stock.safe[where]);

const freeAmong = (stock: ModelStock, locations: readonly Where[]): number =>
  locations.reduce((units, where) => units + freeAt(stock, where), 0);

function look(stock: ModelStock): StockReply {
  const at = (units: (where: Where) => number): Units => ({
    east: units("east"),
    west: units("west"),
    far: units("far"),
  });
  return {
    onHand: { ...stock.onHand },
    allocated: at((where) => allocatedAt(stock, where)),
    available: at((where) => freeAt(stock, where)),
    backordered: Object.values(stock.held).reduce((units, { owed }) => units + owed, 0),
    value: sum(stock.onHand) * UNIT_COST,
  };
}

/** Units that are free become the holder's: all at one location where one has them, else as they come. */
function take(stock: ModelStock, it: Held, wanted: number, given: (where: Where, units: number) => void) {
  const whole = it.locations.find((where) => freeAt(stock, where) >= wanted);
  let left = wanted;
  for (const where of whole === undefined ? it.locations : [whole]) {
    const units = Math.min(left, freeAt(stock, where));
    it.live[where] += units;
    left -= units;
    if (units > 0) given(where, units);
  }
}

function allocate(stock: ModelStock, asked: Extract<StockCall, { type: "allocate" }>): StockReply {
  const before = stock.held[asked.who];
  const ended = before === undefined || before.status === "voided" || before.status === "expired";
  const locations = ended || before.locations.length === 0 ? asked.locations : before.locations;
  const accounted = before ? sum(before.live) + sum(before.shipped) + before.owed + before.released : 0;
  const missing = Math.max(0, asked.quantity - accounted);

  const givers = asked.takesOver.flatMap((who) => stock.held[who] ?? []);
  const reserved = givers.flatMap((giver) => locations.map((where) => giver.live[where]));
  const reachable = reserved.reduce((a, b) => a + b, 0) + freeAmong(stock, locations);
  if (missing > reachable && asked.shortage === "refuse" && !stock.sellsShort) {
    return { refused: `insufficient_stock ${(before ? sum(before.live) : 0) + reachable}` };
  }

  const { fill, placedAt } = asked;
  const fresh = { live: none(), shipped: none(), unreported: none(), reported: none(), owed: 0, released: 0 };
  const it: Held = before ?? { status: "pending", fill, placedAt, locations, ...fresh };
  if (ended) Object.assign(it, { status: "pending", fill });
  it.locations = locations;
  stock.held[asked.who] = it;

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
  it.owed += left;
  for (const giver of givers) {
    const units = Math.min(left, giver.owed);
    giver.owed -= units;
    if (units > 0) it.placedAt = Math.min(it.placedAt, giver.placedAt);
    left -= units;
  }
  const reply = allocated(stock, it, asked.locations, before !== undefined);
  settle(stock);
  return reply;
}

/** What the order will have been reported once it was reported what is unreported, is not in the reply. */
function allocated(stock: ModelStock, it: Held, locations: readonly Where[], repeated: boolean): StockReply {
  const units = (where: Where) => it.live[where] + it.shipped[where] - it.unreported[where];
  return {
    allocated: { east: units("east"), west: units("west"), far: units("far") },
    backordered: it.owed + sum(it.unreported),
    free: Object.fromEntries(locations.map((where) => [where, freeAt(stock, where)])),
    repeated,
  };
}

function move(stock: ModelStock, who: string, to: Where): StockReply {
  const it = stock.held[who];
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

/** Nothing is left of a checkout that is over; an order's line is remembered. */
function releaseIfNotRenewed(stock: ModelStock, who: string, status: "voided" | "expired"): void {
  const it = stock.held[who];
  if (it?.status !== "pending") return;
  Object.assign(it, { live: none(), unreported: none(), owed: 0, status });
  if (who.startsWith("res_")) delete stock.held[who];
}

function confirm(it: Held | undefined): void {
  if (it?.status !== "pending") return;
  for (const where of EVERYWHERE) it.reported[where] += it.unreported[where];
  Object.assign(it, { status: "confirmed", unreported: none() });
}

type Effect = Extract<StockCall, { at: number; where: Where }>;

/** Whoever shipped without a allocation and allocations afterwards stands in line as of then. */
function ship(stock: ModelStock, { who, where, quantity, at: placedAt }: Effect): void {
  confirm(stock.held[who]);
  const fresh = { live: none(), shipped: none(), unreported: none(), reported: none(), owed: 0, released: 0 };
  const it = (stock.held[who] ??= {
    status: "confirmed",
    fill: "partial",
    placedAt,
    locations: [],
    ...fresh,
  });
  const held = Math.min(quantity, it.live[where]);
  it.live[where] -= held;
  it.owed -= Math.min(it.owed, quantity - held);
  it.shipped[where] += quantity;
  stock.onHand[where] = Math.max(0, stock.onHand[where] - quantity);
}

function giveBack(it: Held | undefined, where: Where | null, quantity: number): void {
  confirm(it);
  if (it === undefined) return;
  const live = where === null ? 0 : Math.min(quantity, it.live[where]);
  const owed = Math.min(quantity - live, it.owed);
  if (where !== null) it.live[where] -= live;
  it.owed -= owed;
  it.released += live + owed;
}

/** First whoever came last loses what is not there, then whoever came first is given what is free. */
function settle(stock: ModelStock): void {
  const queue = Object.entries(stock.held).toSorted(
    ([one, a], [other, b]) => a.placedAt - b.placedAt || (one < other ? -1 : 1),
  );
  const tell = (who: string, it: Held, where: Where, units: number) => {
    if (who.startsWith("line_")) it[it.status === "pending" ? "unreported" : "reported"][where] += units;
  };
  for (const where of EVERYWHERE) {
    for (const [who, it] of queue.toReversed()) {
      const cut = Math.min(it.live[where], Math.max(0, allocatedAt(stock, where) - stock.onHand[where]));
      it.live[where] -= cut;
      it.owed += cut;
      tell(who, it, where, -cut);
    }
  }
  for (const [who, it] of queue) {
    const free = freeAmong(stock, it.locations);
    const wanted = it.fill === "whole" && free < it.owed ? 0 : Math.min(free, it.owed);
    if (wanted === 0) continue;
    take(stock, it, wanted, (where, units) => tell(who, it, where, units));
    it.owed -= wanted;
  }
}
