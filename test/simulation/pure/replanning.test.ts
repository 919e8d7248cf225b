/** Sent elsewhere while anything else happens to them: orders and stock agree once everything has arrived. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectSound } from "../../inventory/domain/stock-world";
import {
  actIn,
  agree,
  comeToRest,
  decodeShopAct,
  disagreements,
  openShop,
  type ShopAct,
} from "./replanning-shop";
import { playAll } from "./play-scenarios";

type Scenario = Readonly<{
  onHand: readonly number[];
  quantities: readonly number[];
  acts: readonly ShopAct[];
}>;

const few = fc.integer({ min: 0, max: 4 });
const scenario: fc.Arbitrary<Scenario> = fc.record({
  onHand: fc.tuple(few, few, few),
  quantities: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
  acts: fc.array(fc.nat(2 ** 31 - 1).map(decodeShopAct), { maxLength: 40 }),
});

const none = (what: string, found: readonly unknown[]): void => {
  if (found.length > 0) throw new Error(`${what}: ${JSON.stringify(found)}`);
};

describe("units that an order sends elsewhere", () => {
  playAll("resourcing", scenario, ({ onHand, quantities, acts }) => {
    const shop = openShop(onHand, quantities);
    for (const act of acts) actIn(shop, act);
    comeToRest(shop);
    const unseen = disagreements(shop).filter(({ orderId }) => !shop.needsRepair.has(orderId));
    none("differs, and nobody knows that it may", unseen);
    agree(shop);
    none("differs", disagreements(shop));
    const parts = shop.orders.flatMap(({ fulfillments }) => fulfillments);
    none(
      "waits for an answer",
      parts.filter(({ pendingMoves }) => pendingMoves !== 0),
    );
    expectSound(shop.stock);
  });

  it("are missed when the order is not told", () => {
    const shop = openShop([2, 2, 0], [2]);
    actIn(shop, { type: "replan", which: 0, part: 0, quantity: 2, where: 1, flag: 5 });
    actIn(shop, { type: "effect", which: 0, part: 0, quantity: 1, where: 0, flag: 1 });
    shop.words = [];
    expect(disagreements(shop)).toHaveLength(2);
  });
});
