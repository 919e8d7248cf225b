/** Limits of requests: size and nesting of bodies, and rates. */
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import type { AppEnv, RequestContext } from "./app-types";
import { unknownParametersProblem } from "./known-parameters";
import { problem } from "./problem";

const API_BODY_BYTES = 256 * 1024;
const MAX_DEPTH = 32;

const apiLimit = bodyLimit({
  maxSize: API_BODY_BYTES,
  onError: (c) =>
    problem(c as unknown as RequestContext, { code: "payload_too_large", maxBytes: API_BODY_BYTES }),
});

/** Rejects a body over the limit, with or without a `Content-Length`. Webhook routes limit their own bodies. */
export const limitBody = createMiddleware<AppEnv>((c, next) =>
  c.req.path.startsWith("/v1/webhooks/") ? next() : apiLimit(c, next),
);

/** Rejects JSON that is not UTF-8 or nested too deep before it is parsed. Webhook routes check their own bodies. */
export const readableJson = createMiddleware<AppEnv>(async (c, next) => {
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(c.req.header("content-type") ?? "");
  if (!isJson || c.req.path.startsWith("/v1/webhooks/")) return next();
  const fault = jsonFault(new Uint8Array(await c.req.arrayBuffer()));
  return fault ? problem(c, { code: "malformed_request", detail: fault }) : next();
});

/** Why the bytes are not acceptable as JSON, or null. The parser checks the syntax. */
function jsonFault(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return "the body is not UTF-8";
  return isTooDeep(bytes) ? `the body is nested deeper than ${MAX_DEPTH} levels` : null;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [34, 92, 91, 93, 123, 125];

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (inText) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Limits requests to public pages and routes, by the caller's address. */
export const limitPublic = createMiddleware<AppEnv>(async (c, next) => {
  const { success } = await c.env.PUBLIC_RATE_LIMIT.limit({ key: addressOf(c) });
  if (!success) return problem(c, { code: "rate_limited" });
  return unknownParametersProblem(c) ?? next();
});

/**
 * Limits callbacks by the caller's address, because their sender is known only after reading the whole body and computing
 * its signature. A storefront retries a callback that was rejected.
 */
export const limitCallbacks = createMiddleware<AppEnv>(async (c, next) => {
  const { success } = await c.env.API_RATE_LIMIT.limit({ key: `callbacks:${addressOf(c)}` });
  return success ? next() : problem(c, { code: "rate_limited" });
});

/** The caller's address. The platform sets this header; callers cannot. */
export const addressOf = (c: RequestContext): string => `ip:${c.req.header("cf-connecting-ip") ?? "unknown"}`;
