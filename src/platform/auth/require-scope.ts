/** Authentication by bearer API keys. The key determines the scopes, the rate limit and the actor in the audit trail. */
import { createMiddleware } from "hono/factory";
import { apiKeyIdOf, hasScope, isTokenOf, type ApiKey, type Scope } from "./api-keys";
import type { ApiKeyId } from "../../kernel/ids";
import { cachedApiKey, freshApiKey } from "./api-key-rows";
import type { AppEnv, RequestContext } from "../http/app-types";
import { unknownParametersProblem } from "../http/known-parameters";
import { addressOf } from "../http/limits";
import { problem } from "../http/problem";

/**
 * Accepts callers whose key has the scope, and makes the key the context's actor. Callers without a cached valid key are
 * limited by their address before the database is queried, so that guessing is slow and costs no queries beyond the limit.
 */
export const requireScope = (scope: Scope) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const token = tokenOf(c);
    const known = token && freshKey(c, token);
    const limited = await c.env.API_RATE_LIMIT.limit({ key: known ? known.id : addressOf(c) });
    if (!limited.success) return problem(c, { code: "rate_limited" });
    const key = known ?? (token && (await storedKey(c, token)));
    if (!key) return problem(c, { code: "unauthorized" }, { "www-authenticate": "Bearer" });
    if (!hasScope(key, scope)) return problem(c, { code: "forbidden", scope });
    c.set("apiKey", key);
    c.set("context", { ...c.var.context, actor: key.id });
    return unknownParametersProblem(c) ?? next();
  });

type Token = Readonly<{ id: ApiKeyId; token: string }>;

function tokenOf(c: RequestContext): Token | null {
  const token = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const id = token ? apiKeyIdOf(token) : null;
  return token && id ? { id, token } : null;
}

function freshKey(c: RequestContext, { id, token }: Token): ApiKey | null {
  const key = freshApiKey(id, c.var.context.now());
  return key && isTokenOf(key, token) ? key : null;
}

async function storedKey(c: RequestContext, { id, token }: Token): Promise<ApiKey | null> {
  const { databases, now } = c.var.context;
  const key = await cachedApiKey(databases.primary, id, now());
  return key && isTokenOf(key, token) ? key : null;
}
