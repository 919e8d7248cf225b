/** Who may come in: machines by bearer keys. The key decides the scopes, the rate and the audit trail's name. */
import { createMiddleware } from "hono/factory";
import { apiKeyIdOf, isTokenOf, mayUse, type ApiKey, type Scope } from "./api-keys";
import type { ApiKeyId } from "../../kernel/ids";
import { cachedApiKey, keptApiKey } from "./api-key-rows";
import type { AppEnv, RequestContext } from "../http/app-types";
import { addressOf } from "../http/limits";
import { problem } from "../http/problem";

/**
 * Lets in callers whose key has the scope; from here on the context's actor is the key. Callers whose key is
 * not known to be right are limited by their address, before anything is read for them: guessing is slow, and
 * costs the database nothing beyond the limit.
 */
export const requireScope = (scope: Scope) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const token = tokenOf(c);
    const known = token && keptKey(c, token);
    const limited = await c.env.API_RATE_LIMIT.limit({ key: known ? known.id : addressOf(c) });
    if (!limited.success) return problem(c, { code: "rate_limited" });
    const key = known ?? (token && (await storedKey(c, token)));
    if (!key) return problem(c, { code: "unauthorized" }, { "www-authenticate": "Bearer" });
    if (!mayUse(key, scope)) return problem(c, { code: "forbidden", scope });
    c.set("apiKey", key);
    c.set("context", { ...c.var.context, actor: key.id });
    return next();
  });

type Token = Readonly<{ id: ApiKeyId; token: string }>;

function tokenOf(c: RequestContext): Token | null {
  const token = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const id = token ? apiKeyIdOf(token) : null;
  return token && id ? { id, token } : null;
}

function keptKey(c: RequestContext, { id, token }: Token): ApiKey | null {
  const key = keptApiKey(id, c.var.context.now());
  return key && isTokenOf(key, token) ? key : null;
}

async function storedKey(c: RequestContext, { id, token }: Token): Promise<ApiKey | null> {
  const { databases, now } = c.var.context;
  const key = await cachedApiKey(databases.primary, id, now());
  return key && isTokenOf(key, token) ? key : null;
}
