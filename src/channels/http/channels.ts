/**
 * Channels: the storefronts that orders come from. Webhook secrets and the connection to a storefront's API can be
 * written, but not read.
 */
import { createRoute, z } from "@hono/zod-openapi";
import { channelById, channelsAfter, type ChannelWithSecretTimes } from "../../catalog/channels";
import { hasScope } from "../../platform/auth/api-keys";
import { requireScope } from "../../platform/auth/require-scope";
import type { App } from "../../platform/http/app-types";
import { withKey } from "../../platform/http/openapi";
import { BODY_PROBLEMS, KEY_PROBLEMS, problem, problems } from "../../platform/http/problem";
import {
  IdempotencyHeader,
  instantOf,
  jsonAnswer,
  jsonBody,
  PageQuery,
  pageOf,
  Slug,
  toPage,
} from "../../platform/http/schemas";
import { idempotent } from "../../platform/idempotency/idempotent-routes";
import type { ChannelsContext } from "../context";
import { putChannel } from "../put-channel";
import type { StorefrontAdapter } from "../storefront-adapter";
import { channelSchemas } from "./channel-schemas";

const ChannelPath = z.object({ channelId: Slug });

const channelRoutes = ({ ChannelInput, Channel }: ReturnType<typeof channelSchemas>) => ({
  put: createRoute({
    method: "put",
    path: "/v1/channels/{channelId}",
    operationId: "putChannel",
    summary: "Write a channel",
    description:
      "Replaces the whole channel, except for secrets and a connection that are left out. `secrets`, `connection` and another `kind` decide who can sign paid orders and where stock is pushed: they need the scope `admin`. Scope `reference:write`.",
    tags: ["Reference"],
    security: withKey,
    middleware: [requireScope("reference:write"), idempotent] as const,
    request: { params: ChannelPath, headers: IdempotencyHeader, body: jsonBody(ChannelInput) },
    responses: {
      200: jsonAnswer(Channel, "The channel was changed."),
      201: jsonAnswer(Channel, "The channel is new."),
      ...problems(...BODY_PROBLEMS, "not_found", ...KEY_PROBLEMS),
    },
  }),
  get: createRoute({
    method: "get",
    path: "/v1/channels/{channelId}",
    operationId: "getChannel",
    summary: "Read a channel",
    description: "Scope `reference:read`.",
    tags: ["Reference"],
    security: withKey,
    middleware: [requireScope("reference:read")] as const,
    request: { params: ChannelPath },
    responses: { 200: jsonAnswer(Channel, "The channel."), ...problems("not_found") },
  }),
  list: createRoute({
    method: "get",
    path: "/v1/channels",
    operationId: "listChannels",
    summary: "List channels",
    description: "In the order of their ids. Scope `reference:read`.",
    tags: ["Reference"],
    security: withKey,
    middleware: [requireScope("reference:read")] as const,
    request: { query: PageQuery },
    responses: { 200: jsonAnswer(pageOf("ChannelPage", Channel), "A page of channels."), ...problems() },
  }),
});

/** A channel's kind must be that of one of the adapters. */
export function registerChannels(app: App<ChannelsContext>, adapters: readonly StorefrontAdapter[]): void {
  const routes = channelRoutes(channelSchemas(adapters));

  app.openapi(routes.put, async (c) => {
    const { context } = c.var;
    const { channelId: id } = c.req.valid("param");
    const { secrets, connection, ...fields } = c.req.valid("json");
    const mayChangeTrust = hasScope(c.var.apiKey, "admin");
    const put = await putChannel(context, { id, ...fields }, { secrets, connection, mayChangeTrust });
    if (!put.ok) return problem(c, put.rejection);
    const channel = await channelById(context.databases.primary, id);
    if (!channel) return problem(c, { code: "not_found" });
    return put.value ? c.json(channelJson(channel), 201) : c.json(channelJson(channel), 200);
  });

  app.openapi(routes.get, async (c) => {
    const channel = await channelById(c.var.context.databases.primary, c.req.valid("param").channelId);
    return channel ? c.json(channelJson(channel), 200) : problem(c, { code: "not_found" });
  });

  app.openapi(routes.list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const rows = await channelsAfter(c.var.context.databases.primary, cursor, limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id, channelJson),
      200,
    );
  });
}

const channelJson = (channel: ChannelWithSecretTimes) => ({
  ...channel,
  locationIds: [...channel.locationIds],
  locationMap: { ...channel.locationMap },
  countries: [...channel.countries],
  secretsSetAt: channel.secretsSetAt.map(instantOf),
  connectionSetAt: channel.connectionSetAt === null ? null : instantOf(channel.connectionSetAt),
});
