/**
 * The application: middleware for every request, then the routes of all modules. The order matters: a request gets its
 * id first, so that every problem names it.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { App, AppEnv, MakeContext } from "./app-types";
import { findUnknownParameters } from "./known-parameters";
import { limitBody, readableJson } from "./limits";
import { registerSecurity } from "./openapi";
import { onError, onInvalid, problem } from "./problem";
import type { PlatformContext } from "../context";
import type { HttpBindings } from "../config";

/** Registers a module's routes on an app whose requests have the module's context. */
export type Routes = (app: never) => void;

/** @param makeContext called once for each request, before its actor is known. */
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
  app.use(findUnknownParameters(app));
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

/** Answers must not be cached, unless the route sets `cache-control` itself: availability does, for product pages. */
const uncached = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
});

/** Pages need no script. A page that does sets its own policy, which is kept. */
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
