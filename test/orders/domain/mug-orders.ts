/** Stored orders of mugs, and what happens to them, for tests. */
import type { FulfillmentId } from "../../../src/kernel/ids";
import type { Fulfillment } from "../../../src/orders/domain/fulfillments/fulfillment";
import type { Hold } from "../../../src/orders/domain/holds/hold";
import type { Order } from "../../../src/orders/domain/order";
import type { EventOf } from "../../../src/orders/domain/order-events";
import type { OrderLine } from "../../../src/orders/domain/order-line";
import { aLine, anOrder, aShipment, NOON } from "../../support/an-order";
import { lineId } from "./sales";

export const MUG = lineId("Mug");

export const mug = (over: Partial<OrderLine> = {}) => aLine("Mug", { id: MUG, ...over });

/** `fulfillment("a", 2)`: two mugs to ship from the east. */
export const fulfillment = (
  name: string,
  quantity: number,
  over: Partial<Fulfillment> = {},
): Fulfillment => ({
  id: `ful_${name}`,
  locationId: "east",
  status: "planned",
  releaseAt: NOON,
  releasedAt: null,
  reason: null,
  stopReason: null,
  serviceId: null,
  shipByOn: null,
  lateAt: null,
  pendingMoves: 0,
  lines: [{ lineId: MUG, quantity, shipped: 0 }],
  ...over,
});

/** A fulfillment that has shipped some of its mugs. */
export const partlyShipped = (name: string, quantity: number, shipped: number): Fulfillment =>
  fulfillment(name, quantity, { status: "released", lines: [{ lineId: MUG, quantity, shipped }] });

/** An order of the mugs that the fulfillments have yet to ship, and of backordered ones. */
export function mugOrder(
  fulfillments: readonly Fulfillment[],
  { backordered = 0, ...over }: Partial<Order> & { backordered?: number } = {},
): Order {
  const planned = fulfillments
    .flatMap(({ lines }) => lines)
    .reduce((sum, line) => sum + line.quantity - line.shipped, 0);
  const lines = [mug({ ordered: planned + backordered, backordered })];
  return anOrder({ lines, fulfillments, ...over });
}

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
) => aShipment(`shp_${name}`, [[MUG, quantity]], { fulfillmentId, deliveredAt });

export const cancelling = (
  units: Partial<EventOf<"units.cancelled">["units"][number]>,
  over: Partial<EventOf<"units.cancelled">> = {},
): EventOf<"units.cancelled"> => ({
  type: "units.cancelled",
  units: [{ lineId: MUG, unsourced: 0, backordered: 0, allocated: [], ...units }],
  reason: "No",
  by: "staff",
  ...over,
});

export const from = (name: string, quantity: number) =>
  ({ fulfillmentId: `ful_${name}`, locationId: "east", quantity }) as const;

export const shipping = (quantity: number, fulfillmentId: FulfillmentId): EventOf<"shipment.shipped"> => ({
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
      lineId: MUG,
      quantity,
      sku: "SKU-Mug",
      unitCostMinor: 700,
      amounts: { grossMinor: 2000 * quantity, discountMinor: 0, taxMinor: 400 * quantity },
    },
  ],
});

export const refundOf = (over: Partial<EventOf<"refund.recorded">>): EventOf<"refund.recorded"> => ({
  type: "refund.recorded",
  externalId: "ref_1",
  amountMinor: 0,
  at: NOON,
  reason: null,
  lines: [],
  returned: [],
  shippingMinor: 0,
  itemized: true,
  ...over,
});
