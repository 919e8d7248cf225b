/** Any state of a Shopify order after any other, from its payload to the order here. */
import { describe, it } from "vitest";
import type { NewOrder } from "../../../src/orders/domain/new-order";
import {
  expectChainsApplied,
  expectPairsCounted,
  expectWayBack,
  type StorefrontStates,
} from "../../support/shop-states/pairs";
import { shopifyCaptured, shopifyOrder } from "../../support/shop-states/shopify";
import { openThere, refundedMinor, type ShopState } from "../../support/shop-states/state";
import { aCallback, orderIn, readCallback } from "../../support/storefront-adapters";
import { receivedAt } from "./payloads";

const channel = { id: "web", kind: "shopify", currency: "GBP" };

const shopify: StorefrontStates = {
  read: (state: ShopState): NewOrder =>
    orderIn(
      readCallback(
        channel,
        aCallback({ "x-shopify-topic": "orders/updated" }, JSON.stringify(shopifyOrder(state))),
        receivedAt,
      ),
    ),
  countedThere: (state) => {
    const isEnded = state.isTest || state.ending === "cancelled" || state.ending === "refunded";
    const goods = state.lines.filter(({ kind }) => kind === "physical");
    return {
      paidMinor: shopifyCaptured(state),
      refundedMinor: refundedMinor(state),
      open: isEnded ? {} : Object.fromEntries(goods.map((each) => [each.id, openThere(each, state)])),
    };
  },
};

describe("a Shopify order", () => {
  it("has every difference of a later payload applied or held by name", () => expectChainsApplied(shopify));
  it("counts the units and the money that the payload counts", () => expectPairsCounted(shopify));
  it("is as it was when the storefront takes a change back", () => expectWayBack(shopify));
});
