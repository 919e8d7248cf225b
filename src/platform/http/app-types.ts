/** The types of routes, middleware and their context. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import type { ApiKey } from "../auth/api-keys";
import type { HttpBindings } from "../config";
import type { Actor, PlatformContext } from "../context";
import type { IdempotentRequest } from "../idempotency/idempotency-keys";

export type AppEnv<Context extends PlatformContext = PlatformContext> = {
  Bindings: HttpBindings;
  Variables: {
    context: Context;
    requestId: string;
    /** The caller's key, once `requireScope` has accepted it. */
    apiKey: ApiKey;
    /** The route also answers with pages. */
    hasPage?: true;
    /** Names in the query that the operation does not have. */
    unknownParameters?: readonly string[];
    /** The caller's Idempotency-Key for this write. It is stored with the change. */
    idempotentRequest?: IdempotentRequest;
  };
};

export type App<Context extends PlatformContext = PlatformContext> = OpenAPIHono<AppEnv<Context>>;

/** The parts of a request that helpers use. Without `set`, whose type would bind a helper to one module's context. */
export type RequestContext<Context extends PlatformContext = PlatformContext> = Pick<
  HonoContext<AppEnv<Context>>,
  "req" | "res" | "env" | "var" | "body" | "json" | "html" | "header"
>;

export type MakeContext<Context extends PlatformContext, Bindings> = (
  env: Bindings,
  execution: Pick<ExecutionContext, "waitUntil">,
  actor: Actor,
) => Context;
