/** The route that reads what was promised for an order's lines, with its history. */
import { createRoute, z } from "@hono/zod-openapi";
import { isId } from "../../kernel/ids";
import type { Order } from "../domain/order";
import type { OrderLine } from "../domain/order-line";
import { currentPromise, type LinePromise } from "../../promises/domain/promise";
import { readWholeOrder } from "../restore-order";
import { promiseHistory, type PromiseEntry } from "../storage/promises";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { withKey } from "../../platform/http/openapi";
import { problem, problems } from "../../platform/http/problem";
import { Instant, instantOf, jsonAnswer, LocalDay } from "../../platform/http/schemas";
import { OrderPath } from "./order-schemas";

const PromiseSchema = z.object({
  shipByOn: LocalDay.nullable(),
  deliverFromOn: LocalDay.nullable(),
  deliverByOn: LocalDay.nullable(),
  locationId: z.string().nullable(),
  inboundOn: LocalDay.nullable().openapi({ description: "The day of the last inbound that it relies on." }),
  noDate: z.string().nullable().openapi({ description: "Why there is no date, or no delivery date." }),
});

const EntrySchema = z.object({
  version: z.int(),
  at: Instant,
  what: z.enum(["made", "moved", "settled"]),
  before: PromiseSchema.nullable(),
  after: PromiseSchema.nullable(),
  reason: z.string().nullable().openapi({ description: "Why the promise moved." }),
});

const OrderPromises = z
  .object({
    orderId: z.string(),
    lines: z.array(
      z.object({
        lineId: z.string(),
        sku: z.string().nullable(),
        title: z.string(),
        promise: PromiseSchema.nullable().openapi({ description: "The current promise." }),
        firstPromised: z
          .object({ on: LocalDay, of: z.enum(["delivery", "shipment"]) })
          .nullable()
          .openapi({ description: "The first day that was promised, by which `kept` is measured." }),
        moves: z.int(),
        kept: z.boolean().nullable().openapi({ description: "Null while the promise is open." }),
        daysLate: z.int().nullable(),
        settledOn: LocalDay.nullable(),
        history: z.array(EntrySchema),
      }),
    ),
  })
  .openapi("OrderPromises");

const history = createRoute({
  method: "get",
  path: "/v1/orders/{orderId}/promises",
  operationId: "getOrderPromises",
  summary: "Read an order's promises",
  description:
    "For each line: what was promised and when, why the promise moved, and whether it was kept. Scope `orders:read`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { params: OrderPath },
  responses: { 200: jsonAnswer(OrderPromises, "The promises."), ...problems("not_found") },
});

export function registerPromises(app: App<OrdersContext>): void {
  app.openapi(history, async (c) => {
    const { orderId } = c.req.valid("param");
    if (!isId("ord", orderId)) return problem(c, { code: "not_found" });
    const order = await readWholeOrder(c.var.context, orderId);
    const entries = await promiseHistory(c.var.context.databases.orders(orderId), orderId);
    return order ? c.json(promisesJson(order, entries), 200) : problem(c, { code: "not_found" });
  });
}

function promisesJson(
  { id, lines }: Order,
  entries: readonly PromiseEntry[],
): z.output<typeof OrderPromises> {
  return {
    orderId: id,
    lines: lines.map((line) =>
      lineJson(
        line,
        entries.filter(({ event }) => event.lineId === line.id),
      ),
    ),
  };
}

function lineJson({ id, sku, title, promise }: OrderLine, entries: readonly PromiseEntry[]) {
  const outcome = promise?.outcome ?? null;
  return {
    lineId: id,
    sku,
    title,
    promise: promise && currentPromise(promise),
    firstPromised: promise?.first ?? null,
    moves: promise?.moves ?? 0,
    kept: outcome && outcome.daysLate === 0,
    daysLate: outcome?.daysLate ?? null,
    settledOn: outcome?.settledOn ?? null,
    history: entries.map(({ version, at, event }) => ({ version, at: instantOf(at), ...entryJson(event) })),
  };
}

type HistoryEntry = {
  what: "made" | "moved" | "settled";
  before: LinePromise | null;
  after: LinePromise | null;
  reason: string | null;
};

function entryJson(event: PromiseEntry["event"]): HistoryEntry {
  switch (event.type) {
    case "promise.made":
      return { what: "made", before: null, after: event.promise, reason: null };
    case "promise.moved":
      return { what: "moved", before: event.before, after: event.after, reason: event.reason };
    case "promise.settled":
      return { what: "settled", before: null, after: null, reason: null };
  }
}
