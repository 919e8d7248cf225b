/** Any state of a BigCommerce order after any other, from its API's answers to the order here. */
import { describe, it } from "vitest";
import { readFetchedOrder } from "../../../src/channels/bigcommerce/order";
import { atBigCommerce, bigCommercePaid, bigCommerceResponses } from "../../support/shop-states/bigcommerce";
import {
  expectChainsApplied,
  expectPairsCounted,
  expectWayBack,
  type StorefrontStates,
} from "../../support/shop-states/pairs";
import { openThere, refundedMinor } from "../../support/shop-states/state";
import { fetchedAt } from "./responses";

const bigcommerce: StorefrontStates = {
  read: (state) => {
    const read = readFetchedOrder({ id: "web", currency: "GBP" }, bigCommerceResponses(state), fetchedAt);
    if (!read.ok || read.value.type !== "order") throw new Error(JSON.stringify(read));
    return read.value.order;
  },
  countedThere: (given) => {
    const state = atBigCommerce(given);
    const goods = state.lines.filter(({ kind }) => kind === "physical");
    // Only a transaction shows a test.
    const isTest = state.isTest && (state.payment === "all" || state.payment === "authorized");
    const isEnded = isTest || ["cancelled", "refunded"].includes(state.ending);
    return {
      paidMinor: bigCommercePaid(state),
      refundedMinor: refundedMinor(state),
      open: isEnded ? {} : Object.fromEntries(goods.map((each) => [each.id, openThere(each, state)])),
    };
  },
};

describe("a BigCommerce order", () => {
  it("has every difference of a later answer applied or held by name", () =>
    expectChainsApplied(bigcommerce));
  it("counts the units and the money that the answer counts", () => expectPairsCounted(bigcommerce));
  it("is as it was when the shop takes a change back", () => expectWayBack(bigcommerce));
});
