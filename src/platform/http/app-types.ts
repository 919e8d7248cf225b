/** What every route and middleware is given. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import type { Env } from "../config";
import type { Actor, Context } from "../context";
import type { ApiKey } from "../auth/api-keys";
import type { IdempotentRequest } from "../idempotency/idempotency-keys";

export type AppEnv = {
  Bindings: Env;
  Variables: {
    context: Context;
    requestId: string;
    /** The caller's key, once `requireScope` has let it in. */
    apiKey: ApiKey;
    /** The caller's own key for this write, which the change itself is to remember. */
    idempotentRequest?: IdempotentRequest;
  };
};

export type App = OpenAPIHono<AppEnv>;
export type RequestContext = HonoContext<AppEnv>;
export type MakeContext = (env: Env, execution: Pick<ExecutionContext, "waitUntil">, actor: Actor) => Context;
