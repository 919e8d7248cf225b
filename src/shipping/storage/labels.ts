/**
 * Table labels of an orders database: a row for each attempt to buy a label for a parcel, with the parcel's tracking. A row is
 * changed only by the version that was read. Triggers refuse a second live label of a parcel, and steps that no label takes.
 */
import type { OrderId, ShipmentId } from "../../kernel/ids";
import { isHereSql } from "../../platform/buckets/closed-buckets";
import type { Label, LabelKey } from "../domain/label";

export type LabelRow = {
  order_id: OrderId;
  shipment_id: ShipmentId;
  attempt: number;
  fulfillment_id: Label["fulfillmentId"];
  version: number;
  state: Label["state"];
  carrier: string;
  handle: string;
  request: string;
  rate: string;
  tracking_number: string | null;
  tracking_url: string | null;
  problem: string | null;
  tries: number;
  created_at: number;
  bought_at: number | null;
  used_at: number | null;
  tracking: string;
  attention: string;
  due_at: number | null;
};

/** @throws a conflict on `labels` if the attempt exists, or `label_exists` if another one of the parcel is live. */
export const insertLabelStatement = (db: D1Database, label: Label): D1PreparedStatement =>
  db
    .prepare(
      `INSERT INTO labels (order_id, shipment_id, attempt, fulfillment_id, version, state, carrier, handle, request, rate,
         created_at, tracking_number, tracking_url, problem, tries, bought_at, used_at, tracking, attention, due_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)`,
    )
    .bind(
      label.orderId,
      label.shipmentId,
      label.attempt,
      label.fulfillmentId,
      label.version,
      label.state,
      label.carrier,
      label.handle,
      JSON.stringify(label.request),
      JSON.stringify(label.rate),
      label.createdAt,
      ...changing(label),
    );

const changing = (label: Label): (string | number | null)[] => [
  label.trackingNumber,
  label.trackingUrl,
  label.problem,
  label.tries,
  label.boughtAt,
  label.usedAt,
  JSON.stringify(label.tracking),
  JSON.stringify(label.attention),
  label.dueAt,
];

/** Whether the insert failed because the parcel has a label that is being bought, bought or used, or this attempt. */
export const isLabelThere = (error: unknown): boolean =>
  error instanceof Error && /label_exists|labels\./.test(error.message);

/** Writes the label if its row still has the version. Returns whether it had. */
export async function updateLabel(db: D1Database, label: Label): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE labels SET version = version + 1, state = ?5, tracking_number = ?6, tracking_url = ?7, problem = ?8,
         tries = ?9, bought_at = ?10, used_at = ?11, tracking = ?12, attention = ?13, due_at = ?14
       WHERE order_id = ?1 AND shipment_id = ?2 AND attempt = ?3 AND version = ?4`,
    )
    .bind(label.orderId, label.shipmentId, label.attempt, label.version, label.state, ...changing(label))
    .run();
  return meta.changes > 0;
}

/** Marks the label as used. A trigger aborts the batch if it is not bought. A repeat changes nothing of it. */
export const useLabelStatement = (
  db: D1Database,
  { orderId, shipmentId, attempt }: LabelKey,
  { usedAt, dueAt }: Readonly<{ usedAt: number; dueAt: number }>,
): D1PreparedStatement =>
  db
    .prepare(
      `UPDATE labels SET version = version + 1, used_at = coalesce(used_at, ?4),
         due_at = CASE WHEN state = 'used' THEN due_at ELSE ?5 END, state = 'used'
       WHERE order_id = ?1 AND shipment_id = ?2 AND attempt = ?3`,
    )
    .bind(orderId, shipmentId, attempt, usedAt, dueAt);

/** Whether a batch was aborted because its label is not bought. */
export const isNotBought = (error: unknown): boolean =>
  error instanceof Error && error.message.includes("label_step_invalid");

export async function labelOf(
  db: D1Database,
  { orderId, shipmentId, attempt }: LabelKey,
): Promise<Label | null> {
  const row = await db
    .prepare("SELECT * FROM labels WHERE order_id = ?1 AND shipment_id = ?2 AND attempt = ?3")
    .bind(orderId, shipmentId, attempt)
    .first<LabelRow>();
  return row ? fromRow(row) : null;
}

/** All labels of the order, by parcel and attempt. */
export async function labelsOfOrder(db: D1Database, orderId: OrderId): Promise<Label[]> {
  const { results } = await db
    .prepare("SELECT * FROM labels WHERE order_id = ?1 ORDER BY shipment_id, attempt")
    .bind(orderId)
    .all<LabelRow>();
  return results.map(fromRow);
}

/** All labels of the parcel, of which this database may have none. */
export async function labelsOfShipment(db: D1Database, shipmentId: string): Promise<Label[]> {
  const { results } = await db
    .prepare(`SELECT * FROM labels WHERE shipment_id = ?1 AND ${isHereSql("order_id")} ORDER BY attempt`)
    .bind(shipmentId)
    .all<LabelRow>();
  return results.map(fromRow);
}

/** Labels of this carrier's with the tracking number: several, if the number is used again. */
export async function labelsTracked(
  db: D1Database,
  carrier: string,
  trackingNumber: string,
): Promise<Label[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM labels WHERE tracking_number = ?1 AND carrier = ?2 AND ${isHereSql("order_id")}
       ORDER BY created_at DESC LIMIT 10`,
    )
    .bind(trackingNumber, carrier)
    .all<LabelRow>();
  return results.map(fromRow);
}

