/** The routes of one parcel: its label to look at, to print, to void, and to ship with. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ShippingContext } from "../context";
import { LABEL_FORMATS, type LabelFormat } from "../carrier-adapter";
import { carrierOf, currentLabel } from "../find-labels";
import { shipWithLabel } from "../ship-with-label";
import { voidLabel } from "../void-label";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import { IdempotencyHeader, Instant, instantOf, jsonAnswer } from "../../platform/http/schemas";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { ERASED_HANDLE } from "../storage/erased-labels";
import { labelJson, LabelSchema } from "./label-schemas";

export const ShipmentPath = z.object({ shipmentId: z.string() });

const get = createRoute({
  method: "get",
  path: "/v1/shipments/{shipmentId}/label",
  operationId: "getLabel",
  summary: "Get a parcel's label",
  description: "The live one, or else the last that was rejected or voided. Scope `fulfillments:read`.",
  tags: ["Labels"],
  security: withKey,
  middleware: [requireScope("fulfillments:read")] as const,
  request: { params: ShipmentPath },
  responses: { 200: jsonAnswer(LabelSchema, "The label."), ...problems("not_found") },
});

const CONTENT: Readonly<Record<LabelFormat, string>> = { pdf: "application/pdf", zpl: "text/plain" };

const PRINTED = {
  pdf: z.string().openapi("LabelPdf", { format: "binary", description: "4 × 6 inches." }),
  zpl: z.string().openapi("LabelZpl", { description: "ZPL II for 203 dots an inch." }),
};

const printRoute = <Format extends LabelFormat>(format: Format) =>
  createRoute({
    method: "get",
    path: `/v1/shipments/{shipmentId}/label.${format}`,
    operationId: format === "pdf" ? "getLabelPdf" : "getLabelZpl",
    summary: `Get a parcel's label as ${format.toUpperCase()}`,
    description: "4 × 6 inches, only of a label that is bought or used. Scope `fulfillments:read`.",
    tags: ["Labels"],
    security: withKey,
    middleware: [requireScope("fulfillments:read")] as const,
    request: { params: ShipmentPath },
    responses: {
      200: {
        description: "The label.",
        content: { [CONTENT[format]]: { schema: PRINTED[format] } },
      },
      ...problems("not_found", "label_not_bought", "carrier_unavailable", "label_rejected"),
    },
  });

const voiding = createRoute({
  method: "post",
  path: "/v1/shipments/{shipmentId}/label/void",
  operationId: "voidLabel",
  summary: "Void a parcel's label",
  description:
    "Only a label that is not used. A repeat changes nothing. 202: the carrier's answer was lost, and is asked for. Scope `labels:write`.",
  tags: ["Labels"],
  security: withKey,
  middleware: [requireScope("labels:write"), idempotent] as const,
  request: { params: ShipmentPath, headers: IdempotencyHeader },
  responses: {
    200: jsonAnswer(LabelSchema, "Voided."),
    202: jsonAnswer(LabelSchema, "The carrier's answer is not known yet."),
    ...problems("not_found", "label_used", "label_not_bought", "void_refused", ...KEY_PROBLEMS),
  },
});

const Shipped = z
  .object({
    shipmentId: z.string(),
    orderId: z.string(),
    carrier: z.string().nullable(),
    service: z.string().nullable(),
    trackingNumber: z.string().nullable(),
    shippedAt: Instant,
  })
  .openapi("ShippedParcel");

const ship = createRoute({
  method: "post",
  path: "/v1/shipments/{shipmentId}/ship",
  operationId: "shipWithLabel",
  summary: "Ship a parcel with its label",
  description:
    "Creates the shipment of the parcel's units, with the label's carrier and tracking number. A repeat changes nothing. `label_outdated`: the order has another address than the label; void it and buy another. Scope `fulfillments:write`.",
  tags: ["Labels"],
  security: withKey,
  middleware: [requireScope("fulfillments:write"), idempotent] as const,
  request: { params: ShipmentPath, headers: IdempotencyHeader },
  responses: {
    200: jsonAnswer(Shipped, "The shipment."),
    ...problems(
      "not_found",
      "label_not_bought",
      "label_outdated",
      "version_conflict",
      "fulfillment_unknown",
      "fulfillment_not_open",
      "fulfillment_not_due",
      "fulfillment_moving",
      "order_on_hold",
      "quantity_not_in_fulfillment",
      "parcel_reused",
      "shipment_unknown",
      "delivered_before_shipped",
      ...KEY_PROBLEMS,
    ),
  },
});

export function registerShipments(app: App<ShippingContext>): void {
  app.openapi(get, async (c) => {
    const label = await currentLabel(c.var.context, c.req.valid("param").shipmentId);
    return label ? c.json(labelJson(label), 200) : problem(c, { code: "not_found" });
  });

  for (const format of LABEL_FORMATS) {
    app.openapi(printRoute(format), async (c) => {
      const { shipmentId } = c.req.valid("param");
      const label = await currentLabel(c.var.context, shipmentId);
      if (label === null || label.handle === ERASED_HANDLE) return problem(c, { code: "not_found" });
      const { state } = label;
      if (state !== "bought" && state !== "used")
        return problem(c, { code: "label_not_bought", shipmentId, state });
      const printed = await carrierOf(c.var.context, label).document(label, format);
      if (printed.outcome === "rejected")
        return problem(c, { code: "label_rejected", detail: printed.reason });
      if (printed.outcome === "unknown")
        return problem(c, { code: "carrier_unavailable", detail: printed.detail });
      const headers = {
        "content-type": CONTENT[format],
        "content-disposition": `inline; filename="${shipmentId}.${format}"`,
      };
      return c.body(printed.value.slice().buffer, 200, headers);
    });
  }

  app.openapi(voiding, async (c) => {
    const voided = await voidLabel(c.var.context, c.req.valid("param").shipmentId);
    if (!voided.ok) return problem(c, voided.rejection);
    return voided.value.state === "voiding"
      ? c.json(labelJson(voided.value), 202)
      : c.json(labelJson(voided.value), 200);
  });

  app.openapi(ship, async (c) => {
    const { shipmentId } = c.req.valid("param");
    const shipped = await shipWithLabel(c.var.context, shipmentId);
    if (!shipped.ok) {
      const { rejection } = shipped;
      return rejection.code === "order_unknown" ? problem(c, { code: "not_found" }) : problem(c, rejection);
    }
    const shipment = shipped.value.shipments.find(({ id }) => id === shipmentId);
    if (!shipment) return problem(c, { code: "shipment_unknown", shipmentId });
    const { carrier, service, trackingNumber, shippedAt } = shipment;
    const body = { shipmentId, orderId: shipped.value.id, carrier, service, trackingNumber };
    return c.json({ ...body, shippedAt: instantOf(shippedAt) }, 200);
  });
}
