/**
 * Pairs and chains of a storefront's states, from its payload to the order here: every difference is applied or held by
 * name, and what the storefront counts is counted here.
 */
import fc from "fast-check";
import { expect } from "vitest";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import type { Order } from "../../../src/orders/domain/order";
import { openUnits } from "../../../src/orders/domain/order-line";
import { orderAccounts } from "../../../src/orders/domain/postings";
import { create, update, updateEvents } from "../../orders/domain/order-steps";
import { between, expectBooks, expectNothingIgnored, play } from "../../orders/domain/storefront/two-states";
import { casesOf } from "../cases";
import { shopState, type ShopState } from "./state";

/** What the storefront itself counts in a state. */
export type CountedThere = Readonly<{
  /** Captured and paid by gift card. */
  paidMinor: number;
  refundedMinor: number;
  /** Units still to be sent, by the storefront's line; only of goods that are sent. */
  open: Readonly<Record<string, number>>;
}>;

export type StorefrontStates = Readonly<{
  /** The payload of the state, as the adapter reads it. */
  read: (state: ShopState) => NewOrder;
  /** What the state is at this storefront: others have fields that it has not. */
  countedThere: (state: ShopState) => CountedThere;
}>;

const at = (state: ShopState, minute: number): ShopState => ({ ...state, minute });

/** Holds for what is open at the storefront, other than for a difference. */
const isHeldForDifference = ({ holds }: Order) =>
  holds.some(({ code }) => code === "differs_from_storefront");

function countedHere(order: Order): CountedThere {
  const goods = order.lines.filter(({ kind }) => kind === "physical");
  const open = Object.fromEntries(goods.map(({ externalId }) => [externalId, 0]));
  for (const line of goods) open[line.externalId] = open[line.externalId]! + openUnits(line);
  return { paidMinor: order.capturedMinor, refundedMinor: order.refundedMinor, open: withoutZeros(open) };
}

const withoutZeros = (open: CountedThere["open"]): CountedThere["open"] =>
  Object.fromEntries(Object.entries(open).filter(([, units]) => units > 0));

/** The facts of an order that do not depend on how it came to be. */
const factsOf = (order: Order) => ({
  ...countedHere(order),
  totalMinor: order.totalMinor,
  email: order.email,
  note: order.note,
  address: order.shippingAddress,
  method: order.shippingMethod,
  authorizedMinor: order.authorizedMinor,
  holds: order.holds.map(({ code, detail }) => `${code}: ${detail}`).toSorted(),
  accounts: Object.fromEntries(
    Object.entries(orderAccounts(order))
      .filter(([, minor]) => minor !== 0)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ),
});

/** Any state after any other, with parcels between them. */
export function expectChainsApplied({ read }: StorefrontStates): void {
  fc.assert(
    fc.property(shopState, shopState, shopState, between, between, (a, b, c, first, second) => {
      let order = create(read({ ...a, currency: "GBP" }));
      expectBooks(order);
      for (const [state, what] of [
        [at(b, 1), first],
        [at(c, 2), second],
      ] as const) {
        const there = read(state);
        order = update(play(order, what), there);
        expectBooks(order);
        expectNothingIgnored(order, there);
        expect(updateEvents(order, there)).toEqual([]);
      }
    }),
    { numRuns: casesOf(1_000) },
  );
}

/** As long as nothing has left a location here, the order counts exactly what the storefront counts. */
export function expectPairsCounted({ read, countedThere }: StorefrontStates): void {
  fc.assert(
    fc.property(shopState, shopState, (a, b) => {
      for (const state of [a, at(b, 1)].map((each) => ({ ...each, currency: "GBP" }))) {
        const first = { ...a, currency: "GBP" };
        const order = state.minute === 0 ? create(read(first)) : update(create(read(first)), read(state));
        const there = countedThere(state);
        const here = countedHere(order);
        expect(here.paidMinor).toBe(there.paidMinor);
        expect(here.refundedMinor).toBe(there.refundedMinor);
        if (!isHeldForDifference(order)) expect(here.open).toEqual(withoutZeros(there.open));
      }
    }),
    { numRuns: casesOf(1_000) },
  );
}

/** Nothing of a state stays when the storefront goes back to the one before. */
export function expectWayBack({ read }: StorefrontStates): void {
  const reversible = shopState.map((state) => ({
    ...state,
    refunds: [],
    lines: state.lines.map((line) => ({ ...line, sent: 0 })),
  }));
  fc.assert(
    fc.property(reversible, reversible, (a, b) => {
      const first = create(read({ ...a, currency: "GBP" }));
      const back = update(update(first, read(at(b, 1))), read(at({ ...a, currency: "GBP" }, 2)));
      expect(factsOf(back)).toEqual(factsOf(first));
    }),
    { numRuns: casesOf(1_000) },
  );
}
