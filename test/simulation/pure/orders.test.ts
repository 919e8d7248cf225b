/**
 * Orders from the sale to the end, in any order of what may happen: each unit is where it should be, every
 * cent is in one place, and what is asked again changes nothing.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Account } from "../../../src/ledger/domain/accounts";
import { postings } from "../../../src/orders/domain/postings";
import { evolveAll } from "../../../src/orders/domain/evolve/evolve";
import type { Order } from "../../../src/orders/domain/order";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import { openUnits, type OrderLine } from "../../../src/orders/domain/order-line";
import { decideRefund } from "../../../src/orders/domain/payments/refunds";
import { decodeAct, perform, type Act } from "./order-actions";
import { unitsOf, type Unit, type UnitsOfOrder } from "./order-model";
import { accepted, NOW, RULES, sale, type Sale } from "./sales";
import { playAll } from "./play-scenarios";

type Books = Map<Account, number>;
type Played = { order: Order; model: UnitsOfOrder; books: Books };
type Scenario = Readonly<{ sale: Sale; acts: readonly Act[] }>;

const scenario: fc.Arbitrary<Scenario> = fc.record({
  sale,
  acts: fc.array(fc.nat(2 ** 31 - 1).map(decodeAct), { maxLength: 24 }),
});

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, and not ${String(expected)}`);
}

function post(books: Books, events: readonly OrderEvent[], currency: string): void {
  for (const event of events) {
    for (const { account, amountMinor } of postings(event, { currency }, "USD")?.postings ?? []) {
      books.set(account, (books.get(account) ?? 0) + amountMinor);
    }
  }
}

const STATES = ["unsourced", "backordered", "allocated", "shipped", "cancelled"] as const;

function expectUnits(order: Order, model: UnitsOfOrder): void {
  for (const line of order.lines) {
    for (const state of STATES) {
      expectEqual(`${state} of ${line.title}`, line[state], unitsOf(model, line.id, state).length);
    }
    const returned = unitsOf(model, line.id, "shipped").filter((unit) => unit.returned).length;
    expectEqual(`returned of ${line.title}`, line.returned, returned);
  }
  expectEqual("parts", order.fulfillments.length, model.parts.length);
  for (const [i, part] of model.parts.entries()) {
    const found = order.fulfillments[i]!;
    expectEqual("a part's id", found.id, part.id);
    expectEqual(`status of part ${i} at ${part.where}`, found.status, part.status);
    for (const { id, title } of order.lines) {
      const held = found.lines.find(({ lineId }) => lineId === id);
      const waiting = unitsOf(model, id, "allocated", part.id).length;
      expectEqual(`units of ${title} in part ${i}`, (held?.quantity ?? 0) - (held?.shipped ?? 0), waiting);
    }
  }
}

/** What the units from one to another of an amount come to, unit by unit. */
function shareOf(amount: number, line: OrderLine, from: number, to: number): number {
  let sum = 0;
  for (let unit = from; unit < to; unit += 1) {
    sum += Math.floor((amount * (unit + 1)) / line.ordered) - Math.floor((amount * unit) / line.ordered);
  }
  return sum;
}

