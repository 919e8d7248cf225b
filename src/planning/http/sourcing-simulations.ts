/** The routes of simulations: a past day is sourced under changed rules or locations, in the background. */
import { createRoute, z } from "@hono/zod-openapi";
import { beginSimulation, simulationById, type Simulation } from "../simulate-sourcing";
import { localDate } from "../../kernel/calendar";
import type { SimulationReport, SourcingChanges } from "../domain/replay";
import { RUN_STATUSES } from "../../platform/jobs/job-runs";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../../orders/context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  Currency,
  IdempotencyHeader,
  Instant,
  instantOf,
  jsonAnswer,
  jsonBody,
  LocalDate,
  Slug,
} from "../../platform/http/schemas";

const cost = z.int().min(0).max(1_000_000_000);

const LocationChanges = z
  .strictObject({
    active: z.boolean(),
    shipsOrders: z.boolean(),
    capacityPerDay: z.int().min(0).max(1_000_000).nullable(),
    processingDays: z.int().min(0).max(365),
    acceptsHazardous: z.boolean(),
    acceptsOversize: z.boolean(),
    handlingPerParcelMinor: cost,
    handlingPerUnitMinor: cost,
  })
  .partial();

const Rules = z
  .strictObject({
    splitPenaltyMinor: cost,
    latenessPerDayMinor: cost,
    dayValueMinor: cost,
    maxParcels: z.int().min(1).max(1_000).nullable(),
    wholeUnderMinor: cost.nullable(),
    shipComplete: z.boolean(),
  })
  .partial();

const SimulationInput = z
  .strictObject({
    day: LocalDate,
    rules: Rules.default({}).openapi({
      description: "For every channel. Rules that are left out stay as they are.",
    }),
    locations: z
      .record(z.string().max(50), LocationChanges)
      .refine((locations) => Object.keys(locations).length <= 100, "changes at most 100 locations")
      .default({})
      .openapi({ description: "Changed settings, by location." }),
    withoutServices: z
      .array(Slug)
      .max(100)
      .default([])
      .openapi({ description: "Carriers' services to leave out." }),
  })
  .openapi("SourcingSimulationInput");

const Totals = z.object({
  costMinor: z.int(),
  parcels: z.int(),
  splitOrders: z.int(),
  lateOrders: z.int().openapi({ description: "A parcel arrives later than the recorded plan promised." }),
  lateDays: z.int(),
  unsentUnits: z.int(),
  parcelsByLocation: z.record(z.string(), z.int()),
});

const Outline = z.object({ locationIds: z.array(z.string()), costMinor: z.int() });

const SimulationSchema = z
  .object({
    id: z.string().openapi({ description: "Also the id of its run among the jobs." }),
    day: z.string(),
    status: z.enum(RUN_STATUSES),
    currency: Currency,
    orders: z.int().openapi({ description: "Orders replayed so far." }),
    skipped: z.int().openapi({
      description:
        "Orders without a decision that can be replayed: those older than thirty days are among them.",
    }),
    changed: z.int(),
    recorded: Totals,
    simulated: Totals,
    differences: z.array(z.object({ orderId: z.string(), recorded: Outline, simulated: Outline })),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .openapi("SourcingSimulation");

const begin = createRoute({
  method: "post",
  path: "/v1/sourcing/simulate",
  operationId: "simulateSourcing",
  summary: "Simulate a past day under changed rules",
  description:
    "Sources each order of the day with the stock that its decision was made from. It runs in the background: read its progress and its report by its id. At most ten run at once. It is kept for 90 days. Scope `reports:read`.",
  tags: ["Sourcing"],
  security: withKey,
  middleware: [requireScope("reports:read"), idempotent] as const,
  request: { headers: IdempotencyHeader, body: jsonBody(SimulationInput) },
  responses: {
    202: jsonAnswer(SimulationSchema, "The simulation has begun."),
    ...problems(...BODY_PROBLEMS, ...KEY_PROBLEMS, "simulations_running"),
  },
});

const read = createRoute({
  method: "get",
  path: "/v1/sourcing/simulations/{simulationId}",
  operationId: "getSourcingSimulation",
  summary: "Read a simulation",
  description:
    "Its progress, and its costs, splits and lateness beside the recorded ones. Scope `reports:read`.",
  tags: ["Sourcing"],
  security: withKey,
  middleware: [requireScope("reports:read")] as const,
  request: { params: z.object({ simulationId: z.string() }) },
  responses: { 200: jsonAnswer(SimulationSchema, "The simulation so far."), ...problems("not_found") },
});

export function registerSourcingSimulations(app: App<OrdersContext>): void {
  app.openapi(begin, async (c) => {
    const { context } = c.var;
    const { day, ...changes } = c.req.valid("json");
    const { booksTimeZone, booksCurrency } = context.config;
    if (day > localDate(context.now(), booksTimeZone)) {
      const errors = [{ path: "day", message: "is in the future" }];
      return problem(c, { code: "invalid_request", errors });
    }
    // Parsed JSON has no undefined values.
    const begun = await beginSimulation(context, day, changes as SourcingChanges);
    if (!begun.ok) return problem(c, begun.rejection);
    return c.json(simulationJson(begun.value, booksCurrency), 202);
  });

  app.openapi(read, async (c) => {
    const { context } = c.var;
    const { config } = context;
    const simulation = await simulationById(context, c.req.valid("param").simulationId);
    if (!simulation) return problem(c, { code: "not_found" });
    return c.json(simulationJson(simulation, config.booksCurrency), 200);
  });
}

const simulationJson = (
  { run, dayOn, report }: Simulation,
  currency: string,
): z.output<typeof SimulationSchema> => ({
  id: run.id,
  day: dayOn,
  status: run.status,
  currency,
  ...reportJson(report),
  createdAt: instantOf(run.begunAt),
  updatedAt: instantOf(run.updatedAt),
});

const reportJson = ({ differences, ...counts }: SimulationReport) => ({
  ...counts,
  differences: differences.map(({ orderId, recorded, simulated }) => ({
    orderId,
    recorded: { ...recorded, locationIds: [...recorded.locationIds] },
    simulated: { ...simulated, locationIds: [...simulated.locationIds] },
  })),
});
