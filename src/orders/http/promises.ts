/** What customers were promised: an order's history of it, and how often promises are kept. */
import { createRoute, z } from "@hono/zod-openapi";
import { isId } from "../../kernel/ids";
import type { Order, OrderLine } from "../domain/order";
import { told, type LinePromise } from "../../promises/domain/promise";
import { loadOrder } from "../storage/orders";
import { endedPromises, promiseHistory, type EndedPromises, type PromiseEntry } from "../storage/promises";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { checkDayRange, dayRange } from "../../platform/http/day-range";
import { withKey } from "../../platform/http/openapi";
import { problem, problems } from "../../platform/http/problem";
import { Instant, instantOf, jsonAnswer, LocalDate, LocalDay } from "../../platform/http/schemas";
import { OrderPath } from "./orders";

/** More of one order is not read at once; what is promised moves once a day at the most. */
const MAX_ENTRIES = 2_000;

const PromiseSchema = z.object({
  shipByOn: LocalDay.nullable(),
  deliverFromOn: LocalDay.nullable(),
  deliverByOn: LocalDay.nullable(),
  locationId: z.string().nullable(),
  inboundOn: LocalDay.nullable().openapi({ description: "The last inbound it relies on." }),
  noDate: z.string().nullable().openapi({ description: "Why there is no day, or none of arrival." }),
});

const EntrySchema = z.object({
  version: z.int(),
  at: Instant,
  what: z.enum(["made", "moved", "settled"]),
  before: PromiseSchema.nullable(),
  now: PromiseSchema.nullable(),
  why: z.string().nullable().openapi({ description: "Why it moved." }),
});

const OrderPromises = z
  .object({
    orderId: z.string(),
    lines: z.array(
      z.object({
        lineId: z.string(),
        sku: z.string().nullable(),
        title: z.string(),
        promise: PromiseSchema.nullable().openapi({ description: "As it stands." }),
        firstPromised: z
          .object({ on: LocalDay, of: z.enum(["delivery", "shipment"]) })
          .nullable()
          .openapi({ description: "The day that is to be kept." }),
        moves: z.int(),
        kept: z.boolean().nullable().openapi({ description: "Null while it is open." }),
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
  summary: "Read what was promised of an order",
  description: "Line by line: what, when, why it moved, and whether it was kept. Scope `orders:read`.",
  tags: ["Orders"],
  security: withKey,
  middleware: [requireScope("orders:read")] as const,
  request: { params: OrderPath },
  responses: { 200: jsonAnswer(OrderPromises, "The promises."), ...problems("not_found") },
});

const Figures = z.object({
  ended: z.int().openapi({ description: "Lines of which the last unit arrived, or left." }),
  kept: z.int().openapi({ description: "Of them, by the first day that was promised." }),
  keptShare: z.number().nullable(),
  averageDaysLate: z.number().nullable().openapi({ description: "Of those that were late." }),
  moves: z.int().openapi({ description: "How often they were promised another day before." }),
});

const Accuracy = z
  .object({
    from: LocalDate,
    to: LocalDate,
    description: z.string(),
    days: z.array(
      z.object({
        on: LocalDay,
        locationId: z.string().nullable(),
        carrier: z.string().nullable(),
        ...Figures.shape,
      }),
    ),
    totals: Figures,
  })
  .openapi("PromiseAccuracy");

const MEANING = [
  "A line's promise ends when the last of it arrives, or, where no day of arrival was promised, when it leaves. It is",
  "kept by the first day that was promised, whatever was said later. Days are those of the location that sent it.",
].join(" ");

const accuracy = createRoute({
  method: "get",
  path: "/v1/reports/promise-accuracy",
  operationId: "getPromiseAccuracy",
  summary: "How often promises are kept",
  description: `${MEANING} Scope \`reports:read\`.`,
  tags: ["Books"],
  security: withKey,
  middleware: [requireScope("reports:read")] as const,
  request: { query: z.object(dayRange).superRefine(checkDayRange) },
  responses: { 200: jsonAnswer(Accuracy, "The report."), ...problems() },
});

export function registerPromises(app: App<OrdersContext>): void {
  app.openapi(history, async (c) => {
    const { orderId } = c.req.valid("param");
    if (!isId("ord", orderId)) return problem(c, { code: "not_found" });
    const db = c.var.context.databases.orders(orderId);
    const [order, entries] = await Promise.all([
      loadOrder(db, orderId),
      promiseHistory(db, orderId, MAX_ENTRIES),
    ]);
    return order ? c.json(promisesJson(order, entries), 200) : problem(c, { code: "not_found" });
  });

  app.openapi(accuracy, async (c) => {
    const { from, to } = c.req.valid("query");
    const everywhere = await Promise.all(
      c.var.context.databases.allOrders.map((db) => endedPromises(db, { from, to })),
    );
    const rows = [...Map.groupBy(everywhere.flat(), placeOf).values()].map(added).toSorted(byPlace);
    const days = rows.map(({ on, locationId, carrier, ...figures }) => ({
      on,
      locationId,
      carrier,
      ...figuresJson(figures),
    }));
    const none = { on: "", locationId: null, carrier: null, ended: 0, kept: 0, daysLate: 0, moves: 0 };
    const totals = figuresJson(added([none, ...rows]));
    return c.json({ from, to, description: MEANING, days, totals }, 200);
  });
}

const placeOf = ({ on, locationId, carrier }: EndedPromises): string =>
  JSON.stringify([on, locationId, carrier]);

const byPlace = (a: EndedPromises, b: EndedPromises) => (placeOf(a) < placeOf(b) ? -1 : 1);

const added = (rows: readonly EndedPromises[]): EndedPromises =>
  rows.reduce((sum, row) => ({
    ...sum,
    ended: sum.ended + row.ended,
    kept: sum.kept + row.kept,
    daysLate: sum.daysLate + row.daysLate,
    moves: sum.moves + row.moves,
  }));

function figuresJson({ ended, kept, daysLate, moves }: Omit<EndedPromises, "on" | "locationId" | "carrier">) {
  const late = ended - kept;
  return {
    ended,
    kept,
    keptShare: ended === 0 ? null : kept / ended,
    averageDaysLate: late === 0 ? null : daysLate / late,
    moves,
  };
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
    promise: promise && told(promise),
    firstPromised: promise?.first ?? null,
    moves: promise?.moves ?? 0,
    kept: outcome && outcome.daysLate === 0,
    daysLate: outcome?.daysLate ?? null,
    settledOn: outcome?.settledOn ?? null,
    history: entries.map(({ version, at, event }) => ({ version, at: instantOf(at), ...entryJson(event) })),
  };
}

type Said = {
  what: "made" | "moved" | "settled";
  before: LinePromise | null;
  now: LinePromise | null;
  why: string | null;
};

function entryJson(event: PromiseEntry["event"]): Said {
  switch (event.type) {
    case "promise.made":
      return { what: "made", before: null, now: event.now, why: null };
    case "promise.moved":
      return { what: "moved", before: event.before, now: event.now, why: event.why };
    case "promise.settled":
      return { what: "settled", before: null, now: null, why: null };
  }
}
