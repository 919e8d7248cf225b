/** Refusals as RFC 9457 `application/problem+json`: a stable code, the facts, and which request it was. */
import type { Context as HonoContext, TypedResponse } from "hono";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import { z } from "@hono/zod-openapi";
import { logLine } from "../../kernel/log-line";
import { DatabaseUnavailable, databaseFailure } from "../d1/errors";
import type { AppEnv, RequestContext } from "./app-types";
import { PROBLEMS, type ProblemCode, type StatusOf } from "./problem-table";

export const PROBLEM_JSON = "application/problem+json";
const TYPE_BASE = "https://aftercart.dev/problems/";
const RETRY_AFTER_SECONDS = "10";

export const ProblemSchema = z
  .object({
    type: z.url().openapi({ example: `${TYPE_BASE}insufficient_stock` }),
    title: z.string().openapi({ example: "There is not enough stock" }),
    status: z.int().openapi({ example: 409 }),
    code: z.string().openapi({ description: "What callers may rely on.", example: "insufficient_stock" }),
    detail: z.string().optional(),
    requestId: z.string().openapi({ description: "Name it when you ask us what went wrong." }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: "For invalid input: where, and what about it." }),
  })
  .openapi("Problem", { additionalProperties: true });

type ProblemBody = z.infer<typeof ProblemSchema>;

/** A rejection: its code, and whatever facts come with it. */
type Rejection = Readonly<{ code: ProblemCode }>;
type ProblemResponse<Code extends ProblemCode> = Response &
  TypedResponse<ProblemBody, StatusOf<Code>, "json">;

/** The answer to a rejection. Its facts become members of the problem beside the standard ones. */
export function problem<R extends Rejection>(
  c: RequestContext,
  rejection: R,
  headers: Readonly<Record<string, string>> = {},
): ProblemResponse<R["code"]> {
  const { status, title } = PROBLEMS[rejection.code];
  const body = { ...rejection, type: TYPE_BASE + rejection.code, title, status, requestId: c.var.requestId };
  const retry = status === 503 || status === 429 ? { "retry-after": RETRY_AFTER_SECONDS } : {};
  const response: Response = c.body(JSON.stringify(body), status, {
    "content-type": PROBLEM_JSON,
    ...retry,
    ...headers,
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The table ties the status to the code.
  return response as ProblemResponse<R["code"]>;
}

type DocumentedProblem = {
  description: string;
  content: { "application/problem+json": { schema: typeof ProblemSchema } };
};
type EveryRoute = "invalid_request" | "rate_limited" | "internal_error" | "database_unavailable";
type WithKey = "unauthorized" | "forbidden";
type Documented<Code extends ProblemCode> = { [Status in StatusOf<Code>]: DocumentedProblem };

/** The responses of a route that takes an API key and may refuse with these codes, for `createRoute`. */
export const problems = <Code extends ProblemCode = never>(
  ...codes: readonly Code[]
): Documented<Code | EveryRoute | WithKey> =>
  documented<Code | WithKey>(...codes, "unauthorized", "forbidden");

/** The same for a route that needs no key. */
export const publicProblems = <Code extends ProblemCode = never>(
  ...codes: readonly Code[]
): Documented<Code | EveryRoute> => documented(...codes);

/** Of a route with a JSON body: what may be wrong with the body itself. */
export const BODY_PROBLEMS = ["malformed_request", "payload_too_large", "unsupported_media_type"] as const;

function documented<Code extends ProblemCode>(...codes: readonly Code[]): Documented<Code | EveryRoute> {
  const every = [
    ...codes,
    "invalid_request",
    "rate_limited",
    "internal_error",
    "database_unavailable",
  ] satisfies ProblemCode[];
  const titles = Map.groupBy(new Set<ProblemCode>(every), (code) => PROBLEMS[code].status);
  const responses = [...titles].map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(" "),
      content: { [PROBLEM_JSON]: { schema: ProblemSchema } },
    },
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.fromEntries forgets its keys.
  return Object.fromEntries(responses) as Documented<Code | EveryRoute>;
}

/** What a thrown error is answered with. A bug shows nothing of itself but the request's id. */
export function onError(error: Error, c: HonoContext<AppEnv>): Response {
  if (error instanceof HTTPException) {
    if (error.status === 415) return problem(c, { code: "unsupported_media_type" });
    if (error.status === 413) return problem(c, { code: "payload_too_large" });
    if (error.status === 400) return problem(c, { code: "malformed_request", detail: error.message });
  }
  log(error, c);
  const failure = databaseFailure(error);
  if (error instanceof DatabaseUnavailable || failure === "overloaded" || failure === "outcome_unknown") {
    return problem(c, { code: "database_unavailable" });
  }
  return problem(c, { code: "internal_error" });
}

/** The route's pattern, not its path: paths hold signatures. Nothing of a body is logged. */
function log(error: Error, c: HonoContext<AppEnv>): void {
  const { name, message, stack } = error;
  const { method } = c.req;
  const { requestId } = c.var;
  console.error(logLine("error", message, { requestId, method, route: routePath(c, -1), name, stack }));
}

/** An answer must not grow with what is wrong: a body of brackets would be answered a hundredfold. */
const MAX_ERRORS = 20;

/** What zod found, by path from the top of what was read: a field that is not known is named itself. */
export const fieldErrors = (error: z.ZodError): { path: string; message: string }[] =>
  error.issues
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({ path: [...issue.path, key], message: "is not a known field" }))
        : [issue],
    )
    .slice(0, MAX_ERRORS)
    .map(({ path, message }) => ({ path: path.map(String).join("."), message }));

/** Where a request does not fit its schema: OpenAPIHono's default hook. */
export function onInvalid(
  result: { success: boolean; target: string; error?: unknown },
  c: RequestContext,
): Response | undefined {
  if (result.success || !(result.error instanceof z.ZodError)) return undefined;
  return problem(c, { code: "invalid_request", in: result.target, errors: fieldErrors(result.error) });
}
