/** The report of how often promises are kept. */
import { createRoute, z } from "@hono/zod-openapi";
import type { OrdersContext } from "../../orders/context";
import { directoryAsOf } from "../as-of";
import { endedPromises, type EndedPromises } from "../storage/reports";
import { AsOf, asOfJson } from "./listed-order-schema";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { checkDayRange, dayRange } from "../../platform/http/day-range";
import { withKey } from "../../platform/http/openapi";
import { problems } from "../../platform/http/problem";
import { jsonAnswer, LocalDate, LocalDay } from "../../platform/http/schemas";

const Figures = z.object({
  ended: z.int().openapi({ description: "Lines whose last unit was delivered, or left." }),
  kept: z.int().openapi({ description: "Those of them that kept the first day that was promised." }),
  keptShare: z.number().nullable(),
  averageDaysLate: z.number().nullable().openapi({ description: "Average over the late ones." }),
  moves: z.int().openapi({ description: "How often their dates had been changed." }),
});

const Accuracy = z
  .object({
    from: LocalDate,
    to: LocalDate,
    asOf: AsOf,
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
  "A line's promise ends when its last unit is delivered, or leaves if no delivery date was promised.",
  "It is kept if that happens by the first day that was promised; later changes of the promise do not count.",
  "Days are local to the location that sent the line.",
].join(" ");

const accuracy = createRoute({
  method: "get",
  path: "/v1/reports/promise-accuracy",
  operationId: "getPromiseAccuracy",
  summary: "Report how often promises are kept",
  description: `${MEANING} Scope \`reports:read\`.`,
  tags: ["Books"],
  security: withKey,
  middleware: [requireScope("reports:read")] as const,
  request: { query: z.object(dayRange).superRefine(checkDayRange) },
  responses: { 200: jsonAnswer(Accuracy, "The report."), ...problems() },
});

export function registerPromiseAccuracy(app: App<OrdersContext>): void {
  app.openapi(accuracy, async (c) => {
    const { from, to } = c.req.valid("query");
    const { context } = c.var;
    const asOf = await directoryAsOf(context);
    const rows = (await endedPromises(context.databases.directory, { from, to })).toSorted(byGroup);
    const days = rows.map(({ on, locationId, carrier, ...figures }) => ({
      on,
      locationId,
      carrier,
      ...figuresJson(figures),
    }));
    const none = { on: "", locationId: null, carrier: null, ended: 0, kept: 0, daysLate: 0, moves: 0 };
    const totals = figuresJson(sumOf([none, ...rows]));
    return c.json({ from, to, asOf: asOfJson(asOf), description: MEANING, days, totals }, 200);
  });
}

const groupOf = ({ on, locationId, carrier }: EndedPromises): string =>
  JSON.stringify([on, locationId, carrier]);

const byGroup = (a: EndedPromises, b: EndedPromises) => (groupOf(a) < groupOf(b) ? -1 : 1);

const sumOf = (rows: readonly EndedPromises[]): EndedPromises =>
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