/** Of which something is due by the time: labels that are being bought or voided, and those that nobody used. */
export const DUE_LABELS = `FROM labels WHERE due_at <= ?1 AND state <> 'used' AND ${isHereSql("order_id")}`;
/** Parcels under way for which the carrier is asked. */
export const DUE_TRACKING = `FROM labels WHERE due_at <= ?1 AND state = 'used' AND ${isHereSql("order_id")}`;

/** The longest due first. @param due `DUE_LABELS` or `DUE_TRACKING`. */
export async function dueLabels(
  db: D1Database,
  due: string,
  { now, limit }: Readonly<{ now: number; limit: number }>,
): Promise<Label[]> {
  const { results } = await db
    .prepare(`SELECT * ${due} ORDER BY due_at LIMIT ?2`)
    .bind(now, limit)
    .all<LabelRow>();
  return results.map(fromRow);
}

/** Postpones the label, so that one which fails does not stop the others. */
export async function postponeLabel(db: D1Database, label: Label, dueAt: number): Promise<void> {
  await updateLabel(db, { ...label, dueAt });
}

export type HeldCursor = Readonly<{ createdAt: number; shipmentId: string }>;

/** Labels that wait for a person, oldest first. */
export async function heldLabels(
  db: D1Database,
  { after, limit }: Readonly<{ after: HeldCursor | null; limit: number }>,
): Promise<Label[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM labels WHERE attention <> '[]' AND (created_at, shipment_id) > (?1, ?2) AND ${isHereSql("order_id")}
       ORDER BY created_at, shipment_id LIMIT ?3`,
    )
    .bind(after?.createdAt ?? -1, after?.shipmentId ?? "", limit)
    .all<LabelRow>();
  return results.map(fromRow);
}

const fromRow = (row: LabelRow): Label => ({
  orderId: row.order_id,
  shipmentId: row.shipment_id,
  attempt: row.attempt,
  fulfillmentId: row.fulfillment_id,
  version: row.version,
  state: row.state,
  carrier: row.carrier,
  handle: row.handle,
  request: JSON.parse(row.request),
  rate: JSON.parse(row.rate),
  trackingNumber: row.tracking_number,
  trackingUrl: row.tracking_url,
  problem: row.problem,
  tries: row.tries,
  createdAt: row.created_at,
  boughtAt: row.bought_at,
  usedAt: row.used_at,
  tracking: JSON.parse(row.tracking),
  attention: JSON.parse(row.attention),
  dueAt: row.due_at,
});
