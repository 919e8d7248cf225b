/** Orders replan while anything else happens: order and stock agree once all messages have arrived. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectSound } from "../../inventory/domain/stock-world";
import {
  performIn,
  repair,
  deliverAll,
  decodeShopAction,
  differencesOf,
  openShop,
  type ShopAction,
} from "./replanning-shop";
import { playAll } from "./play-scenarios";

type Scenario = Readonly<{
  onHand: readonly number[];
  quantities: readonly number[];
  actions: readonly ShopAction[];
}>;

const few = fc.integer({ min: 0, max: 4 });
const scenario: fc.Arbitrary<Scenario> = fc.record({
  onHand: fc.tuple(few, few, few),
  quantities: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
  actions: fc.array(fc.nat(2 ** 31 - 1).map(decodeShopAction), { maxLength: 40 }),
});

const none = (what: string, found: readonly unknown[]): void => {
  if (found.length > 0) throw new Error(`${what}: ${JSON.stringify(found)}`);
};

describe("replanned units", () => {
  playAll("replanning", scenario, ({ onHand, quantities, actions }) => {
    const shop = openShop(onHand, quantities);
    for (const action of actions) performIn(shop, action);
    deliverAll(shop);
    const unmarked = differencesOf(shop).filter(({ orderId }) => !shop.needsRepair.has(orderId));
    none("differs without being marked for repair", unmarked);
    repair(shop);
    none("differs", differencesOf(shop));
    const fulfillments = shop.orders.flatMap(({ fulfillments }) => fulfillments);
    none(
      "waits for a move of stock",
      fulfillments.filter(({ pendingMoves }) => pendingMoves !== 0),
    );
    expectSound(shop.stock);
  });

  it("differ if the order does not get the stock events", () => {
    const shop = openShop([2, 2, 0], [2]);
    performIn(shop, { type: "replan", which: 0, fulfillment: 0, quantity: 2, where: 1, flag: 5 });
    performIn(shop, { type: "effect", which: 0, fulfillment: 0, quantity: 1, where: 0, flag: 1 });
    shop.stockEvents = [];
    expect(differencesOf(shop)).toHaveLength(2);
  });
});
