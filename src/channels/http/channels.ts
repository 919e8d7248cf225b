/**
 * Channels: the storefronts orders come from. Webhook secrets and what connects us to a storefront's API go
 * in and never come out.
 */
import { createRoute, z } from "@hono/zod-openapi";
import { putChannel } from "../put-channel";
import { channelById, channelsAfter, type ChannelWithSecretTimes } from "../../catalog/channels";
import { USUAL_SOURCING } from "../../catalog/domain/reference";
import type { App } from "../../platform/http/app-types";
import type { ChannelsContext } from "../context";
import { requireScope } from "../../platform/auth/require-scope";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  CountryCode,
  Currency,
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

const cost = z.int().min(0).max(1_000_000_000);

export const SourcingRulesSchema = z
  .strictObject({
    splitPenaltyMinor: cost.default(USUAL_SOURCING.splitPenaltyMinor).openapi({
      description: "What each parcel after the first is held to cost.",
    }),
    latenessPerDayMinor: cost.default(USUAL_SOURCING.latenessPerDayMinor).openapi({
      description: "What each day after the promised one is held to cost.",
    }),
    maxParcels: z.int().min(1).max(100).nullable().default(USUAL_SOURCING.maxParcels),
    wholeUnderMinor: cost.nullable().default(USUAL_SOURCING.wholeUnderMinor).openapi({
      description: "An order under this value is not split.",
    }),
    shipComplete: z.boolean().default(USUAL_SOURCING.shipComplete).openapi({
      description: "Wait until all of an order can leave.",
    }),
    gainThresholdMinor: cost.default(USUAL_SOURCING.gainThresholdMinor).openapi({
      description: "A plan is changed only for one that is better by more.",
    }),
  })
  .openapi("SourcingRules", { description: "How orders are sourced. Amounts in the books' currency." });

const ChannelFields = z.strictObject({
  name: text(200).openapi({ example: "Web shop" }),
  kind: z.enum(["shopify", "woocommerce", "bigcommerce", "generic"]),
  currency: Currency,
  locationIds: z
    .array(Slug)
    .max(500)
    .default([])
    .openapi({ description: "Locations it may be served from; empty means all." }),
  shortagePolicy: z
    .enum(["backorder", "hold"])
    .openapi({ description: "What becomes of an order sold short." }),
  gracePeriodMinutes: z
    .int()
    .min(0)
    .max(60 * 24 * 7)
    .default(15)
    .openapi({ description: "How long an order waits before it goes to the warehouse." }),
  stockBuffer: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .openapi({ description: "Units of each SKU that this channel is not told of." }),
  countries: z
    .array(CountryCode)
    .max(250)
    .default([])
    .openapi({ description: "Where it sells to; empty means everywhere." }),
  sourcing: SourcingRulesSchema.prefault({}),
  active: z.boolean().default(true),
});

const credential = z.string().max(500).optional();

const Connection = z
  .strictObject({
    baseUrl: z.string().max(300).openapi({
      description:
        "`https://{shop}.myshopify.com`, the WooCommerce site, or `https://api.bigcommerce.com/stores/{hash}`.",
      example: "https://api.bigcommerce.com/stores/abc123",
    }),
    credentials: z
      .strictObject({
        accessToken: credential,
        apiVersion: credential,
        consumerKey: credential,
        consumerSecret: credential,
      })
      .openapi({
        description:
          "Shopify takes `accessToken` and `apiVersion`, WooCommerce `consumerKey` and `consumerSecret`, BigCommerce `accessToken`, whose API account reads orders and transactions.",
        example: { accessToken: "an-api-account's-access-token" },
      }),
  })
  .openapi("ChannelConnection");

const ChannelInput = ChannelFields.extend({
  secrets: z.array(z.string().min(8).max(500)).min(1).max(2).optional().openapi({
    description: "Webhook secrets, newest first; two while a sender is moved over. Left out: unchanged.",
    writeOnly: true,
  }),
  connection: Connection.nullable().optional().openapi({
    description:
      "How the storefront's own API is called. Left out: unchanged, unless the kind changes; null: taken away.",
    writeOnly: true,
  }),
}).openapi("ChannelInput");

const ChannelSchema = z
  .object({
    id: z.string(),
    ...ChannelFields.shape,
    secretsSetAt: z.array(Instant).openapi({ description: "When each live secret was set, newest first." }),
    connectionSetAt: Instant.nullable().openapi({
      description: "When its API was connected; null: it is not.",
    }),
  })
  .openapi("Channel");

const ChannelPath = z.object({ id: Slug });

const put = createRoute({
  method: "put",
  path: "/v1/channels/{id}",
  operationId: "putChannel",
  summary: "Write a channel",
  description:
    "Replaces the whole of it, but for secrets and a connection left out. Scope `reference:write`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:write"), idempotent] as const,
  request: { params: ChannelPath, headers: IdempotencyHeader, body: jsonBody(ChannelInput) },
  responses: {
    200: jsonAnswer(ChannelSchema, "It was changed."),
    201: jsonAnswer(ChannelSchema, "It is new."),
    ...problems(...BODY_PROBLEMS, "not_found", "request_in_progress", "idempotency_key_reused"),
  },
});

const get = createRoute({
  method: "get",
  path: "/v1/channels/{id}",
  operationId: "getChannel",
  summary: "Read a channel",
  description: "Scope `reference:read`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:read")] as const,
  request: { params: ChannelPath },
  responses: { 200: jsonAnswer(ChannelSchema, "The channel."), ...problems("not_found") },
});

const list = createRoute({
  method: "get",
  path: "/v1/channels",
  operationId: "listChannels",
  summary: "List channels",
  description: "In the order of their ids. Scope `reference:read`.",
  tags: ["Reference"],
  security: withKey,
  middleware: [requireScope("reference:read")] as const,
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf(ChannelSchema), "A page of channels."), ...problems() },
});

export function registerChannels(app: App<ChannelsContext>): void {
  app.openapi(put, async (c) => {
    const { context } = c.var;
    const { id } = c.req.valid("param");
    const { secrets, connection, ...fields } = c.req.valid("json");
    const put = await putChannel(context, { id, ...fields }, { secrets, connection });
    if (!put.ok) return problem(c, put.rejection);
    const channel = await channelById(context.databases.primary, id);
    if (!channel) return problem(c, { code: "not_found" });
    return put.value ? c.json(answerOf(channel), 201) : c.json(answerOf(channel), 200);
  });

  app.openapi(get, async (c) => {
    const channel = await channelById(c.var.context.databases.primary, c.req.valid("param").id);
    return channel ? c.json(answerOf(channel), 200) : problem(c, { code: "not_found" });
  });

  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const rows = await channelsAfter(c.var.context.databases.primary, cursor, limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id, answerOf),
      200,
    );
  });
}

const answerOf = (channel: ChannelWithSecretTimes) => ({
  ...channel,
  locationIds: [...channel.locationIds],
  countries: [...channel.countries],
  secretsSetAt: channel.secretsSetAt.map(instantOf),
  connectionSetAt: channel.connectionSetAt === null ? null : instantOf(channel.connectionSetAt),
});
