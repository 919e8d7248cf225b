/** Any state of a WooCommerce order after any other, from its payload to the order here. */
import { describe, it } from "vitest";
import { readWooOrder } from "../../../src/channels/woocommerce/read-order";
import {
  expectChainsApplied,
  expectPairsCounted,
  expectWayBack,
  type StorefrontStates,
} from "../../support/shop-states/pairs";
import { refundedMinor, refundedUnits } from "../../support/shop-states/state";
import { atWoo, wooOrder, wooPaid, wooRefunds, wooStatus } from "../../support/shop-states/woocommerce";
import { receivedAt } from "./payloads";

/** `isConnected`: its refunds are requested too; a callback has only their amounts. */
const woocommerce = (isConnected: boolean): StorefrontStates => ({
  read: (state) => {
    const channel = { id: "web", currency: "GBP" };
    const refunds = isConnected ? wooRefunds(state) : null;
    const read = readWooOrder(wooOrder(state), { channel, at: receivedAt, refunds });
    if (!read.ok || read.value.type !== "order") throw new Error(JSON.stringify(read));
    return read.value.order;
  },
  countedThere: (given) => {
    const state = atWoo(given);
    const status = wooStatus(state);
    const isEnded = ["cancelled", "refunded", "trash", "completed"].includes(status);
    return {
      paidMinor: wooPaid(state),
      refundedMinor: refundedMinor(state),
      // It does not report which units were sent.
      open: isEnded
        ? {}
        : Object.fromEntries(state.lines.map(({ id, ordered }) => [id, ordered - refundedUnits(state, id)])),
    };
  },
});

describe("a WooCommerce order", () => {
  it.each([{ isConnected: true }, { isConnected: false }])(
    "has every difference of a later payload applied or held by name, connected: $isConnected",
    ({ isConnected }) => expectChainsApplied(woocommerce(isConnected)),
  );
  it("counts the units and the money that the payload counts", () => expectPairsCounted(woocommerce(true)));
  it("is as it was when the shop takes a change back", () => expectWayBack(woocommerce(true)));
});
