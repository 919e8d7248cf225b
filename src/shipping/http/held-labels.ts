/** The routes of labels that wait for a person. */
import { createRoute, z } from "@hono/zod-openapi";
import type { ShippingContext } from "../context";
import type { Label } from "../domain/label";
import { DECISIONS } from "../domain/resolution";
import { resolveLabel } from "../resolve-label";
import { heldLabels } from "../storage/labels";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import { jsonAnswer, jsonBody, PageQuery, pageOf, text, toPage } from "../../platform/http/schemas";
import { labelJson, LabelSchema } from "./label-schemas";
import { ShipmentPath } from "./shipments";

const list = createRoute({
  method: "get",
  path: "/v1/labels/held",
  operationId: "listHeldLabels",
  summary: "List labels that wait for a person",
  description:
    "Oldest first. `attention` names why: a purchase whose outcome the carrier does not tell, a void that it refused, a parcel without a scan, scans that contradict each other. Scope `fulfillments:read`.",
  tags: ["Labels"],
  security: withKey,
  middleware: [requireScope("fulfillments:read")] as const,
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf("HeldLabelPage", LabelSchema), "A page of labels."), ...problems() },
});

const resolve = createRoute({
  method: "post",
  path: "/v1/shipments/{shipmentId}/label/resolution",
  operationId: "resolveLabel",
  summary: "Decide what to do with a held label",
  description:
    "`noted`: it is taken care of. `written_off`: the label will not be used, whatever the carrier says; another one may be bought for the parcel. The note is added to the order's history. Scope `labels:write`.",
  tags: ["Labels"],
  security: withKey,
  middleware: [requireScope("labels:write")] as const,
  request: {
    params: ShipmentPath,
    body: jsonBody(
      z
        .strictObject({
          attempt: z.int().min(1).max(1_000),
          decision: z.enum(DECISIONS),
          note: text(500).openapi({ example: "The depot has found it." }),
        })
        .openapi("LabelResolution"),
    ),
  },
  responses: {
    200: jsonAnswer(LabelSchema, "The label."),
    ...problems(...BODY_PROBLEMS, "not_found", "label_used", "label_not_bought", "version_conflict"),
  },
});

export function registerHeldLabels(app: App<ShippingContext>): void {
  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const [createdAt, shipmentId = ""] = cursor.split(" ");
    const after = cursor === "" ? null : { createdAt: Number(createdAt), shipmentId };
    const pages = await Promise.all(
      c.var.context.databases.allOrders.map((db) => heldLabels(db, { after, limit: limit + 1 })),
    );
    const cursorOf = (label: Label) => `${label.createdAt} ${label.shipmentId}`;
    return c.json(toPage(pages.flat().toSorted(oldestFirst), limit, cursorOf, labelJson), 200);
  });

  app.openapi(resolve, async (c) => {
    const resolved = await resolveLabel(c.var.context, c.req.valid("param").shipmentId, c.req.valid("json"));
    return resolved.ok ? c.json(labelJson(resolved.value), 200) : problem(c, resolved.rejection);
  });
}

const oldestFirst = (a: Label, b: Label) =>
  a.createdAt - b.createdAt || (a.shipmentId < b.shipmentId ? -1 : 1);
