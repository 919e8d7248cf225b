/** Rejections as RFC 9457 `application/problem+json`: a stable code, its fields, and the id of the request. */
import type { Context as HonoContext, TypedResponse } from "hono";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import { z } from "@hono/zod-openapi";
import type { FieldError } from "../../kernel/field-errors";
import { logLine } from "../../kernel/log-line";
import { DatabaseUnavailable, databaseFailure } from "../d1/errors";
import type { AppEnv, RequestContext } from "./app-types";
import { isAnsweredAsPage, ProblemPage } from "./problem-page";
import { HtmlPage } from "./schemas";
import { PROBLEMS, type ProblemCode, type StatusOf } from "./problem-table";

export const PROBLEM_JSON = "application/problem+json";
const TYPE_BASE = "https://aftercart.dev/problems/";
const RETRY_AFTER_SECONDS = "10";

export const ProblemSchema = z
  .object({
    type: z.url().openapi({ example: `${TYPE_BASE}insufficient_stock` }),
    title: z.string().openapi({ example: PROBLEMS.insufficient_stock.title }),
    status: z.int().openapi({ example: 409 }),
    code: z
      .string()
      .openapi({ description: "Stable; callers may depend on it.", example: "insufficient_stock" }),
    detail: z.string().optional(),
    requestId: z.string().openapi({ description: "Include it when you report a problem." }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: "The invalid fields of the input." }),
  })
  .openapi("Problem", { additionalProperties: true });

type ProblemBody = z.infer<typeof ProblemSchema>;

/** A rejection: its code, and further fields. */
type Rejection = Readonly<{ code: ProblemCode; detail?: string; errors?: readonly FieldError[] }>;
type ProblemResponse<Code extends ProblemCode> = Response &
  TypedResponse<ProblemBody, StatusOf<Code>, "json">;

/**
 * The answer to a rejection. The rejection's fields become members of the problem beside the standard ones. A browser
 * that asked for a page gets a page.
 */
export function problem<R extends Rejection>(
  c: RequestContext,
  rejection: R,
  headers: Readonly<Record<string, string>> = {},
): ProblemResponse<R["code"]> {
  const { status } = PROBLEMS[rejection.code];
  const retry = status === 503 || status === 429 ? { "retry-after": RETRY_AFTER_SECONDS } : {};
  const { requestId } = c.var;
  const asPage = isAnsweredAsPage(c);
  const text = asPage ? problemPage(rejection, requestId) : problemText(rejection, requestId);
  const response: Response = c.body(text, status, {
    "content-type": asPage ? "text/html; charset=UTF-8" : PROBLEM_JSON,
    ...(asPage && { "cache-control": "no-store" }),
    ...retry,
    ...headers,
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The table ties the status to the code.
  return response as ProblemResponse<R["code"]>;
}

/** The body of the answer to a rejection. */
export function problemText(rejection: Rejection, requestId: string): string {
  const { code } = rejection;
  const { status, title } = PROBLEMS[code];
  return JSON.stringify({ ...rejection, type: TYPE_BASE + code, title, status, requestId });
}

function problemPage({ code, detail, errors = [] }: Rejection, requestId: string): string {
  const { title } = PROBLEMS[code];
  // oxlint-disable-next-line typescript/no-base-to-string -- The text of an element is its HTML.
  return String(ProblemPage({ title, detail, errors, requestId }));
}

type DocumentedProblem = {
  description: string;
  content: { "application/problem+json": { schema: typeof ProblemSchema } };
};
type EveryRoute =
  | "unknown_parameter"
  | "invalid_request"
  | "rate_limited"
  | "internal_error"
  | "database_unavailable";
type WithKey = "unauthorized" | "forbidden";
type Documented<Code extends ProblemCode> = { [Status in StatusOf<Code>]: DocumentedProblem };

/** For `createRoute`: the problems of a route that needs an API key, with those that every such route may answer. */
export const problems = <Code extends ProblemCode = never>(
  ...codes: readonly Code[]
): Documented<Code | EveryRoute | WithKey> =>
  documented<Code | WithKey>(...codes, "unauthorized", "forbidden");

/** The same for a route that needs no key. */
export const publicProblems = <Code extends ProblemCode = never>(
  ...codes: readonly Code[]
): Documented<Code | EveryRoute> => documented(...codes);

/** The same problems for a route that also has a page: a browser gets them as pages. */
export const withPages = <Responses extends Partial<Record<number, DocumentedProblem>>>(
  responses: Responses,
): Responses =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A content type more is no other type of answer.
  Object.fromEntries(
    Object.entries(responses).map(([status, problem]) => [
      status,
      { ...problem, content: { ...problem?.content, "text/html": { schema: HtmlPage } } },
    ]),
  ) as unknown as Responses;

/** The problems of a JSON body itself. */
export const BODY_PROBLEMS = ["malformed_request", "payload_too_large", "unsupported_media_type"] as const;

/** The problems of a route that takes an Idempotency-Key. */
export const KEY_PROBLEMS = ["request_in_progress", "idempotency_key_reused", "answer_not_kept"] as const;

function documented<Code extends ProblemCode>(...codes: readonly Code[]): Documented<Code | EveryRoute> {
  const every = [
    ...codes,
    "unknown_parameter",
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

/** The answer to a thrown error. Of an unexpected error it shows nothing but the request's id. */
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

/** Logs the route's pattern instead of its path, because paths contain signatures. Bodies are not logged. */
function log(error: Error, c: HonoContext<AppEnv>): void {
  const { name, message, stack } = error;
  const { method } = c.req;
  const { requestId } = c.var;
  console.error(logLine("error", message, { requestId, method, route: routePath(c, -1), name, stack }));
}

/** Bounds the answer: a body with an error in each character would be answered a hundredfold. */
const MAX_ERRORS = 20;

/** The errors that zod found, by path. An unknown field is reported at its own path. */
export const fieldErrors = (error: z.ZodError): { path: string; message: string }[] =>
  error.issues
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({ path: [...issue.path, key], message: "is not a known field" }))
        : [issue],
    )
    .slice(0, MAX_ERRORS)
    .map(({ path, message }) => ({ path: path.map(String).join("."), message }));

/** Answers a request that does not match its schema. It is the default hook of OpenAPIHono. */
export function onInvalid(
  result: { success: boolean; target: string; error?: unknown },
  c: RequestContext,
): Response | undefined {
  if (result.success || !(result.error instanceof z.ZodError)) return undefined;
  return problem(c, { code: "invalid_request", in: result.target, errors: fieldErrors(result.error) });
}
