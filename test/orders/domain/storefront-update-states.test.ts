import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import type { Order } from "../../../src/orders/domain/order";
import { openUnits } from "../../../src/orders/domain/order-line";
import { decideStorefrontUpdate } from "../../../src/orders/domain/storefront/storefront-update";
import {
  aRefund,
  aSale,
  balances,
  CHANNEL,
  happened,
  inSync,
  paid,
  refundLine,
  RULES,
  sold,
  standing,
  synced,
  takenIn,
} from "../../support/a-sale";
import { NOON } from "../../support/an-order";
import { aCallback, orderIn, readCallback } from "../../support/storefront-adapters";

describe("the states of an order, as its storefront makes them", () => {
  /** An edit: units added, removed or refunded of a line, or a payment. */
  const edit = fc.record({
    line: fc.constantFrom("Mug", "Cup"),
    act: fc.constantFrom("add", "add", "remove", "refund", "pay", "write"),
    units: fc.integer({ min: 1, max: 3 }),
  });

  function edited(
    state: NewOrder,
    { line: title, act, units }: { line: string; act: string; units: number },
  ): NewOrder {
    const next = { ...state, storefrontUpdatedAt: state.storefrontUpdatedAt + 1 };
    const line = state.lines.find((each) => each.title === title);
    const refunded = state.refunds
      .flatMap(({ lines }) => lines)
      .filter((each) => each.externalLineId === title);
    const gone = refunded.reduce((sum, { quantity }) => sum + quantity, line?.removed ?? 0);
    const some = Math.min(units, (line?.quantity ?? 0) - gone);
    const withLine = (quantity: number, removed: number) =>
      aSale({
        ...next,
        ...TOTAL,
        lines: [...state.lines.filter((each) => each !== line), sold(title, quantity, { removed })],
      });
    switch (act) {
      case "add":
        return withLine((line?.quantity ?? 0) + units, line?.removed ?? 0);
      case "remove":
        return line && some > 0 ? withLine(line.quantity, line.removed + some) : next;
      case "refund": {
        if (some === 0) return next;
        const lines = [refundLine(`${some} ${title} cancel`)];
        const told = aRefund(`ref_${state.refunds.length}`, { amountMinor: 2400 * some, lines });
        return { ...next, refunds: [...state.refunds, told] };
      }
      case "pay": {
        const before = state.payments[0]?.amountMinor ?? 0;
        return { ...next, payments: [paid(before + 1000 * units)] };
      }
      default:
        return { ...next, email: `${units}@example.com` };
    }
  }
  const TOTAL = { totalMinor: 1_000_000 };

  const statesOf = (edits: readonly Parameters<typeof edited>[1][]): NewOrder[] =>
    edits.reduce(
      (states, each) => [...states, edited(states.at(-1)!, each)],
      [aSale({ lines: [sold("Mug", 2)], payments: [paid(4800)] })],
    );

  const open = (order: Order, title: string): number =>
    order.lines.filter((line) => line.title === title).reduce((sum, line) => sum + openUnits(line), 0);

  /** What a reader of either would call the same. */
  const gist = (order: Order) => ({
    mugs: open(order, "Mug"),
    cups: open(order, "Cup"),
    captured: order.capturedMinor,
    refunded: order.refundedMinor,
    email: order.email,
    seen: order.storefrontUpdatedAt,
  });

  const scenario = fc.record({
    edits: fc.array(edit, { minLength: 1, maxLength: 7 }),
    heard: fc.array(fc.nat(7), { maxLength: 10 }),
  });

  it("come to the newest, late, repeated, in any order or not at all; and each changes nothing the second time", () => {
    fc.assert(
      fc.property(scenario, ({ edits, heard }) => {
        const states = statesOf(edits);
        const newest = states.at(-1)!;
        const inAnyOrder = [
          ...heard.map((i) => states[i % states.length]!),
          newest,
          ...heard.map((i) => states[i % states.length]!),
        ];
        let order = takenIn(inAnyOrder[0]!);
        for (const state of inAnyOrder) {
          order = inSync(order, state);
          expect(synced(order, state)).toEqual([]);
        }
        expect(gist(order)).toEqual(gist(takenIn(newest)));
        const left = (title: string) => {
          const line = newest.lines.find((each) => each.title === title);
          const named = newest.refunds
            .flatMap(({ lines }) => lines)
            .filter((each) => each.externalLineId === title);
          return named.reduce(
            (sum, { quantity }) => sum - quantity,
            (line?.quantity ?? 0) - (line?.removed ?? 0),
          );
        };
        expect(gist(order)).toMatchObject({ mugs: left("Mug"), cups: left("Cup") });
      }),
      { numRuns: 100 },
    );
  });
});

describe("an order as Shopify publishes one, partly refunded", () => {
  const text = readFileSync(
    `${import.meta.dirname}/../../fixtures/shopify/order-partially-refunded.json`,
    "utf8",
  );
  const payload = JSON.parse(text) as { order?: object };
  const read = (over: object): NewOrder => {
    const body = JSON.stringify({ ...(payload.order ?? payload), ...over });
    const callback = aCallback({ "x-shopify-topic": "orders/updated" }, body);
    return orderIn(readCallback({ ...CHANNEL, currency: "USD" }, callback, NOON));
  };
  /** Three iPods at 199.00, off 3.34, 3.33 and 3.33, with 3.98 of tax each: 598.94. 209.00 were paid back for two. */
  const state = read({});
  const everythingThere = [
    "IPod Nano - 8gb: 1 cancelled",
    "IPod Nano - 8gb: 1 allocated",
    "IPod Nano - 8gb: 1 cancelled",
  ];

  it.each<[string, () => Order]>([
    ["as it first hears of it", () => takenIn(state)],
    [
      "as it hears of the refund later",
      () => {
        const before = read({
          refunds: [],
          financial_status: "paid",
          updated_at: "2008-01-10T10:00:00-05:00",
        });
        const lines = before.lines.map((line) => ({ ...line, removed: 0 }));
        return inSync(takenIn({ ...before, lines }), state);
      },
    ],
  ])("is one iPod to send, and owes back what the refund did not pay: %s", (_how, order) => {
    const after = order();
    expect(standing(after)).toEqual(everythingThere);
    expect(after).toMatchObject({ capturedMinor: 59_894, refundedMinor: 20_900, status: "open", holds: [] });
    // 199.64 and 199.65 less 209.00; 199.65 is still to be sent.
    expect(balances(after)).toEqual(["deposits 19965", "owed back 19029"]);
    expect(decideStorefrontUpdate(after, state, RULES)).toEqual([]);
    expect(happened(after, []).version).toBe(after.version + 1);
  });
});
