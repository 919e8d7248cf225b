/** A location rejects a fulfillment: it will not ship the units that are left in it. */
import type { FulfillmentId } from "../../../kernel/ids";
import { accept, reject } from "../../../kernel/result";
import type { Order } from "../order";
import { isLive, unshippedLines } from "./fulfillment";
import type { FulfillmentDecision } from "./rejections";

export type RejectRequest = Readonly<{
  fulfillmentId: FulfillmentId;
  reason: string;
  /** A remark of the location's staff. */
  note: string | null;
  by: string;
}>;

/** The units are backordered, and filled from other locations. A repeat changes nothing. */
export function decideReject(order: Order, request: RejectRequest): FulfillmentDecision {
  const { fulfillmentId, reason, note, by } = request;
  const fulfillment = order.fulfillments.find(({ id }) => id === fulfillmentId);
  if (!fulfillment || fulfillment.locationId === null) {
    return reject({ code: "fulfillment_unknown", fulfillmentId });
  }
  const { status, locationId } = fulfillment;
  if (status === "rejected") return accept([]);
  if (!isLive(fulfillment)) return reject({ code: "fulfillment_not_open", fulfillmentId, status });
  const units = unshippedLines(fulfillment);
  return accept([{ type: "fulfillment.rejected", fulfillmentId, locationId, units, reason, note, by }]);
}
