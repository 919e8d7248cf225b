/**
 * `Idempotency-Key` for writes: the first request with a key runs, and later ones get its answer. The same key with
 * another request is rejected. The creation of an order does not use this: it writes its key in the order's batch.
 */
import { createMiddleware } from "hono/factory";
import { beginIdempotent, finishIdempotent, releaseIdempotent } from "./idempotency-keys";
import type { AppEnv, RequestContext } from "../http/app-types";
import { problem, PROBLEM_JSON } from "../http/problem";

const REPLAYED_HEADER = "idempotency-replayed";
const MAX_KEY_LENGTH = 255;

/**
 * The stored key. It contains the API key's id, which has no colon, so that two callers with the same idempotency key do
 * not collide.
 */
export const storedKeyOf = (apiKeyId: string, idempotencyKey: string): string =>
  `${apiKeyId}:${idempotencyKey}`;

/** Lower-case hexadecimal SHA-256 over method, path and body, which identify a request. */
export async function requestHash(method: string, path: string, body: ArrayBuffer): Promise<string> {
  const head = new TextEncoder().encode(`${method} ${path}\n`);
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
    requestHash: await requestHash(c.req.method, c.req.path, await c.req.arrayBuffer()),
  };
  const begun = await beginIdempotent(databases.primary, request, now());
  switch (begun.state) {
    case "reused":
      return problem(c, { code: "idempotency_key_reused" });
    case "in_progress":
      return problem(c, { code: "request_in_progress" }, { "retry-after": "1" });
    case "finished":
      return replay(begun.status, begun.response);
    case "first":
      c.set("idempotentRequest", request);
      await next();
      await (isStored(c.res.status)
        ? finishIdempotent(databases.primary, request, await answerOf(c))
        : releaseIdempotent(databases.primary, request));
  }
});

/**
 * Successes are stored, and rejections because of the state of the system. Failures and invalid requests are not: they can
 * be sent again with the same key.
 */
const isStored = (status: number) => status < 400 || status === 404 || status === 409;

async function answerOf(c: RequestContext): Promise<{ status: number; response: string | null }> {
  const body = await c.res.clone().text();
  return { status: c.res.status, response: body === "" ? null : body };
}

/** A stored answer, marked by a header. */
export function replay(status: number, response: string | null): Response {
  const type = status >= 400 ? PROBLEM_JSON : "application/json";
  const headers = new Headers({ [REPLAYED_HEADER]: "true" });
  if (response !== null) headers.set("content-type", type);
  return new Response(response, { status, headers });
}
