/**
 * Shipping: labels for parcels, bought from carriers, and the parcels' tracking. A purchase and a void are stored before the
 * carrier is asked; an answer that was lost is asked after; a parcel never has two live labels; every bought label is used
 * or voided. What contradicts itself is held by name for staff.
 * Table: labels, in the orders databases. A carrier is one adapter in `carriers/`.
 */
import { isHereSql } from "../platform/buckets/closed-buckets";
import { anyRowStatement } from "../platform/d1/any-row-exists";
import type { Module } from "../platform/module";
import type { ShippingContext } from "./context";
import { registerCarrierWebhooks } from "./http/carrier-webhooks";
import { registerHeldLabels } from "./http/held-labels";
import { registerLabels } from "./http/labels";
import { registerShipments } from "./http/shipments";
import { registerTracking } from "./http/tracking";
import { pollTrackingJob } from "./poll-tracking";
import { settleDueLabels } from "./settle-label";
import { labelsData } from "./storage/erased-labels";
import { DUE_LABELS } from "./storage/labels";

export const shipping: Module<ShippingContext> = {
  routes: (app) => {
    registerLabels(app);
    registerShipments(app);
    registerTracking(app);
    registerHeldLabels(app);
    registerCarrierWebhooks(app);
  },
  sweep: {
    tasks: [
      {
        name: "labels",
        of: "orders",
        dueIf: (db, now) => [anyRowStatement(db, DUE_LABELS, now)],
        run: settleDueLabels,
      },
    ],
  },
  jobs: [pollTrackingJob],
  deadlines: [
    {
      what: "label not settled",
      of: "orders",
      within: "late",
      query: `SELECT shipment_id AS id, created_at AS since, state || coalesce(': ' || problem, '') AS detail FROM labels
        WHERE due_at IS NOT NULL AND state <> 'used' AND state IN ('buying', 'voiding') AND created_at BETWEEN ?1 AND ?2
          AND ${isHereSql("order_id")} ORDER BY due_at LIMIT ?3`,
    },
    {
      what: "label held",
      of: "orders",
      within: "ever",
      query: `SELECT shipment_id AS id, created_at AS since,
          attention ->> '$[#-1].code' || ': ' || (attention ->> '$[#-1].detail') AS detail FROM labels
        WHERE attention <> '[]' AND created_at BETWEEN ?1 AND ?2 AND ${isHereSql("order_id")}
        ORDER BY created_at LIMIT ?3`,
    },
  ],
  dataOfOrders: [labelsData],
  movedTables: [
    {
      name: "labels",
      key: ["order_id", "shipment_id", "attempt"],
      orderId: "order_id",
      find: "range",
      openIf: "(state IN ('buying', 'bought', 'voiding') OR attention <> '[]')",
    },
  ],
};
