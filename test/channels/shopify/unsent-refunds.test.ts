/** Refunds without restocking of a Shopify line of which some units were sent. */
import { describe, expect, it } from "vitest";
import { create, update } from "../../orders/domain/order-steps";
import { line, orderOf, payload, read } from "./payloads";

const hour = (hours: number) => `2026-11-20T${10 + hours}:00:00Z`;
const fulfilled = (quantity: number) => ({
  fulfillments: [{ id: 9, status: "success", created_at: hour(1), line_items: [{ id: 1, quantity }] }],
  fulfillment_status: "partial",
});
const refund = (quantity: number) => ({
  id: 5,
  order_id: 1001,
  created_at: hour(2),
  processed_at: hour(2),
  refund_line_items: [{ line_item_id: 1, quantity, restock_type: "no_restock" }],
  transactions: [{ kind: "refund", status: "success", amount: "10.00" }],
});

/** Three units, of which some are to be sent still. */
const mugs = (fulfillable_quantity: number, over: object = {}, current_quantity = 3) => ({
  ...orderOf(
    payload({
      total_price: "30.00",
      line_items: [
        line({ quantity: 3, current_quantity, fulfillable_quantity, fulfillment_status: "partial" }),
      ],
      ...over,
    }),
  ),
  channelId: "web",
});

const bought = mugs(3, { updated_at: hour(0) });
const oneSent = mugs(2, { ...fulfilled(1), updated_at: hour(1) });
const oneRefunded = (fulfillable: number, sent = 1) =>
  mugs(fulfillable, { ...fulfilled(sent), refunds: [refund(1)], updated_at: hour(2) }, 2);

const unitsOf = ({ lines }: ReturnType<typeof create>) =>
  lines.map(({ allocated, shipped, cancelled, returned }) => ({ allocated, shipped, cancelled, returned }));

describe("a refund without restocking", () => {
  it("is of a unit that was never sent, if fewer are to be sent", () => {
    const order = update(update(create(bought), oneSent), oneRefunded(1));
    expect(unitsOf(order)).toEqual([{ allocated: 1, shipped: 1, cancelled: 1, returned: 0 }]);
    expect(order.holds).toEqual([]);
  });

  it("is of a unit that was sent, if as many are to be sent as before", () => {
    const order = update(update(create(bought), oneSent), oneRefunded(2));
    expect(unitsOf(order)).toEqual([{ allocated: 2, shipped: 1, cancelled: 0, returned: 1 }]);
    expect(order.holds).toEqual([]);
  });

  it("is the same if the order is first seen with it", () => {
    expect(unitsOf(create(oneRefunded(1)))).toEqual([
      { allocated: 1, shipped: 1, cancelled: 1, returned: 0 },
    ]);
  });

  it("splits a line of which only some units were sent", () => {
    const both = mugs(0, { ...fulfilled(2), refunds: [refund(2)] }, 1);
    expect(both.refunds[0]!.lines).toEqual([
      { externalLineId: "1", quantity: 1, restock: "cancel" },
      { externalLineId: "1", quantity: 1, restock: "none" },
    ]);
  });

  it("that was reported alone, as one of a unit that was sent, holds the order once the order shows that it was not", () => {
    const alone = read("refunds/create", refund(1)).event;
    if (!alone.ok || alone.value.type !== "refund") throw new Error("not a refund");
    const sent = update(create(bought), oneSent);
    const reported = update(sent, { ...oneSent, refunds: [alone.value.refund] });
    expect(unitsOf(reported)).toEqual([{ allocated: 2, shipped: 1, cancelled: 0, returned: 1 }]);
    expect(update(reported, oneRefunded(1)).holds).toMatchObject([
      {
        code: "differs_from_storefront",
        detail:
          "Mug: 1 units were refunded at the storefront before they were sent, and are to be sent here.",
      },
    ]);
  });
});