/** Shipped units are a line's first; of those, the first came back. */
function expectBooks({ order, model, books }: Played): void {
  const balance = (account: Account) => books.get(account) ?? 0;
  const { depositsMinor, receivableMinor, refundPayableMinor } = order.balances;
  expectEqual("deposits", -balance("liabilities:customer-deposits"), depositsMinor);
  expectEqual("receivable", balance("assets:receivable"), receivableMinor);
  expectEqual("refund payable", -balance("liabilities:refund-payable"), refundPayableMinor);
  expectEqual("money", balance("assets:psp-clearing"), order.capturedMinor - order.refundedMinor);
  expectEqual("what we owe and are owed at once", Math.min(depositsMinor, receivableMinor), 0);

  const sum = (of: (line: OrderLine) => number) => order.lines.reduce((total, line) => total + of(line), 0);
  const list = (line: OrderLine, from: number, to: number) =>
    shareOf(line.grossMinor, line, from, to) -
    (order.taxIncluded ? shareOf(line.taxMinor, line, from, to) : 0);
  const charge = shippingCharge(order);
  const ofShipping = (amount: number) =>
    charge === 0 ? 0 : Math.floor((amount * order.shippingEarnedMinor) / charge);
  const cards = sum((line) => (line.kind === "gift_card" ? list(line, 0, line.shipped) : 0));
  const products = sum((line) => (line.kind === "gift_card" ? 0 : list(line, 0, line.shipped)));
  expectEqual("revenue", -balance("revenue:products"), products);
  expectEqual(
    "discounts",
    balance("revenue:discounts"),
    sum((line) => shareOf(line.discountMinor, line, line.returned, line.shipped)),
  );
  expectEqual(
    "sales tax",
    -balance("liabilities:sales-tax"),
    sum((line) => shareOf(line.taxMinor, line, line.returned, line.shipped)) +
      ofShipping(order.shipping.taxMinor),
  );
  const back = balance("revenue:sales-returns") + balance("liabilities:gift-cards");
  expectEqual("list price of what came back", back, sum((line) => list(line, 0, line.returned)) - cards);
  const kept = ({ state, restocked }: Unit) => state === "shipped" && !restocked;
  const cost = sum(
    ({ id, unitCostMinor }) =>
      (unitCostMinor ?? 0) * model.units.filter((unit) => unit.line === id && kept(unit)).length,
  );
  expectEqual("cost of what left", balance("expenses:cogs"), cost);
  expectEqual("inventory", balance("assets:inventory"), -cost);
}

const shippingCharge = ({ shipping, taxIncluded }: Order): number =>
  shipping.grossMinor - shipping.discountMinor + (taxIncluded ? 0 : shipping.taxMinor);

/** Plays the sale and the acts, and answers with what became of the order. */
function play({ sale, acts }: Scenario): Played {
  const { order: first, events, units: model } = accepted(sale);
  const played: Played = { order: first, model, books: new Map() };
  post(played.books, events, first.currency);
  expectAll(played);
  for (const [i, act] of acts.entries()) step(played, act, i);
  return played;
}

function step(played: Played, act: Act, count: number): void {
  try {
    const { order } = played;
    const { events, again } = perform(order, played.model, act, count);
    if (events.length > 0) played.order = evolveAll(played.order, events, 2_000_000 + count);
    post(played.books, events, played.order.currency);
    expectAll(played);
    const cancelled = act.type === "cancel" || act.type === "cancelAll";
    if (cancelled && events.length > 0) expectOwedBack(order, played.order);
    expectMet(played.order, events);
    if (again !== null) expectEqual("changes of a repeat", again(played.order).length, 0);
  } catch (error) {
    throw new Error(`act ${count + 1}, ${JSON.stringify(act)}: ${String(error)}`, { cause: error });
  }
}

function expectAll(played: Played): void {
  expectUnits(played.order, played.model);
  expectBooks(played);
  expectStatus(played.order);
}

const openOf = (order: Order): number => order.lines.reduce((sum, line) => sum + openUnits(line), 0);

function expectStatus(order: Order): void {
  const { depositsMinor, receivableMinor, refundPayableMinor } = order.balances;
  const sent = order.lines.some(({ shipped }) => shipped > 0);
  const waits = order.holds.length > 0 || order.shipments.some(({ deliveredAt }) => deliveredAt === null);
  const settled = depositsMinor + receivableMinor + refundPayableMinor === 0;
  const unfinished = order.holds.length > 0 ? "on_hold" : "open";
  const finished = !sent ? "cancelled" : settled && !waits ? "closed" : unfinished;
  expectEqual("status", order.status, openOf(order) > 0 ? unfinished : finished);
  if (openOf(order) > 0) return;
  expectEqual("deposits with nothing left to send", depositsMinor, 0);
  const { shippingEarnedMinor, shippingCancelledMinor } = order;
  expectEqual(
    "shipping earned or given back",
    shippingEarnedMinor + shippingCancelledMinor,
    shippingCharge(order),
  );
}

/** What is ordered and neither sent nor cancelled, unit by unit, with the shipping that is still to earn. */
function worthLeft(order: Order): number {
  const shipping = shippingCharge(order) - order.shippingEarnedMinor - order.shippingCancelledMinor;
  return order.lines.reduce((sum, line) => {
    const [from, to] = [line.shipped, line.ordered - line.cancelled];
    const tax = order.taxIncluded ? 0 : shareOf(line.taxMinor, line, from, to);
    return sum + shareOf(line.grossMinor, line, from, to) - shareOf(line.discountMinor, line, from, to) + tax;
  }, shipping);
}

