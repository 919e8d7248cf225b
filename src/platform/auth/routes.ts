/** Routes of API keys for administrators: create, list and revoke. */
import { createRoute, z } from "@hono/zod-openapi";
import { createApiKey } from "./create-api-key";
import { revokeApiKey } from "./revoke-api-key";
import { isScope, SCOPES, type ApiKey } from "./api-keys";
import { apiKeysAfter } from "./api-key-rows";
import type { App } from "../http/app-types";
import { requireScope } from "./require-scope";
import { withKey } from "../http/openapi";
import { BODY_PROBLEMS, problem, problems } from "../http/problem";
import { Instant, instantOf, jsonAnswer, jsonBody, PageQuery, pageOf, text, toPage } from "../http/schemas";

const ScopeSchema = z.enum(Object.keys(SCOPES).filter(isScope));

const ApiKeyInput = z
  .strictObject({
    name: text(100).openapi({ example: "Web shop checkout" }),
    scopes: z
      .array(ScopeSchema)
      .min(1)
      .refine((scopes) => new Set(scopes).size === scopes.length, "contains a scope twice"),
  })
  .openapi("ApiKeyInput");

const ApiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(ScopeSchema),
    createdAt: Instant,
    revokedAt: Instant.nullable(),
  })
  .openapi("ApiKey");

const CreatedApiKey = z
  .object({
    ...ApiKeySchema.shape,
    token: z.string().openapi({ description: "The bearer token. It is shown only once." }),
  })
  .openapi("CreatedApiKey");

const create = createRoute({
  method: "post",
  path: "/v1/api-keys",
  operationId: "createApiKey",
  summary: "Create an API key",
  description: "Accepts no `Idempotency-Key`, because the answer must not be stored. Scope `admin`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  request: { body: jsonBody(ApiKeyInput) },
  responses: { 201: jsonAnswer(CreatedApiKey, "The key, with its token."), ...problems(...BODY_PROBLEMS) },
});

const list = createRoute({
  method: "get",
  path: "/v1/api-keys",
  operationId: "listApiKeys",
  summary: "List API keys",
  description: "Includes revoked keys. Tokens are not shown. Scope `admin`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  request: { query: PageQuery },
  responses: { 200: jsonAnswer(pageOf("ApiKeyPage", ApiKeySchema), "A page of keys."), ...problems() },
});

const revoke = createRoute({
  method: "delete",
  path: "/v1/api-keys/{keyId}",
  operationId: "revokeApiKey",
  summary: "Revoke an API key",
  description: "The key is rejected everywhere after at most five seconds. Scope `admin`.",
  tags: ["Operations"],
  security: withKey,
  middleware: [requireScope("admin")] as const,
  request: { params: z.object({ keyId: z.string().max(100) }) },
  responses: { 204: { description: "The key is revoked." }, ...problems("not_found") },
});

export function registerApiKeys(app: App): void {
  app.openapi(create, async (c) => {
    const { key, token } = await createApiKey(c.var.context, c.req.valid("json"));
    return c.json({ ...answerOf(key), token }, 201);
  });

  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const rows = await apiKeysAfter(c.var.context.databases.primary, cursor, limit + 1);
    return c.json(
      toPage(rows, limit, (row) => row.id, answerOf),
      200,
    );
  });

  app.openapi(revoke, async (c) => {
    const revoked = await revokeApiKey(c.var.context, c.req.valid("param").keyId);
    return revoked.ok ? c.body(null, 204) : problem(c, revoked.rejection);
  });
}

const answerOf = (key: ApiKey) => ({
  id: key.id,
  name: key.name,
  scopes: [...key.scopes],
  createdAt: instantOf(key.createdAt),
  revokedAt: key.revokedAt === null ? null : instantOf(key.revokedAt),
});
