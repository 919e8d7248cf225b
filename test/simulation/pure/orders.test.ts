/**
 * Orders from the sale to their end, with random actions in any sequence: each unit is where the model has it, every
 * cent is in exactly one account, and a repeated action changes nothing.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Account } from "../../../src/ledger/domain/accounts";
import { journalEntryOf, type PostedCommit } from "../../../src/orders/domain/postings";
import { evolveAll } from "../../../src/orders/domain/evolve/evolve";
import type { Order } from "../../../src/orders/domain/order";
import { openUnits, type OrderLine } from "../../../src/orders/domain/order-line";
import { shippingEarned } from "../../../src/orders/domain/payments/order-money";
import { decideRefund } from "../../../src/orders/domain/payments/refunds";
import { decodeOrderAction, perform, type OrderAction } from "./order-actions";
import { unitsOf, type Unit, type OrderUnits } from "./order-model";
import { createdOrder, NOW, RULES, sale, type Sale } from "./sales";
import { expectEqual, playAll } from "./play-scenarios";

type Books = Map<Account, number>;
type Played = { order: Order; model: OrderUnits; books: Books };
type Scenario = Readonly<{ sale: Sale; actions: readonly OrderAction[] }>;

const scenario: fc.Arbitrary<Scenario> = fc.record({
  sale,
  actions: fc.array(fc.nat(2 ** 31 - 1).map(decodeOrderAction), { maxLength: 24 }),
});

function post(books: Books, commit: PostedCommit): void {
  const entry = journalEntryOf(commit, NOW, { booksCurrency: "USD", booksTimeZone: "UTC" });
  for (const { account, amountMinor } of entry?.postings ?? []) {
    books.set(account, (books.get(account) ?? 0) + amountMinor);
  }
}

const STATES = ["unsourced", "backordered", "allocated", "shipped", "cancelled"] as const;

function expectUnits(order: Order, model: OrderUnits): void {
  for (const line of order.lines) {
    for (const state of STATES) {
      expectEqual(`${state} of ${line.title}`, line[state], unitsOf(model, line.id, state).length);
    }
    const returned = unitsOf(model, line.id, "shipped").filter((unit) => unit.returned).length;
    expectEqual(`returned of ${line.title}`, line.returned, returned);
  }
  expectEqual("fulfillments", order.fulfillments.length, model.fulfillments.length);
  for (const [i, fulfillment] of model.fulfillments.entries()) {
    const found = order.fulfillments[i]!;
    expectEqual("a fulfillment's id", found.id, fulfillment.id);
    expectEqual(`status of fulfillment ${i} at ${fulfillment.where}`, found.status, fulfillment.status);
    for (const { id, title } of order.lines) {
      const held = found.lines.find(({ lineId }) => lineId === id);
      const waiting = unitsOf(model, id, "allocated", fulfillment.id).length;
      expectEqual(
        `unshipped units of ${title} in fulfillment ${i}`,
        (held?.quantity ?? 0) - (held?.shipped ?? 0),
        waiting,
      );
    }
  }
}

/** The share of an amount for the units `from` (included) to `to` (excluded), added unit by unit. */
function shareOf(amount: number, line: OrderLine, from: number, to: number): number {
  let sum = 0;
  for (let unit = from; unit < to; unit += 1) {
    sum += Math.floor((amount * (unit + 1)) / line.ordered) - Math.floor((amount * unit) / line.ordered);
  }
  return sum;
}

/** Compares the books with the units: the first units of a line ship first, and return first. */
function expectBooks({ order, model, books }: Played): void {
  const balance = (account: Account) => books.get(account) ?? 0;
  const { depositsMinor, receivableMinor, refundPayableMinor } = order.balances;
  expectEqual("deposits", -balance("liabilities:customer-deposits"), depositsMinor);
  expectEqual("receivable", balance("assets:receivable"), receivableMinor);
  expectEqual("refund payable", -balance("liabilities:refund-payable"), refundPayableMinor);
  expectEqual("money", balance("assets:psp-clearing"), order.capturedMinor - order.refundedMinor);
  expectEqual("the smaller of deposits and receivable", Math.min(depositsMinor, receivableMinor), 0);

  const sum = (of: (line: OrderLine) => number) => order.lines.reduce((total, line) => total + of(line), 0);
  const list = (line: OrderLine, from: number, to: number) =>
    shareOf(line.grossMinor, line, from, to) -
    (order.taxIncluded ? shareOf(line.taxMinor, line, from, to) : 0);
  const charge = shippingCharge(order);
  const ofShipping = (amount: number) =>
    charge === 0 ? 0 : Math.floor((amount * shippingEarned(order)) / charge);
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
  expectEqual("list price of returned units", back, sum((line) => list(line, 0, line.returned)) - cards);
  const kept = ({ state, restocked }: Unit) => state === "shipped" && !restocked;
  const cost = sum(
    ({ id, unitCostMinor }) =>
      (unitCostMinor ?? 0) * model.units.filter((unit) => unit.line === id && kept(unit)).length,
  );
  expectEqual("cost of shipped units", balance("expenses:cogs"), cost);
  expectEqual("inventory", balance("assets:inventory"), -cost);
}

const shippingCharge = ({ shipping, taxIncluded }: Order): number =>
  shipping.grossMinor - shipping.discountMinor + (taxIncluded ? 0 : shipping.taxMinor);

/** Plays the sale and the actions. Returns the order, its model and its books. */
function play({ sale, actions }: Scenario): Played {
  const { order: first, events, units: model } = createdOrder(sale);
  const played: Played = { order: first, model, books: new Map() };
  post(played.books, { before: null, after: first, events });
  expectAll(played);
  for (const [i, action] of actions.entries()) step(played, action, i);
  return played;
}

