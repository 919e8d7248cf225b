/**
 * Finds query parameters that an operation does not have, and the body of a DELETE, which none has. They are refused once
 * the caller is known: otherwise a misspelled filter, or a reason in the body, would be ignored in silence.
 */
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { z } from "@hono/zod-openapi";
import type { App, AppEnv, RequestContext } from "./app-types";
import { problem } from "./problem";

/** Storefronts call the address that staff entered, whatever query it has. */
const ANY_PARAMETERS = "/v1/webhooks/";

const MAX_ERRORS = 20;
const MAX_NAME_LENGTH = 100;

/** Middleware for all routes of the app. Pages, which are not in the OpenAPI document, take any parameters. */
export function findUnknownParameters(app: Pick<App, "openAPIRegistry">) {
  let known: ReadonlyMap<string, ReadonlySet<string>> | null = null;
  return createMiddleware<AppEnv>(async (c, next) => {
    // At the first request all routes are registered.
    known ??= parametersByRoute(app);
    const [names] = matchedRoutes(c).flatMap(({ method, path }) => known!.get(`${method} ${path}`) ?? []);
    if (names) {
      c.set(
        "unknownParameters",
        Object.keys(c.req.query()).filter((name) => !names.has(name)),
      );
    }
    return next();
  });
}

/** The refusal of the request's unknown parameters; null if it has none. */
export function unknownParametersProblem(c: RequestContext) {
  const { unknownParameters = [] } = c.var;
  if (c.req.method === "DELETE" && c.req.raw.body !== null) {
    return problem(c, { code: "invalid_request", errors: [{ path: "", message: "a DELETE takes no body" }] });
  }
  if (unknownParameters.length === 0) return null;
  const errors = unknownParameters.slice(0, MAX_ERRORS).map((name) => ({
    path: name.slice(0, MAX_NAME_LENGTH),
    message: "is not a parameter of this operation",
  }));
  return problem(c, { code: "unknown_parameter", in: "query", errors });
}

/** By method and path, in the router's notation, the names of an operation's query parameters. */
function parametersByRoute({
  openAPIRegistry,
}: Pick<App, "openAPIRegistry">): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    openAPIRegistry.definitions.flatMap((definition) => {
      if (definition.type !== "route" || definition.route.path.startsWith(ANY_PARAMETERS)) return [];
      const { method, path, request } = definition.route;
      const key = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
      const names = request?.query instanceof z.ZodObject ? Object.keys(request.query.shape) : [];
      return [[key, new Set(names)] as const];
    }),
  );
}
