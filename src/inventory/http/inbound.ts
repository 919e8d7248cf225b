/** Routes of inbound: units expected at a location on a day. Sold-out SKUs are promised from it. */
import { createRoute, z } from "@hono/zod-openapi";
import { cancelInbound } from "../cancel-inbound";
import { putInbound } from "../put-inbound";
import { localDate } from "../../kernel/calendar";
import { unitsExpected } from "../domain/inbound";
import { inboundById, listInbound, type StoredInbound } from "../storage/inbound";
import type { App, RequestContext } from "../../platform/http/app-types";
import type { InventoryContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  IdempotencyHeader,
  InboundId,
  jsonAnswer,
  jsonBody,
  LocalDay,
  PageQuery,
  pageOf,
  Quantity,
  SkuCode,
  Slug,
  toPage,
} from "../../platform/http/schemas";

const InboundInput = z
  .strictObject({
    sku: SkuCode,
    locationId: Slug,
    kind: z.enum(["purchase_order", "transfer"]).default("purchase_order"),
    quantity: Quantity.openapi({ description: "All units, received ones included." }),
    expectedOn: LocalDay.openapi({ description: "In the location's time zone." }),
  })
  .openapi("InboundInput");

const InboundSchema = z
  .object({
    id: z.string(),
    ...InboundInput.shape,
    received: z.int(),
    open: z.int().openapi({ description: "Units still expected." }),
    status: z.enum(["expected", "received", "cancelled"]),
    overdue: z.boolean().openapi({
      description: "Its day has passed at the location, and units are missing: nothing is promised from it.",
    }),
  })
  .openapi("Inbound");

const InboundPath = z.object({ inboundId: InboundId });
const answer = jsonAnswer(InboundSchema, "The inbound.");

const put = createRoute({
  method: "put",
  path: "/v1/inbound/{inboundId}",
  operationId: "putInbound",
  summary: "Create or replace an inbound",
  description:
    "Its SKU and location cannot change. Received units stay received; a cancelled inbound is expected again. Promises of the SKU's backorders are updated. Scope `stock:write`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:write"), idempotent] as const,
  request: { params: InboundPath, headers: IdempotencyHeader, body: jsonBody(InboundInput) },
  responses: {
    200: jsonAnswer(InboundSchema, "The inbound was replaced."),
    201: jsonAnswer(InboundSchema, "The inbound was created."),
    ...problems(...BODY_PROBLEMS, ...KEY_PROBLEMS),
  },
});

const get = createRoute({
  method: "get",
  path: "/v1/inbound/{inboundId}",
  operationId: "getInbound",
  summary: "Read an inbound",
  description: "Scope `stock:read`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: { params: InboundPath },
  responses: { 200: answer, ...problems("not_found") },
});

const cancel = createRoute({
  method: "delete",
  path: "/v1/inbound/{inboundId}",
  operationId: "cancelInbound",
  summary: "Cancel an inbound",
  description: "No more units are expected. Received units stay received. Scope `stock:write`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:write")] as const,
  request: { params: InboundPath },
  responses: { 200: answer, ...problems("not_found") },
});

const list = createRoute({
  method: "get",
  path: "/v1/inbound",
  operationId: "listInbound",
  summary: "List inbound",
  description: "Of one SKU or at one location, the earliest day first. Scope `stock:read`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: {
    query: PageQuery.extend({
      sku: SkuCode.optional(),
      locationId: Slug.optional(),
      status: z.enum(["expected", "received", "cancelled"]).default("expected"),
    }).refine(({ sku, locationId }) => (sku === undefined) !== (locationId === undefined), {
      path: ["sku"],
      error: "name either a sku or a locationId",
    }),
  },
  responses: { 200: jsonAnswer(pageOf("InboundPage", InboundSchema), "A page of inbound."), ...problems() },
});

export function registerInbound(app: App<InventoryContext>): void {
  app.openapi(put, async (c) => {
    const written = await putInbound(c.var.context, {
      id: c.req.valid("param").inboundId,
      ...c.req.valid("json"),
    });
    if (!written.ok) return problem(c, written.rejection);
    const toJson = await inboundJson(c);
    const body = toJson(written.value.inbound);
    return written.value.created ? c.json(body, 201) : c.json(body, 200);
  });

  app.openapi(get, async (c) => {
    const inbound = await inboundById(c.var.context.databases.primary, c.req.valid("param").inboundId);
    if (!inbound) return problem(c, { code: "not_found" });
    const toJson = await inboundJson(c);
    return c.json(toJson(inbound), 200);
  });

  app.openapi(cancel, async (c) => {
    const cancelled = await cancelInbound(c.var.context, c.req.valid("param").inboundId);
    if (!cancelled.ok) return problem(c, cancelled.rejection);
    const toJson = await inboundJson(c);
    return c.json(toJson(cancelled.value), 200);
  });

  app.openapi(list, async (c) => {
    const { limit, cursor, sku, locationId, status } = c.req.valid("query");
    const [expectedOn = "", ...rest] = cursor.split(" ");
    const after = cursor === "" ? null : { expectedOn, id: rest.join(" ") };
    const query =
      sku === undefined
        ? ({ by: "location", locationId: locationId ?? "", status } as const)
        : ({ by: "sku", sku, status } as const);
    const rows = await listInbound(c.var.context.databases.primary, query, after, limit + 1);
    const toJson = await inboundJson(c);
    return c.json(
      toPage(rows, limit, (row) => `${row.expectedOn} ${row.id}`, toJson),
      200,
    );
  });
}

/** An inbound is overdue by the local day of its location. */
async function inboundJson(c: RequestContext<InventoryContext>) {
  const { reference, now } = c.var.context;
  const { locations } = await reference();
  return (inbound: StoredInbound) => {
    const { updatedAt: _updatedAt, ...fields } = inbound;
    const today = localDate(now(), locations.get(inbound.locationId)?.timeZone ?? "UTC");
    const open = unitsExpected(inbound);
    return { ...fields, open, overdue: open > 0 && inbound.expectedOn < today };
  };
}
