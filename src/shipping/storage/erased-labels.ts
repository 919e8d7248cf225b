/**
 * Table labels: erases and reads personal data. The recipient's address, the numbers that lead to it at the carrier, and the
 * places of scans go; carrier, service, cost and weight stay.
 */
import type { DataOfOrder } from "../../platform/personal-data";

/** Stands for the carrier's id of a label whose recipient was erased: it can be neither printed nor tracked. */
export const ERASED_HANDLE = "(erased)";

const ERASED_FIELDS = ["name", "company", "line1", "line2", "city", "phone", "latitude", "longitude"];

export const labelsData: DataOfOrder = {
  name: "labels",
  erase: (db, orderId) => [
    db
      .prepare(
        `UPDATE labels SET version = version + 1, handle = ?2, tracking_url = NULL, problem = NULL, due_at = NULL,
           tracking_number = iif(tracking_number IS NULL, NULL, ?2),
           tracking = json_set(tracking, '$.scans', json('[]'), '$.noted', json('[]')),
           request = json_set(request, ${ERASED_FIELDS.map((field) => `'$.to.${field}', NULL`).join(", ")},
             '$.to.postalCode', substr(request ->> '$.to.postalCode', 1, 3))
         WHERE order_id = ?1`,
      )
      .bind(orderId, ERASED_HANDLE),
  ],
  read: async (db, orderId) =>
    (
      await db
        .prepare(
          `SELECT shipment_id AS shipmentId, carrier, request -> '$.to' AS recipient, tracking_number AS trackingNumber,
             tracking -> '$.scans' AS scans FROM labels WHERE order_id = ?1 ORDER BY shipment_id, attempt`,
        )
        .bind(orderId)
        .all<{ recipient: string; scans: string }>()
    ).results.map((row) => ({
      ...row,
      recipient: JSON.parse(row.recipient) as unknown,
      scans: JSON.parse(row.scans) as unknown,
    })),
};
