/** Orders of mugs for tests of what happens to them: their parts, parcels, holds and cancellations. */
import type { FulfillmentId } from "../../../src/kernel/ids";
import type { Fulfillment } from "../../../src/orders/domain/fulfillments/fulfillment";
import type { Hold } from "../../../src/orders/domain/holds/hold";
import type { OrderEvent } from "../../../src/orders/domain/order-events";
import type { OrderLine } from "../../../src/orders/domain/order-line";
import { lineId } from "../../support/a-sale";
import { aLine, aShipment, NOON } from "../../support/an-order";

export const mug = (over: Partial<OrderLine> = {}) => aLine("Mug", { id: lineId("Mug"), ...over });

/** `part("a", 2)`: two mugs to send from the east. */
export const part = (name: string, quantity: number, over: Partial<Fulfillment> = {}): Fulfillment => ({
  id: `ful_${name}`,
  locationId: "east",
  status: "planned",
  releaseAt: NOON,
  releasedAt: null,
  reason: null,
  shipByOn: null,
  lateAt: null,
  pendingMoves: 0,
  lines: [{ lineId: lineId("Mug"), quantity, shipped: 0 }],
  ...over,
});

export const held = (code: Hold["code"], detail = "Wait."): Hold => ({
  code,
  detail,
  placedAt: NOON,
  placedBy: "staff",
});

export const parcel = (
  name: string,
  quantity: number,
  fulfillmentId: FulfillmentId,
  deliveredAt: number | null = null,
) => aShipment(`shp_${name}`, [[lineId("Mug"), quantity]], { fulfillmentId, deliveredAt });

export const cancelling = (
  units: Partial<Extract<OrderEvent, { type: "units.cancelled" }>["units"][number]>,
  over: Partial<Extract<OrderEvent, { type: "units.cancelled" }>> = {},
): OrderEvent => ({
  type: "units.cancelled",
  units: [{ lineId: lineId("Mug"), unsourced: 0, backordered: 0, allocated: [], ...units }],
  reason: "No",
  by: "staff",
  shippingMinor: 0,
  worthMinor: 0,
  refundDueMinor: 0,
  earned: null,
  ...over,
});

export const from = (name: string, quantity: number) =>
  ({ fulfillmentId: `ful_${name}`, locationId: "east", quantity }) as const;

export const NOTHING_EARNED = {
  listMinor: 0,
  giftCardMinor: 0,
  discountMinor: 0,
  taxMinor: 0,
  shippingMinor: 0,
  fromDepositsMinor: 0,
  fromReceivableMinor: 0,
  costMinor: 0,
};

export const sending = (quantity: number, fulfillmentId: FulfillmentId): OrderEvent => ({
  type: "shipment.shipped",
  shipmentId: "shp_new",
  fulfillmentId,
  locationId: "east",
  carrier: "UPS",
  service: "Ground",
  trackingNumber: "1Z",
  trackingUrl: null,
  at: NOON + 1,
  lines: [
    {
      lineId: lineId("Mug"),
      quantity,
      sku: "SKU-Mug",
      unitCostMinor: 700,
      amounts: { grossMinor: 2000 * quantity, discountMinor: 0, taxMinor: 400 * quantity },
    },
  ],
  earned: { ...NOTHING_EARNED, fromDepositsMinor: 1000, fromReceivableMinor: 1400 },
  shippingEarnedMinor: 300,
});

export const refundOf = (over: Partial<Extract<OrderEvent, { type: "refund.recorded" }>>): OrderEvent => ({
  type: "refund.recorded",
  externalId: "ref_1",
  amountMinor: 0,
  at: NOON,
  reason: null,
  lines: [],
  returned: [],
  returnedListMinor: 0,
  returnedDiscountMinor: 0,
  returnedTaxMinor: 0,
  returnedShippingMinor: 0,
  restockedCostMinor: 0,
  fromPayableMinor: 0,
  allowanceMinor: 0,
  feeMinor: 0,
  receivableReducedMinor: 0,
  shippingTakenBackMinor: 0,
  ...over,
});
