/** Types of the columns of the table labels that are read together with an order. migrations/ defines the table. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { OrderId, ShipmentId } from "../../kernel/ids";
import type { LabelState } from "../domain/label";
import type { Tracking } from "../domain/tracking";

export const labels = sqliteTable("labels", {
  orderId: text("order_id").notNull().$type<OrderId>(),
  shipmentId: text("shipment_id").notNull().$type<ShipmentId>(),
  attempt: integer("attempt").notNull(),
  state: text("state").notNull().$type<LabelState>(),
  tracking: text("tracking", { mode: "json" }).notNull().$type<Tracking>(),
});
