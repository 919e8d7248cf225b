/** Nothing ships for a line: its open units join the fulfillment of what needs no parcel. */
import type { LineId } from "../../kernel/ids";
import { accept, reject, type Result } from "../../kernel/result";
import { fulfillmentToJoin, releasedUnits } from "./fulfillments/units-at";
import { unshippedUnits } from "./fulfillments/fulfillment";
import type { OrderEvent } from "./order-events";
import type { Order } from "./order";
import { needsStock, openUnits } from "./order-line";

export type NoShippingRejection = Readonly<
  { code: "line_unknown"; lineId: string } | { code: "line_released"; lineId: LineId }
>;

/** A repeat changes nothing. Rejected for units that a location is preparing. */
export function decideNoShipping(
  order: Order,
  lineId: LineId,
  { now, by }: Readonly<{ now: number; by: string }>,
): Result<OrderEvent[], NoShippingRejection> {
  const line = order.lines.find(({ id }) => id === lineId);
  if (!line) return reject({ code: "line_unknown", lineId });
  if (!needsStock(line)) return accept([]);
  if (releasedUnits(order, lineId) > 0) return reject({ code: "line_released", lineId });
  const from = order.fulfillments
    .filter(({ status }) => status === "planned")
    .map((fulfillment) => ({
      fulfillmentId: fulfillment.id,
      locationId: fulfillment.locationId,
      quantity: unshippedUnits(fulfillment, lineId),
    }))
    .filter(({ quantity }) => quantity > 0);
  const { id: fulfillmentId } = fulfillmentToJoin(order, null, now);
  const { unsourced, backordered } = line;
  const moved: OrderEvent[] =
    openUnits(line) === 0
      ? []
      : [
          {
            type: "units.sent_elsewhere",
            lineId,
            unsourced,
            backordered,
            from,
            to: { fulfillmentId, locationId: null },
            at: now,
          },
        ];
  return accept([{ type: "line.needs_no_shipping", lineId, by }, ...moved]);
}
