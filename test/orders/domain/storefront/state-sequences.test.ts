/** States of an order that arrive late, repeatedly, in any order or never: the order ends as the newest state has it. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { NewOrder } from "../../../../src/orders/domain/new-order";
import type { Order } from "../../../../src/orders/domain/order";
import { openUnits } from "../../../../src/orders/domain/order-line";
import { create, update, updateEvents } from "../order-steps";
import { aRefund, aSale, paid, refundLines, sold } from "../sales";

type Edit = Readonly<{
  title: string;
  action: "add" | "remove" | "refund" | "pay" | "rename";
  units: number;
}>;

const edit: fc.Arbitrary<Edit> = fc.record({
  title: fc.constantFrom("Mug", "Cup"),
  action: fc.constantFrom("add", "add", "remove", "refund", "pay", "rename"),
  units: fc.integer({ min: 1, max: 3 }),
});

const refundedUnits = ({ refunds }: NewOrder, title: string): number =>
  refunds
    .flatMap(({ lines }) => lines)
    .filter(({ externalLineId }) => externalLineId === title)
    .reduce((sum, { quantity }) => sum + quantity, 0);

/** Units of the line that the storefront has neither removed nor refunded. */
const unitsLeft = (state: NewOrder, title: string): number => {
  const line = state.lines.find((each) => each.title === title);
  return (line?.quantity ?? 0) - (line?.removed ?? 0) - refundedUnits(state, title);
};

/** The storefront's state after the edit. */
function edited(state: NewOrder, { title, action, units }: Edit): NewOrder {
  const next = { ...state, storefrontUpdatedAt: state.storefrontUpdatedAt + 1 };
  const line = state.lines.find((each) => each.title === title);
  const { quantity = 0, removed = 0 } = line ?? {};
  const taken = Math.min(units, unitsLeft(state, title));
  const withLine = (over: { quantity: number; removed: number }) => ({
    ...next,
    lines: [...state.lines.filter((each) => each !== line), sold(title, over.quantity, over)],
  });
  switch (action) {
    case "add":
      return withLine({ quantity: quantity + units, removed });
    case "remove":
      return line && taken > 0 ? withLine({ quantity, removed: removed + taken }) : next;
    case "refund": {
      if (taken === 0) return next;
      const lines = refundLines(`${taken} ${title} cancel`);
      const refund = aRefund(`ref_${state.refunds.length}`, { amountMinor: 2400 * taken, ...lines });
      return { ...next, refunds: [...state.refunds, refund] };
    }
    case "pay": {
      const before = state.payments[0]?.amountMinor ?? 0;
      return { ...next, payments: [paid(before + 1000 * units)] };
    }
    case "rename":
      return { ...next, email: `${units}@example.com` };
  }
}

const FIRST = aSale({ lines: [sold("Mug", 2)], payments: [paid(4800)], totalMinor: 1_000_000 });

const statesOf = (edits: readonly Edit[]): NewOrder[] =>
  edits.reduce((states, each) => [...states, edited(states.at(-1)!, each)], [FIRST]);

const openUnitsOf = (order: Order, title: string): number =>
  order.lines.filter((line) => line.title === title).reduce((sum, line) => sum + openUnits(line), 0);

/** What the order must have in common with an order that was created from the newest state. */
const summary = (order: Order) => ({
  mugs: openUnitsOf(order, "Mug"),
  cups: openUnitsOf(order, "Cup"),
  captured: order.capturedMinor,
  refunded: order.refundedMinor,
  email: order.email,
  updatedAt: order.storefrontUpdatedAt,
});

it("an order ends as its newest state says, and no state changes anything the second time", () => {
  const scenario = fc.record({
    edits: fc.array(edit, { minLength: 1, maxLength: 7 }),
    arrivals: fc.array(fc.nat(7), { maxLength: 10 }),
  });
  fc.assert(
    fc.property(scenario, ({ edits, arrivals }) => {
      const states = statesOf(edits);
      const newest = states.at(-1)!;
      const others = arrivals.map((i) => states[i % states.length]!);
      const received = [...others, newest, ...others];
      let order = create(received[0]!);
      for (const state of received) {
        order = update(order, state);
        expect(updateEvents(order, state)).toEqual([]);
      }
      expect(summary(order)).toEqual(summary(create(newest)));
      expect(summary(order)).toMatchObject({
        mugs: unitsLeft(newest, "Mug"),
        cups: unitsLeft(newest, "Cup"),
      });
    }),
    { numRuns: 100 },
  );
});
