/**
 * `Idempotency-Key` for writes: the first request with a key runs, and later ones get its answer. The same key with
 * another request is rejected. The creation of an order does not use this: it writes its answer in the order's batch.
 */
import { createMiddleware } from "hono/factory";
import { beginIdempotent, finishIdempotent, releaseIdempotent, type Answer } from "./idempotency-keys";
import type { AppEnv, RequestContext } from "../http/app-types";
import { problem, PROBLEM_JSON, problemText } from "../http/problem";
import { PROBLEMS } from "../http/problem-table";

const REPLAYED_HEADER = "idempotency-replayed";
const MAX_KEY_LENGTH = 255;

/**
 * The stored key. It contains the API key's id, which has no colon, so that two callers with the same idempotency key do
 * not collide.
 */
export const storedKeyOf = (apiKeyId: string, idempotencyKey: string): string =>
  `${apiKeyId}:${idempotencyKey}`;

/** Lower-case hexadecimal SHA-256 over method, path, query and body, which identify a request. */
export async function requestHash({ req }: RequestContext): Promise<string> {
  const body = await req.arrayBuffer();
  const head = new TextEncoder().encode(`${req.method} ${req.path}${new URL(req.url).search}\n`);
  const whole = new Uint8Array(head.length + body.byteLength);
  whole.set(head);
  whole.set(new Uint8Array(body), head.length);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Middleware after `requireScope`. Without the header the request runs every time. */
export const idempotent = createMiddleware<AppEnv>(async (c, next) => {
  const idempotencyKey = c.req.header("idempotency-key");
  if (idempotencyKey === undefined) return next();
  if (idempotencyKey.length === 0 || idempotencyKey.length > MAX_KEY_LENGTH) {
    const errors = [{ path: "idempotency-key", message: `must have 1 to ${MAX_KEY_LENGTH} characters` }];
    return problem(c, { code: "invalid_request", in: "header", errors });
  }
  const { databases, now } = c.var.context;
  const request = {
    key: storedKeyOf(c.var.apiKey.id, idempotencyKey),
    requestHash: await requestHash(c),
  };
  const begun = await beginIdempotent(databases.primary, request, now());
  switch (begun.state) {
    case "reused":
      return problem(c, { code: "idempotency_key_reused" });
    case "in_progress":
      return problem(c, { code: "request_in_progress" }, { "retry-after": "1" });
    case "finished":
      return replay(begun);
    case "first":
      c.set("idempotentRequest", request);
      await next();
      const answer = await answerOf(c.res, c.var.requestId);
      await (isFinal(answer)
        ? finishIdempotent(databases.primary, request, answer)
        : releaseIdempotent(databases.primary, request));
  }
});

/**
 * Successes are final, and rejections because of the state of the system. Failures, invalid requests and lost races are
 * not: they can be sent again with the same key.
 */
export const isFinal = ({ status, response }: Answer): boolean =>
  status < 400 || status === 404 || (status === 409 && !isLostRace(response));

const isLostRace = (response: string | null): boolean =>
  (JSON.parse(response ?? "{}") as { code?: string }).code === "version_conflict";

/** The response as it is stored for later requests with the key. */
export const answerOf = async (response: Response, requestId: string): Promise<Answer> =>
  answerToStore(response.status, await response.clone().text(), requestId);

/** A row of the database may have 2 MB, and a character up to three bytes. */
const MAX_STORED_CHARACTERS = 500_000;

/** The answer as it is stored. Of an answer that is too large, later requests learn only that the request is done. */
export function answerToStore(status: number, body: string, requestId: string): Answer {
  if (body.length <= MAX_STORED_CHARACTERS) return { status, response: body === "" ? null : body };
  const rejection = { code: "answer_not_kept", detail: "Read what it changed." } as const;
  return { status: PROBLEMS[rejection.code].status, response: problemText(rejection, requestId) };
}

/** A stored answer, marked by a header. */
export function replay({ status, response }: Answer): Response {
  const type = status >= 400 ? PROBLEM_JSON : "application/json";
  const headers = new Headers({ [REPLAYED_HEADER]: "true" });
  if (response !== null) headers.set("content-type", type);
  return new Response(response, { status, headers });
}
