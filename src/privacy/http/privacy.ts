/** Routes that erase and export a customer's data, and that show what became of each request. */
import { createRoute, z } from "@hono/zod-openapi";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  IdempotencyHeader,
  Instant,
  instantOf,
  jsonAnswer,
  jsonBody,
  PageQuery,
  pageOf,
  Slug,
  text,
  toPage,
} from "../../platform/http/schemas";
import type { PrivacyContext } from "../context";
import { requestData } from "../request-data";
import { documentOf } from "../storage/export-documents";
import {
  markAnswered,
  orderOutcomes,
  REQUEST_KINDS,
  REQUEST_STATUSES,
  requestById,
  requestsBefore,
  type OrderOutcome,
  type StoredRequest,
} from "../storage/privacy-requests";

const MAX_WAITING = 1_000;

const CustomerInput = z
  .strictObject({
    channelId: Slug,
    email: text(320).optional(),
    phone: text(50).optional().openapi({ description: "Orders with it, if no email is given." }),
    externalOrderIds: z.array(text(200)).max(1_000).optional().openapi({
      description: "Orders by the storefront's ids, also those with another email.",
    }),
  })
  .refine(
    ({ email, phone, externalOrderIds = [] }) =>
      email !== undefined || phone !== undefined || externalOrderIds.length > 0,
    { path: ["email"], error: "or phone or externalOrderIds must name the customer" },
  )
  .openapi("Customer");

const RequestSchema = z
  .object({
    id: z.string(),
    kind: z.enum(REQUEST_KINDS),
    channelId: z.string(),
    status: z.enum(REQUEST_STATUSES).openapi({
      description:
        "`waiting`: something cannot be erased yet, or is looked at once more with the next night. Then all of it is done again.",
    }),
    requestedBy: z.string(),
    requestedAt: Instant,
    dueAt: Instant.openapi({
      description: "30 days later. The nightly close reports what is not done by then.",
    }),
    doneAt: Instant.nullable(),
    orders: z.int().openapi({ description: "Orders that were erased or exported." }),
    waiting: z.int().openapi({ description: "Orders and texts that wait." }),
    waitingOrders: z.array(z.object({ orderId: z.string(), detail: z.string().nullable() })).openapi({
      description: `Orders that have not ended, at most ${MAX_WAITING}; only of a single request.`,
    }),
    documentUrl: z.string().nullable().openapi({
      description: "The exported document, for 30 days, for a key with the scope `admin`.",
    }),
    answeredAt: Instant.nullable().openapi({ description: "When staff gave the document to the customer." }),
  })
  .openapi("PrivacyRequest");

const RequestPath = z.object({ requestId: z.string() });
const admin = { tags: ["Customer"], security: withKey };

const erase = createRoute({
  ...admin,
  method: "post",
  path: "/v1/customers/erase",
  operationId: "eraseCustomer",
  summary: "Erase a customer's data",
  description:
    "Erases name, addresses, contact, notes, tracking numbers and texts of the customer's orders in the channel. Amounts, units, country, region and the beginning of the postcode stay. An order that has not ended is erased when it has. Scope `admin`.",
  middleware: [requireScope("admin")] as const,
  request: { headers: IdempotencyHeader, body: jsonBody(CustomerInput) },
  responses: {
    202: jsonAnswer(RequestSchema, "The job has begun."),
    ...problems(...BODY_PROBLEMS, ...KEY_PROBLEMS),
  },
});

const exportData = createRoute({
  ...admin,
  method: "post",
  path: "/v1/customers/export",
  operationId: "exportCustomer",
  summary: "Export a customer's data",
  description:
    "Writes what is stored about the customer's orders in the channel to one JSON document. Scope `admin`.",
  middleware: [requireScope("admin")] as const,
  request: { headers: IdempotencyHeader, body: jsonBody(CustomerInput) },
  responses: {
    202: jsonAnswer(RequestSchema, "The job has begun."),
    ...problems(...BODY_PROBLEMS, ...KEY_PROBLEMS),
  },
});

const list = createRoute({
  ...admin,
  method: "get",
  path: "/v1/customers/requests",
  operationId: "listPrivacyRequests",
  summary: "List requests to erase or export data",
  description:
    "Newest first. `open`: those that are not done, and exports that staff must still give to the customer. Scope `admin`.",
  middleware: [requireScope("admin")] as const,
  request: { query: PageQuery.extend({ show: z.enum(["open", "all"]).default("open") }) },
  responses: {
    200: jsonAnswer(pageOf("PrivacyRequestPage", RequestSchema), "A page of requests."),
    ...problems(),
  },
});

