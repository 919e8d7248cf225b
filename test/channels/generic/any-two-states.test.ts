/** Any state of a canonical order after any other, from its payload to the order here. */
import { describe, it } from "vitest";
import {
  atAnyShop,
  canonicalOrder,
  canonicalPaid,
  cardOf,
  isEndedThere,
} from "../../support/shop-states/canonical";
import {
  expectChainsApplied,
  expectPairsCounted,
  expectWayBack,
  type StorefrontStates,
} from "../../support/shop-states/pairs";
import { openThere, refundedMinor } from "../../support/shop-states/state";
import { aCallback, orderIn, readCallback } from "../../support/storefront-adapters";

const channelIn = (currency: string) => ({ id: "web", kind: "generic", currency });

const generic: StorefrontStates = {
  read: (state) => {
    const data = canonicalOrder(state);
    const body = JSON.stringify({ type: "order.updated", timestamp: data.updatedAt, data });
    return orderIn(readCallback(channelIn(state.currency), aCallback({}, body), Date.UTC(2026, 10, 23)));
  },
  countedThere: (given) => {
    const state = atAnyShop(given);
    const isEnded = state.isTest || isEndedThere(state);
    const goods = state.lines.filter(({ kind }) => kind === "physical");
    return {
      paidMinor: canonicalPaid(state) + (state.payment === "none" ? 0 : cardOf(state)),
      refundedMinor: refundedMinor(state),
      open: isEnded ? {} : Object.fromEntries(goods.map((each) => [each.id, openThere(each, state)])),
    };
  },
};

describe("a canonical order", () => {
  it("has every difference of a later payload applied or held by name", () => expectChainsApplied(generic));
  it("counts the units and the money that the payload counts", () => expectPairsCounted(generic));
  it("is as it was when the shop takes a change back", () => expectWayBack(generic));
});
