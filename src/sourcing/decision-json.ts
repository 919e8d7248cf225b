/** Sourcing decisions in the API. */
import { z } from "@hono/zod-openapi";
import type { CurrencyCode } from "../kernel/money";
import type { SourcingDecision } from "./domain/decision";
import { explainDecision } from "./domain/explanation";
import { Currency } from "../platform/http/schemas";

const amount = z.int();
const bySku = z.record(z.string(), z.int());

const costParts = {
  parcelMinor: amount.openapi({ example: 649 }),
  handlingMinor: amount,
  latenessMinor: amount,
  speedMinor: amount.openapi({ description: "For the days until it arrives. It is not spent." }),
  stockMinor: amount.openapi({
    description: "What its units are expected to save later if they stay. It is not spent.",
  }),
};

const Parcel = z.object({
  locationId: z.string(),
  serviceId: z.string().nullable(),
  units: bySku,
  grams: z.number(),
  lateDays: z.int(),
  ...costParts,
});

const Candidate = z.object({
  locationId: z.string(),
  serviceId: z.string().nullable(),
  units: z.int().openapi({ description: "Units of the order that it has." }),
  ...costParts,
});

const Supply = z.object({
  quantity: z.int(),
  free: bySku.openapi({ description: "By location." }),
  stockPrices: bySku.openapi({ description: "By location." }),
});

export const DecisionSchema = z
  .object({
    currency: Currency,
    sentences: z.array(z.string()).openapi({ example: ["newark ships 2 of MUG with ground for 6.49 USD."] }),
    parcels: z.array(Parcel),
    splitMinor: amount,
    costMinor: amount,
    method: z.enum(["exact", "bounded"]),
    lowerBoundMinor: amount.openapi({ description: "No plan that ships as many units costs less." }),
    runnerUp: z
      .object({ locationIds: z.array(z.string()), costMinor: amount })
      .nullable()
      .openapi({ description: "The best plan that uses another set of locations." }),
    candidates: z.array(Candidate),
    exclusions: z.array(z.object({ locationId: z.string(), rule: z.string(), sku: z.string().nullable() })),
    rule: z
      .string()
      .nullable()
      .openapi({ description: "The channel's rule that keeps units back although locations have them." }),
    unsent: bySku,
    supply: z.record(z.string(), Supply).openapi({
      description: "The stock that it was made from, by SKU. Kept for thirty days, and empty afterwards.",
    }),
  })
  .openapi("SourcingDecision");

export const decisionJson = (
  decision: SourcingDecision,
  currency: CurrencyCode,
): z.output<typeof DecisionSchema> => ({
  currency,
  sentences: explainDecision(decision, currency),
  parcels: decision.parcels.map((parcel) => ({ ...parcel })),
  splitMinor: decision.splitMinor,
  costMinor: decision.costMinor,
  method: decision.method,
  lowerBoundMinor: decision.lowerBoundMinor,
  runnerUp: decision.runnerUp && {
    locationIds: [...decision.runnerUp.locationIds],
    costMinor: decision.runnerUp.costMinor,
  },
  candidates: decision.candidates.map((candidate) => ({ ...candidate })),
  exclusions: decision.exclusions.map(({ locationId, rule, sku = null }) => ({ locationId, rule, sku })),
  rule: decision.rule,
  unsent: decision.unsent,
  supply: Object.fromEntries(
    Object.entries(decision.supply).map(([sku, { quantity, free, stockPrices }]) => [
      sku,
      { quantity, free, stockPrices },
    ]),
  ),
});