/** What was paid for cancelled units is owed back, as far as what is left does not need it. */
function expectOwedBack(before: Order, after: Order): void {
  const deposits = before.balances.depositsMinor;
  const gone = worthLeft(before) - worthLeft(after);
  const surplus = Math.max(0, deposits - worthLeft(after));
  const kept = openOf(after) === 0 ? 0 : deposits - Math.min(gone, surplus);
  expectEqual("deposits after a cancellation", after.balances.depositsMinor, kept);
}

/** An allowance is given when nothing is owed back any more, a fee kept when nothing is owed to us. */
function expectMet(after: Order, events: readonly OrderEvent[]): void {
  for (const event of events) {
    if (event.type !== "refund.recorded") continue;
    const { refundPayableMinor, receivableMinor } = after.balances;
    if (event.allowanceMinor > 0) expectEqual("owed back beside an allowance", refundPayableMinor, 0);
    if (event.feeMinor > 0) expectEqual("receivable beside a fee", receivableMinor, 0);
  }
}

const always = { which: 0, quantity: 1, where: "east", restock: "none", share: 100 } as const;

/** Staff comes to every thing that waits: afterwards nothing of the order does. */
function bringToAnEnd(played: Played): void {
  let count = 1_000;
  const act = (type: Act["type"], which: number) => step(played, { ...always, type, which }, (count += 1));
  for (const line of played.order.lines) {
    if (line.unsourced > 0) {
      const [lineId, quantity] = [played.order.lines.indexOf(line), line.unsourced];
      for (let unit = 0; unit < quantity; unit += 1) act("cancel", lineId);
    }
  }
  while (played.order.holds.length > 0) act("releaseIfNotRenewed", 0);
  for (const [i] of played.model.parts.entries()) act("release", i);
  for (const [i, { status }] of played.model.parts.entries()) if (status === "released") act("shipAll", i);
  for (const [i] of played.order.shipments.entries()) act("deliver", i);
  if (played.order.lines.some((line) => openUnits(line) > 0)) act("cancelAll", 0);
}

describe("an order", () => {
  playAll("orders", scenario, (given) => {
    const played = play(given);
    bringToAnEnd(played);
    const { order } = played;
    for (const line of order.lines) expectEqual(`open of ${line.title}`, openUnits(line), 0);
    expectEqual("held at the end", order.holds.length, 0);
  });

  it("is found out when a unit or a cent of it is elsewhere", () => {
    const played = play({ sale: mugs(2, 100), acts: [] });
    const { order, model, books } = played;
    expect(() => expectUnits(order, { ...model, units: model.units.slice(1) })).toThrow(
      "allocated of Line 0: 2, and not 1",
    );
    books.set("assets:psp-clearing", 199);
    expect(() => expectBooks(played)).toThrow("money: 199, and not 200");
  });

  it("is delivered in a part whose parcels arrived before its last units were taken off", () => {
    const { order } = play({
      sale: mugs(2, 100),
      acts: [act("release"), act("ship"), act("deliver"), act("cut")],
    });
    expect(order.fulfillments[0]?.status).toBe("delivered");
  });

  it("is closed when what was paid too much has been refunded", () => {
    const { order } = play({
      sale: mugs(1, 110),
      acts: [act("release"), act("ship"), act("deliver")],
    });
    expect(order).toMatchObject({ status: "open", balances: { depositsMinor: 0, refundPayableMinor: 10 } });
    const surplus = { externalId: "surplus", amountMinor: 10, shippingMinor: 0, lines: [] };
    const refunded = decideRefund(order, { ...surplus, reason: null, at: NOW }, RULES);
    expect(evolveAll(order, refunded, NOW).status).toBe("closed");
  });
});

const act = (type: Act["type"]): Act => ({ ...always, type });

const mugs = (quantity: number, paid: number): Sale => {
  const mug = { kind: "physical", unitPriceMinor: 100, discountMinor: 0, taxMinor: 0 } as const;
  const lines = [{ ...mug, units: [quantity, 0, 0, 0] as const }];
  return { lines, taxIncluded: false, shippingMinor: 0, shippingTaxMinor: 0, paid };
};