const read = createRoute({
  ...admin,
  method: "get",
  path: "/v1/customers/requests/{requestId}",
  operationId: "getPrivacyRequest",
  summary: "Read a request to erase or export data",
  description: "With the orders that wait. Scope `admin`.",
  middleware: [requireScope("admin")] as const,
  request: { params: RequestPath },
  responses: { 200: jsonAnswer(RequestSchema, "The request."), ...problems("not_found") },
});

const Document = z
  .object({ requestId: z.string(), channelId: z.string(), exportedAt: Instant, orders: z.array(z.unknown()) })
  .openapi("CustomerData");

const document = createRoute({
  ...admin,
  method: "get",
  path: "/v1/customers/requests/{requestId}/document",
  operationId: "getCustomerData",
  summary: "Read exported data of a customer",
  description: "One JSON document, for 30 days. Scope `admin`.",
  middleware: [requireScope("admin")] as const,
  request: { params: RequestPath },
  responses: { 200: jsonAnswer(Document, "The document."), ...problems("not_found") },
});

const answer = createRoute({
  ...admin,
  method: "post",
  path: "/v1/customers/requests/{requestId}/answer",
  operationId: "markPrivacyRequestAnswered",
  summary: "Mark exported data as given to the customer",
  description: "Removes the request from the open ones and from the nightly exceptions. Scope `admin`.",
  middleware: [requireScope("admin")] as const,
  request: { params: RequestPath, headers: IdempotencyHeader },
  responses: {
    200: jsonAnswer(RequestSchema, "The request."),
    ...problems("not_found", ...KEY_PROBLEMS),
  },
});

export function registerPrivacy(app: App<PrivacyContext>): void {
  for (const [route, kind] of [
    [erase, "erase"],
    [exportData, "export"],
  ] as const) {
    app.openapi(route, async (c) => {
      const { channelId, email, phone = null, externalOrderIds = [] } = c.req.valid("json");
      const subject = { email: email?.toLowerCase() ?? null, phone, externalOrderIds };
      const request = await requestData(c.var.context, { kind, channelId, subject });
      return c.json(requestJson(request, c.var.context), 202);
    });
  }

  app.openapi(list, async (c) => {
    const { limit, cursor, show } = c.req.valid("query");
    const [at, id = ""] = cursor.split(" ");
    const after = cursor === "" ? null : { requestedAt: Number(at), id };
    const { primary } = c.var.context.databases;
    const rows = await requestsBefore(primary, { openOnly: show === "open", after, limit: limit + 1 });
    const keyOf = (row: StoredRequest) => `${row.requestedAt} ${row.id}`;
    return c.json(
      toPage(rows, limit, keyOf, (row) => requestJson(row, c.var.context)),
      200,
    );
  });

  app.openapi(read, async (c) => {
    const { requestId } = c.req.valid("param");
    const found = await whole(c.var.context, requestId);
    return found ? c.json(found, 200) : problem(c, { code: "not_found" });
  });

  app.openapi(document, async (c) => {
    const { databases, archive } = c.var.context;
    const request = await requestById(databases.primary, c.req.valid("param").requestId);
    if (!request || request.parts === null || request.doneAt === null)
      return problem(c, { code: "not_found" });
    const { id, channelId, parts, doneAt } = request;
    const head = { requestId: id, channelId, exportedAt: instantOf(doneAt) };
    const stream = documentOf(archive, id, { parts, head });
    const headers = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };
    // The route's type allows JSON only, not a stream of it.
    return c.body(stream, 200, headers) as never;
  });

  app.openapi(answer, async (c) => {
    const { requestId } = c.req.valid("param");
    const { context } = c.var;
    await markAnswered(context.databases.primary, requestId, { at: context.now(), by: context.actor });
    const found = await whole(context, requestId);
    return found ? c.json(found, 200) : problem(c, { code: "not_found" });
  });
}

async function whole(context: PrivacyContext, requestId: string) {
  const { primary } = context.databases;
  const request = await requestById(primary, requestId);
  if (!request) return null;
  const page = { after: "", limit: MAX_WAITING, waitingOnly: true };
  return requestJson(request, context, await orderOutcomes(primary, requestId, page));
}

const requestJson = (
  request: StoredRequest,
  { config }: PrivacyContext,
  waiting: readonly OrderOutcome[] = [],
): z.output<typeof RequestSchema> => ({
  id: request.id,
  kind: request.kind,
  channelId: request.channelId,
  status: request.status,
  requestedBy: request.requestedBy,
  requestedAt: instantOf(request.requestedAt),
  dueAt: instantOf(request.dueAt),
  doneAt: request.doneAt === null ? null : instantOf(request.doneAt),
  orders: request.orders,
  waiting: request.waiting,
  waitingOrders: waiting.map(({ orderId, detail }) => ({ orderId, detail })),
  documentUrl:
    request.parts === null ? null : `${config.publicUrl}/v1/customers/requests/${request.id}/document`,
  answeredAt: request.answeredAt === null ? null : instantOf(request.answeredAt),
});