function step(played: Played, action: OrderAction, count: number): void {
  try {
    const { order } = played;
    const { events, repeat } = perform(order, played.model, action, count);
    if (events.length > 0) played.order = evolveAll(played.order, events, 2_000_000 + count);
    post(played.books, { before: order, after: played.order, events });
    expectAll(played);
    expectDeposits(played.order);
    if (repeat !== null) expectEqual("events of a repeat", repeat(played.order).length, 0);
  } catch (error) {
    throw new Error(`action ${count + 1}, ${JSON.stringify(action)}: ${String(error)}`, { cause: error });
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
  expectEqual("deposits with nothing left to ship", depositsMinor, 0);
  const refunded = order.refunds.reduce((sum, { shippingMinor }) => sum + shippingMinor, 0);
  const kept = Math.max(0, shippingCharge(order) - refunded);
  const goods = order.lines.filter(({ kind }) => kind === "physical");
  const isEarned = goods.length > 0 ? goods.some(({ shipped }) => shipped > 0) : sent;
  expectEqual("shipping earned with nothing left to ship", shippingEarned(order), isEarned ? kept : 0);
}

/** The amount of units that are neither shipped nor cancelled, with the shipping charge that is not earned yet. */
function worthLeft(order: Order): number {
  const refunded = order.refunds.reduce((sum, { shippingMinor }) => sum + shippingMinor, 0);
  const kept = Math.max(0, shippingCharge(order) - refunded);
  const shipping = openOf(order) === 0 ? 0 : kept - shippingEarned(order);
  return order.lines.reduce((sum, line) => {
    const [from, to] = [line.shipped, line.ordered - line.cancelled];
    const tax = order.taxIncluded ? 0 : shareOf(line.taxMinor, line, from, to);
    return sum + shareOf(line.grossMinor, line, from, to) - shareOf(line.discountMinor, line, from, to) + tax;
  }, shipping);
}

/** What is on deposit pays for what is left to ship, and no more. What is receivable leaves nothing on deposit. */
function expectDeposits(order: Order): void {
  const { depositsMinor, refundPayableMinor, receivableMinor } = order.balances;
  const left = Math.max(0, worthLeft(order));
  expectEqual("deposits beyond what is left to ship", Math.max(0, depositsMinor - left), 0);
  if (refundPayableMinor > 0) expectEqual("deposits while money is owed back", depositsMinor, left);
  if (receivableMinor > 0) expectEqual("owed back while money is receivable", refundPayableMinor, 0);
}

const always = { which: 0, quantity: 1, where: "east", restock: "none", share: 100 } as const;

/** Staff finishes everything that waits, so that the order reaches its end. */
function bringToAnEnd(played: Played): void {
  let count = 1_000;
  const action = (type: OrderAction["type"], which: number) =>
    step(played, { ...always, type, which }, (count += 1));
  for (const line of played.order.lines) {
    if (line.unsourced > 0) {
      const [lineId, quantity] = [played.order.lines.indexOf(line), line.unsourced];
      for (let unit = 0; unit < quantity; unit += 1) action("cancel", lineId);
    }
  }
  while (played.order.holds.length > 0) action("releaseHold", 0);
  for (const [i] of played.model.fulfillments.entries()) action("release", i);
  for (const [i, { status }] of played.model.fulfillments.entries())
    if (status === "released") action("shipAll", i);
  for (const [i] of played.order.shipments.entries()) action("deliver", i);
  if (played.order.lines.some((line) => openUnits(line) > 0)) action("cancelAll", 0);
}

describe("an order", () => {
  playAll("orders", scenario, (given) => {
    const played = play(given);
    bringToAnEnd(played);
    const { order } = played;
    for (const line of order.lines) expectEqual(`open units of ${line.title}`, openUnits(line), 0);
    expectEqual("holds at the end", order.holds.length, 0);
  });

  it("fails the comparison when one unit or one cent differs", () => {
    const played = play({ sale: mugs(2, 100), actions: [] });
    const { order, model, books } = played;
    expect(() => expectUnits(order, { ...model, units: model.units.slice(1) })).toThrow(
      "allocated of Line 0: 2, expected 1",
    );
    books.set("assets:psp-clearing", 199);
    expect(() => expectBooks(played)).toThrow("money: 199, expected 200");
  });

  it("has a delivered fulfillment if its shipments arrived before its last units were cut", () => {
    const { order } = play({
      sale: mugs(2, 100),
      actions: [action("release"), action("ship"), action("deliver"), action("cut")],
    });
    expect(order.fulfillments[0]?.status).toBe("delivered");
  });

  it("is closed when an overpayment has been refunded", () => {
    const { order } = play({
      sale: mugs(1, 110),
      actions: [action("release"), action("ship"), action("deliver")],
    });
    expect(order).toMatchObject({ status: "open", balances: { depositsMinor: 0, refundPayableMinor: 10 } });
    const surplus = { externalId: "surplus", amountMinor: 10, shippingMinor: 0, lines: [], itemized: true };
    const refunded = decideRefund(order, { ...surplus, reason: null, at: NOW }, RULES);
    expect(evolveAll(order, refunded, NOW).status).toBe("closed");
  });
});

const action = (type: OrderAction["type"]): OrderAction => ({ ...always, type });

const mugs = (quantity: number, paid: number): Sale => {
  const mug = { kind: "physical", unitPriceMinor: 100, discountMinor: 0, taxMinor: 0 } as const;
  const lines = [{ ...mug, units: [quantity, 0, 0, 0] as const }];
  return { lines, taxIncluded: false, shippingMinor: 0, shippingTaxMinor: 0, paid };
};
