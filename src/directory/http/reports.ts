/** The report that compares demand with shipments, day by day. */
import { createRoute, z } from "@hono/zod-openapi";
import { addDays, dayBounds, daysBetween } from "../../kernel/calendar";
import { sumWhole, type Whole } from "../../kernel/whole-numbers";
import { demandByDay, shippedByDay, type Day } from "../storage/reports";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../../orders/context";
import { directoryAsOf } from "../as-of";
import { AsOf, asOfJson } from "./listed-order-schema";
import { requireScope } from "../../platform/auth/require-scope";
import { exactAnswer } from "../../platform/http/exact-answer";
import { checkDayRange, dayRange } from "../../platform/http/day-range";
import { withKey } from "../../platform/http/openapi";
import { problems } from "../../platform/http/problem";
import { Currency, jsonAnswer, LocalDate, SkuCode, Slug } from "../../platform/http/schemas";

const MEANING = [
  "Demand is what customers ordered, on the day of the order. Shipped is what left, on the day it left.",
  "They differ by units that were cancelled, by units that are still to be sent, and by the days between an",
  "order and its shipment. Cancelled and backordered units are counted on the day of the order, as they are now.",
  "Amounts are after discounts, without tax and shipping, and exact beyond 2^53.",
].join(" ");

const Figures = z.object({
  currency: Currency,
  demandUnits: z.int(),
  demandMinor: z.int(),
  shippedUnits: z.int(),
  shippedMinor: z.int(),
  cancelledUnits: z.int().openapi({ description: "Units of the day's demand that were cancelled since." }),
  backorderedUnits: z.int().openapi({ description: "Units of the day's demand that wait for stock now." }),
});
type FiguresRow = Omit<z.infer<typeof Figures>, "demandMinor" | "shippedMinor"> &
  Readonly<{ demandMinor: Whole; shippedMinor: Whole }>;

const DemandVsShipped = z
  .object({
    from: LocalDate,
    to: LocalDate,
    asOf: AsOf,
    description: z.string(),
    days: z.array(z.object({ on: LocalDate, ...Figures.shape })),
    totals: z.array(Figures),
  })
  .openapi("DemandVsShipped");

const demandVsShipped = createRoute({
  method: "get",
  path: "/v1/reports/demand-vs-shipped",
  operationId: "getDemandVsShipped",
  summary: "Compare demand with shipments",
  description: `${MEANING} Days without demand and shipments are left out. Scope \`reports:read\`.`,
  tags: ["Books"],
  security: withKey,
  middleware: [requireScope("reports:read")] as const,
  request: {
    query: z
      .object({ ...dayRange, channelId: Slug.optional(), sku: SkuCode.optional() })
      .superRefine(checkDayRange),
  },
  responses: { 200: jsonAnswer(DemandVsShipped, "By day, and in total."), ...problems() },
});

export function registerReports(app: App<OrdersContext>): void {
  app.openapi(demandVsShipped, async (c) => {
    const { databases, config } = c.var.context;
    const { from, to, channelId, sku } = c.req.valid("query");
    const days = daysOf(from, to, config.booksTimeZone);
    const filter = { channelId: channelId ?? null, sku: sku ?? null };
    const asOf = await directoryAsOf(c.var.context);
    const [demand, shipped] = await Promise.all([
      demandByDay(databases.directory, days, filter),
      shippedByDay(databases.directory, days, filter),
    ]);
    const rows = [
      ...demand.map((row) => ({
        ...noFigures(row.on, row.currency),
        demandUnits: row.units,
        demandMinor: row.amountMinor,
        cancelledUnits: row.cancelled,
        backorderedUnits: row.backordered,
      })),
      ...shipped.map((row) => ({
        ...noFigures(row.on, row.currency),
        shippedUnits: row.units,
        shippedMinor: row.amountMinor,
      })),
    ];
    const byDay = [...Map.groupBy(rows, ({ on, currency }) => `${on} ${currency}`)];
    const byCurrency = [...Map.groupBy(rows, ({ currency }) => currency)];
    return exactAnswer(c, {
      from,
      to,
      asOf: asOfJson(asOf),
      description: MEANING,
      days: byDay
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, of]) => ({ on: key.slice(0, 10), ...sumOf(key.slice(11), of) })),
      totals: byCurrency.map(([currency, of]) => sumOf(currency, of)),
    });
  });
}

function daysOf(from: string, to: string, zone: string): Day[] {
  const count = daysBetween(from, to) + 1;
  return Array.from({ length: count }, (_, i) => {
    const on = addDays(from, i);
    return { on, ...dayBounds(on, zone) };
  });
}

const noFigures = (on: string, currency: string) => ({
  on,
  currency,
  demandUnits: 0,
  demandMinor: 0,
  shippedUnits: 0,
  shippedMinor: 0,
  cancelledUnits: 0,
  backorderedUnits: 0,
});

const sumOf = (currency: string, rows: readonly FiguresRow[]): FiguresRow =>
  rows.reduce<FiguresRow>(
    (sum, row) => ({
      currency,
      demandUnits: sum.demandUnits + row.demandUnits,
      demandMinor: sumWhole([sum.demandMinor, row.demandMinor]),
      shippedUnits: sum.shippedUnits + row.shippedUnits,
      shippedMinor: sumWhole([sum.shippedMinor, row.shippedMinor]),
      cancelledUnits: sum.cancelledUnits + row.cancelledUnits,
      backorderedUnits: sum.backorderedUnits + row.backorderedUnits,
    }),
    { ...noFigures("", currency), currency },
  );
