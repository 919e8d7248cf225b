/** Labels as the carrier has sold them, compared with those that are stored. */
import { num, unless, type StoredState } from "./stored-state";

/** G11: a parcel never has two labels at the carrier, and every label there is known, to be used or voided. */
export function labelsOnce({ labels, soldLabels, shipments }: StoredState): string[] {
  const soldOf = Map.groupBy(soldLabels, ({ reference }) => reference.slice(0, reference.lastIndexOf(".")));
  const twice = [...soldOf].flatMap(([shipmentId, sold]) =>
    unless(sold.length === 1, `G11 parcel ${shipmentId} has ${sold.length} labels at the carrier`),
  );
  const sold = new Set(soldLabels.map(({ trackingCode }) => trackingCode));
  const live = labels.filter(({ state }) => state === "bought" || state === "used");
  const known = new Set(live.map(({ tracking_number }) => String(tracking_number)));
  const sent = new Map(shipments.map((shipment) => [shipment.id, shipment]));
  return [
    ...twice,
    ...[...sold]
      .filter((code) => !known.has(code))
      .map((code) => `G11 label ${code} was sold and is not known`),
    ...[...known].filter((code) => !sold.has(code)).map((code) => `G11 label ${code} was not sold`),
    ...labels
      .filter(({ state }) => state === "buying" || state === "voiding")
      .map(({ shipment_id, state }) => `G8 the label of ${shipment_id} is still ${state}`),
    ...labels.flatMap((label) => {
      const shipment = sent.get(label.shipment_id ?? "");
      const isUsed = label.state === "used";
      const isSent = shipment?.tracking_number === label.tracking_number;
      const { status } = JSON.parse(String(label.tracking)) as { status: string };
      return [
        ...unless(
          !isUsed || isSent,
          `G11 label ${label.tracking_number} is used, and its parcel was not sent`,
        ),
        ...unless(
          isUsed || label.tracking_number === null || !isSent,
          `G11 a parcel was sent with the label ${label.tracking_number}, which is ${label.state}`,
        ),
        ...unless(
          !isUsed || status !== "delivered" || num(shipment?.delivered_at) > 0,
          `G11 parcel ${label.shipment_id} was delivered by its carrier, not here`,
        ),
      ];
    }),
  ];
}
