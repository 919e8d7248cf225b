/**
 * The doors: what every request passes through, and the list of everything behind them. Order matters: a
 * request gets its id first, so that even a refusal can be asked about.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { App, AppEnv, MakeContext } from "./app-types";
import { limitBody, readableJson } from "./limits";
import { registerSecurity } from "./openapi";
import { onError, onInvalid, problem } from "./problem";
import type { PlatformContext } from "../context";
import type { HttpBindings } from "../config";

/** Registers a module's routes on an app whose requests have the module's context. */
export type Routes = (app: never) => void;

/** The application. `makeContext` is called once for each request, whose actor is not known yet. */
export function createApp<Context extends PlatformContext, Env extends HttpBindings>(
  makeContext: MakeContext<Context, Env>,
  routes: readonly Routes[],
): OpenAPIHono<AppEnv<Context> & { Bindings: Env }> {
  const app: App = new OpenAPIHono<AppEnv>({ defaultHook: onInvalid });
  app.onError(onError);
  app.notFound((c) => problem(c, { code: "not_found" }));
  registerSecurity(app);

  app.use(requestId());
  app.use(defaultHeaders);
  app.use("/v1/*", uncached);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        problem(c, { code: "method_not_allowed", methods }, { allow: methods.join(", ") }),
    }),
  );
  app.use(limitBody);
  app.use(readableJson);
  app.use((c, next) => {
    c.set("context", makeContext(c.env as Env, c.executionCtx, "anonymous"));
    return next();
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Each request's context is a `Context`, by the line above.
  const whole = app as unknown as OpenAPIHono<AppEnv<Context> & { Bindings: Env }>;
  for (const register of routes) register(whole as never);
  return whole;
}

/**
 * Answers tell of customers, stock and money as of now: no cache on the way keeps them. Only what says itself for
 * how long it may be kept is left alone: availability, which product pages ask for over and over.
 */
const uncached = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
});

/** Pages need no script; one that needs more says so itself and is left alone. */
const defaultHeaders = secureHeaders({
  overwrite: false,
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
});
