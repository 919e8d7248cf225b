/** Receives a carrier's callback. */
import { accept, reject, type Result } from "../kernel/result";
import type { OrderId, ShipmentId } from "../kernel/ids";
import type { CarrierCallback } from "./carrier-adapter";
import type { ShippingContext } from "./context";
import { labelTracked } from "./find-labels";
import { recordTracking } from "./record-tracking";

export type ReceivedCallback = Readonly<{
  outcome: "recorded" | "ignored";
  orderId: OrderId | null;
  shipmentId: ShipmentId | null;
}>;

const IGNORED: ReceivedCallback = { outcome: "ignored", orderId: null, shipmentId: null };

/** A callback about a parcel that has no label of ours is ignored. An unknown carrier is answered like a wrong signature. */
export async function receiveCarrierWebhook(
  context: ShippingContext,
  carrier: string,
  callback: CarrierCallback,
): Promise<
  Result<
    ReceivedCallback,
    Readonly<
      | { code: "invalid_signature" }
      | { code: "version_conflict" }
      | { code: "invalid_request"; detail: string }
    >
  >
> {
  const parsed = context.carriers.named(carrier)?.parseWebhook?.(callback) ?? {
    outcome: "invalid_signature",
  };
  switch (parsed.outcome) {
    case "invalid_signature":
      return reject({ code: "invalid_signature" });
    case "unreadable":
      return reject({ code: "invalid_request", detail: parsed.detail });
    case "ignored":
      return accept(IGNORED);
    case "tracked": {
      const { trackingNumber, update } = parsed.parcel;
      const label = await labelTracked(context, carrier, trackingNumber);
      if (label === null) return accept(IGNORED);
      const recorded = await recordTracking(context, label, update);
      if (!recorded.ok) return recorded;
      const { orderId, shipmentId } = recorded.value;
      return accept({ outcome: "recorded", orderId, shipmentId });
    }
  }
}
