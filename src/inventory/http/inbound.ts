/** Inbound: units expected at a location on a day, which dates of what is sold out are promised from. */
import { createRoute, z } from "@hono/zod-openapi";
import { cancelInbound, putInbound } from "../put-inbound";
import { localDate } from "../../kernel/calendar";
import { unitsExpected } from "../domain/inbound";
import { inboundById, listInbound, type StoredInbound } from "../storage/inbound";
import type { App, RequestContext } from "../../platform/http/app-types";
import type { InventoryContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
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
    quantity: Quantity.openapi({ description: "In all, with what has come of it." }),
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
    overdue: z.boolean().openapi({ description: "Its day has passed: nothing is promised from it." }),
  })
  .openapi("Inbound");

const InboundPath = z.object({ id: InboundId });
const answers = jsonAnswer(InboundSchema, "What is expected.");

const put = createRoute({
  method: "put",
  path: "/v1/inbound/{id}",
  operationId: "putInbound",
  summary: "Write what is expected",
  description:
    "Replaces the whole of it; its SKU and location stay. Lines that wait for the SKU are promised anew. Scope `stock:write`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:write"), idempotent] as const,
  request: { params: InboundPath, headers: IdempotencyHeader, body: jsonBody(InboundInput) },
  responses: {
    200: jsonAnswer(InboundSchema, "It was changed."),
    201: jsonAnswer(InboundSchema, "It is new."),
    ...problems(...BODY_PROBLEMS, "request_in_progress", "idempotency_key_reused"),
  },
});

const get = createRoute({
  method: "get",
  path: "/v1/inbound/{id}",
  operationId: "getInbound",
  summary: "Read what is expected",
  description: "Scope `stock:read`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:read")] as const,
  request: { params: InboundPath },
  responses: { 200: answers, ...problems("not_found") },
});

const cancel = createRoute({
  method: "delete",
  path: "/v1/inbound/{id}",
  operationId: "deleteInbound",
  summary: "Expect no more of it",
  description: "What has come of it stays. Scope `stock:write`.",
  tags: ["Stock"],
  security: withKey,
  middleware: [requireScope("stock:write")] as const,
  request: { params: InboundPath },
  responses: { 200: answers, ...problems("not_found") },
});

const list = createRoute({
  method: "get",
  path: "/v1/inbound",
  operationId: "listInbound",
  summary: "List what is expected",
  description: "Of a SKU or at a location, by the day it is expected. Scope `stock:read`.",
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
      error: "name a sku or a locationId, one of them",
    }),
  },
  responses: { 200: jsonAnswer(pageOf(InboundSchema), "A page of what is expected."), ...problems() },
});

export function registerInbound(app: App<InventoryContext>): void {
  app.openapi(put, async (c) => {
    const written = await putInbound(c.var.context, {
      id: c.req.valid("param").id,
      ...c.req.valid("json"),
    });
    if (!written.ok) return problem(c, written.rejection);
    const toJson = await inboundJson(c);
    const body = toJson(written.value.inbound);
    return written.value.created ? c.json(body, 201) : c.json(body, 200);
  });

  app.openapi(get, async (c) => {
    const inbound = await inboundById(c.var.context.databases.primary, c.req.valid("param").id);
    if (!inbound) return problem(c, { code: "not_found" });
    const toJson = await inboundJson(c);
    return c.json(toJson(inbound), 200);
  });

  app.openapi(cancel, async (c) => {
    const cancelled = await cancelInbound(c.var.context, c.req.valid("param").id);
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

/** Whether it is overdue is a matter of the location's own day. */
async function inboundJson(c: RequestContext<InventoryContext>) {
  const { reference, now } = c.var.context;
  const { locations } = await reference();
  return (inbound: StoredInbound) => {
    const { updatedAt: _updatedAt, ...eventCount } = inbound;
    const today = localDate(now(), locations.get(inbound.locationId)?.timeZone ?? "UTC");
    const open = unitsExpected(inbound);
    return { ...eventCount, open, overdue: open > 0 && inbound.expectedOn < today };
  };
}
