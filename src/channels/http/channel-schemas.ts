/** The JSON of a channel. Kinds and the names of credentials are those of the storefront adapters. */
import { z } from "@hono/zod-openapi";
import { DEFAULT_SOURCING_RULES } from "../../catalog/domain/channel";
import { CountryCode, Currency, Instant, Slug, text } from "../../platform/http/schemas";
import type { StorefrontAdapter } from "../storefront-adapter";

const cost = z.int().min(0).max(1_000_000_000);

const SourcingRules = z
  .strictObject({
    splitPenaltyMinor: cost.default(DEFAULT_SOURCING_RULES.splitPenaltyMinor).openapi({
      description: "The cost that sourcing adds for each parcel after the first.",
    }),
    latenessPerDayMinor: cost.default(DEFAULT_SOURCING_RULES.latenessPerDayMinor).openapi({
      description: "The cost that sourcing adds for each day after the promised one.",
    }),
    dayValueMinor: cost.default(DEFAULT_SOURCING_RULES.dayValueMinor).openapi({
      description:
        "What a day of delivery time is worth: the cost that sourcing adds for each day until a parcel arrives at the latest.",
    }),
    maxParcels: z.int().min(1).max(100).nullable().default(DEFAULT_SOURCING_RULES.maxParcels),
    wholeUnderMinor: cost.nullable().default(DEFAULT_SOURCING_RULES.wholeUnderMinor).openapi({
      description: "An order under this value is not split.",
    }),
    shipComplete: z.boolean().default(DEFAULT_SOURCING_RULES.shipComplete).openapi({
      description: "Wait until all of an order can be shipped.",
    }),
    gainThresholdMinor: cost.default(DEFAULT_SOURCING_RULES.gainThresholdMinor).openapi({
      description: "A plan is changed only if the new one is better by more than this.",
    }),
  })
  .openapi("SourcingRules", { description: "How orders are sourced. Amounts in the books' currency." });

const MAX_LOCATIONS = 500;

const credential = z.string().max(500).optional();

export function channelSchemas(adapters: readonly StorefrontAdapter[]) {
  const apis = adapters.flatMap(({ kind, api }) => (api ? [{ kind, ...api }] : []));
  const credentialNames = new Set(apis.flatMap(({ credentials }) => credentials));

  const fields = z.strictObject({
    name: text(200).openapi({ example: "Web shop" }),
    kind: z.enum(adapters.map(({ kind }) => kind)),
    currency: Currency,
    locationIds: z
      .array(Slug)
      .max(MAX_LOCATIONS)
      .default([])
      .openapi({ description: "Locations that may send its orders; empty means all." }),
    locationMap: z
      .record(z.string().min(1).max(255), Slug)
      .refine((map) => Object.keys(map).length <= MAX_LOCATIONS, `has more than ${MAX_LOCATIONS} locations`)
      .default({})
      .openapi({
        description: "The storefront's ids of locations, and our location that each of them is.",
        example: { "655441491": "reno" },
      }),
    shortagePolicy: z
      .enum(["backorder", "hold"])
      .openapi({ description: "What happens to an order that was sold short." }),
    gracePeriodMinutes: z
      .int()
      .min(0)
      .max(60 * 24 * 7)
      .default(15)
      .openapi({ description: "How long an order waits before it is released to its locations." }),
    stockBuffer: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(0)
      .openapi({ description: "Available units of each SKU that this channel may not sell." }),
    countries: z
      .array(CountryCode)
      .max(250)
      .default([])
      .openapi({ description: "Where it sells to; empty means everywhere." }),
    sourcing: SourcingRules.prefault({}),
    active: z.boolean().default(true),
  });

  const Connection = z
    .strictObject({
      baseUrl: z
        .string()
        .max(300)
        .openapi({
          description: listed(apis.map(({ kind, baseUrlForm }) => `${kind}: ${baseUrlForm}`)),
          example: "https://shop.example.com",
        }),
      credentials: z
        .strictObject(Object.fromEntries([...credentialNames].map((name) => [name, credential])))
        .openapi({
          description: listed(apis.map(({ kind, credentials }) => `${kind}: ${credentials.join(", ")}`)),
        }),
    })
    .openapi("ChannelConnection");

  const ChannelInput = fields
    .extend({
      secrets: z.array(z.string().min(8).max(500)).min(1).max(2).optional().openapi({
        description:
          "Webhook secrets, newest first; two during a rotation. Left out: unchanged. A secret that could never verify a callback of the kind is refused: for `generic`, one that is not base64 of 16 bytes or more (Standard Webhooks, `whsec_…`).",
        writeOnly: true,
      }),
      connection: Connection.nullable().optional().openapi({
        description:
          "How the storefront's own API is called. Left out: unchanged, unless the kind changes; null: removed.",
        writeOnly: true,
      }),
    })
    .openapi("ChannelInput");

  const Channel = z
    .object({
      id: z.string(),
      ...fields.shape,
      secretsSetAt: z.array(Instant).openapi({ description: "When each secret was set, newest first." }),
      connectionSetAt: Instant.nullable().openapi({
        description: "When its API was connected; null if it is not connected.",
      }),
    })
    .openapi("Channel");

  return { ChannelInput, Channel };
}

const listed = (parts: readonly string[]): string => `${parts.join("; ")}.`;
