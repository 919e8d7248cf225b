/** Who may come in: machines by bearer keys. The key decides the scopes, the rate and the audit trail's name. */
import { createMiddleware } from "hono/factory";
import { apiKeyIdOf, isTokenOf, mayUse, type ApiKey, type Scope } from "../domain/api-keys";
import { cachedApiKey } from "../storage/api-keys";
import type { AppEnv, RequestContext } from "./app-types";
import { addressOf } from "./limits";
import { problem } from "./problem";

/**
 * Lets in callers whose key has the scope; from here on the context's actor is the key. Callers without a
 * key that is right are limited by their address, so that guessing is slow.
 */
export const requireScope = (scope: Scope) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const key = await callersKey(c);
    const limited = await c.env.API_RATE_LIMIT.limit({ key: key?.id ?? addressOf(c) });
    if (!limited.success) return problem(c, { code: "rate_limited" });
    if (!key) return problem(c, { code: "unauthorized" }, { "www-authenticate": "Bearer" });
    if (!mayUse(key, scope)) return problem(c, { code: "forbidden", scope });
    c.set("apiKey", key);
    c.set("context", { ...c.var.context, actor: key.id });
    return next();
  });

async function callersKey(c: RequestContext): Promise<ApiKey | null> {
  const token = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const id = token ? apiKeyIdOf(token) : null;
  if (!token || !id) return null;
  const { databases, now } = c.var.context;
  const key = await cachedApiKey(databases.primary, id, now());
  return key && isTokenOf(key, token) ? key : null;
}
