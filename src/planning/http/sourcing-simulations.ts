/** Past days sourced again under changed rules or locations: begun here, played from a queue, and kept. */
import { createRoute, z } from "@hono/zod-openapi";
import { beginSimulation } from "../simulate-sourcing";
import { localDate } from "../../kernel/calendar";
import type { SimulationReport, SourcingChanges } from "../domain/replay";
import { simulationById, type StoredSimulation } from "../storage/sourcing-simulations";
import type { App } from "../../platform/http/app-types";
import type { OrdersContext } from "../../orders/context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
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
    maxParcels: z.int().min(1).max(1_000).nullable(),
    wholeUnderMinor: cost.nullable(),
    shipComplete: z.boolean(),
  })
  .partial();

const SimulationInput = z
  .strictObject({
    day: LocalDate,
    rules: Rules.default({}).openapi({ description: "Of every channel; what is left out stays as it is." }),
    locations: z
      .record(z.string().max(50), LocationChanges)
      .refine((locations) => Object.keys(locations).length <= 100, "changes at most 100 locations")
      .default({})
      .openapi({ description: "By location: what is different there." }),
    withoutServices: z
      .array(Slug)
      .max(100)
      .default([])
      .openapi({ description: "Carriers' services to do without." }),
  })
  .openapi("SourcingSimulationInput");

const Totals = z.object({
  costMinor: z.int(),
  parcels: z.int(),
  splitOrders: z.int(),
  lateOrders: z.int().openapi({ description: "Something arrives after what the recorded plan promised." }),
  lateDays: z.int(),
  unsentUnits: z.int(),
  parcelsByLocation: z.record(z.string(), z.int()),
});

const Outline = z.object({ locationIds: z.array(z.string()), costMinor: z.int() });

const SimulationSchema = z
  .object({
    id: z.string(),
    day: z.string(),
    status: z.enum(["running", "done"]),
    currency: Currency,
    orders: z.int().openapi({ description: "Played so far." }),
    skipped: z.int().openapi({ description: "Without a decision that could be played again." }),
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
  summary: "Source a past day again under changed rules",
  description:
    "Each order that was placed on the day is sourced with the stock that it saw. Played in the background: read how far it is and what it found under its id. Ten are played at once, and one more is refused. Scope `reports:read`.",
  tags: ["Sourcing"],
  security: withKey,
  middleware: [requireScope("reports:read"), idempotent] as const,
  request: { headers: IdempotencyHeader, body: jsonBody(SimulationInput) },
  responses: {
    202: jsonAnswer(SimulationSchema, "It is begun."),
    ...problems(...BODY_PROBLEMS, "request_in_progress", "idempotency_key_reused", "simulations_running"),
  },
});

const read = createRoute({
  method: "get",
  path: "/v1/sourcing/simulations/{id}",
  operationId: "getSourcingSimulation",
  summary: "Read a simulation",
  description: "How far it is, and cost, splits and lateness beside those recorded. Scope `reports:read`.",
  tags: ["Sourcing"],
  security: withKey,
  middleware: [requireScope("reports:read")] as const,
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: jsonAnswer(SimulationSchema, "As far as it is."), ...problems("not_found") },
});

export function registerSourcingSimulations(app: App<OrdersContext>): void {
  app.openapi(begin, async (c) => {
    const { context } = c.var;
    const { day, ...changes } = c.req.valid("json");
    const { booksTimeZone, booksCurrency } = context.config;
    if (day > localDate(context.now(), booksTimeZone)) {
      const errors = [{ path: "day", message: "has not been yet" }];
      return problem(c, { code: "invalid_request", errors });
    }
    // JSON knows no undefined: what is left out is not there.
    const begun = await beginSimulation(context, day, changes as SourcingChanges);
    if (!begun.ok) return problem(c, begun.rejection);
    return c.json(simulationJson(begun.value, booksCurrency), 202);
  });

  app.openapi(read, async (c) => {
    const { databases, config } = c.var.context;
    const simulation = await simulationById(databases.primary, c.req.valid("param").id);
    if (!simulation) return problem(c, { code: "not_found" });
    return c.json(simulationJson(simulation, config.booksCurrency), 200);
  });
}

const simulationJson = (
  { id, dayOn, status, report, createdAt, updatedAt }: StoredSimulation,
  currency: string,
): z.output<typeof SimulationSchema> => ({
  id,
  day: dayOn,
  status,
  currency,
  ...reportJson(report),
  createdAt: instantOf(createdAt),
  updatedAt: instantOf(updatedAt),
});

const reportJson = ({ differences, ...counts }: SimulationReport) => ({
  ...counts,
  differences: differences.map(({ orderId, recorded, simulated }) => ({
    orderId,
    recorded: { ...recorded, locationIds: [...recorded.locationIds] },
    simulated: { ...simulated, locationIds: [...simulated.locationIds] },
  })),
});
