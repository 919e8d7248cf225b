/**
 * One call of a storefront's API. A storefront that is busy returns how long to wait: `Retry-After` in seconds
 * (RFC 9110, 10.2.3; Shopify, WordPress hosts), or milliseconds in BigCommerce's own header.
 */
import type { z } from "zod";
import { accept, reject, type Result } from "../../kernel/result";
import { readAtMost } from "../../platform/http/read-at-most";
import type { Fetch } from "../storefront-adapter";
import type { StorefrontRejection } from "../storefront-api";
import { parseJson } from "./body";

const TIMEOUT_MS = 15_000;
/** A longer requested wait is taken for a mistake: the call is repeated after this time. */
const MAX_WAIT_MS = 15 * 60_000;

/** A longer response is a fault, and must not use up the memory that all channels share. */
const MAX_BYTES = 8_000_000;

export type ApiCall = Readonly<{
  method: "GET" | "POST" | "PUT";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: unknown;
}>;

export type ApiResponse = Readonly<{
  status: number;
  body: Uint8Array;
  headers: Headers;
  /** How long the storefront asks callers to wait; 0 if it does not. */
  afterMs: number;
}>;

/** The response, whatever its status; null if there is none, or one that is too long. */
export async function fetchResponse(
  fetch: Fetch,
  { method, url, headers, body }: ApiCall,
): Promise<ApiResponse | null> {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, accept: "application/json", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirection must not carry the credentials to another host.
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { status } = response;
    const bytes = await readAtMost(response.body, MAX_BYTES);
    return bytes && { status, body: bytes, headers: response.headers, afterMs: requestedWaitMs(response) };
  } catch {
    return null;
  }
}

/** The response's JSON; null if it has no content. The text of an error is not passed on: it may quote the request. */
export async function callApi(fetch: Fetch, call: ApiCall): Promise<Result<unknown, StorefrontRejection>> {
  const called = await callApiWithHeaders(fetch, call);
  return called.ok ? accept(called.value.json) : called;
}

/** For lists whose next page is named in a header. */
export async function callApiWithHeaders(
  fetch: Fetch,
  call: ApiCall,
): Promise<Result<Readonly<{ json: unknown; headers: Headers }>, StorefrontRejection>> {
  const response = await fetchResponse(fetch, call);
  if (!response) return away("the storefront does not answer");
  const { status, body, headers, afterMs } = response;
  if (status < 200 || status > 299) {
    const detail = `the storefront answers ${status}`;
    return isRefusal(status) ? reject({ code: "refused", detail }) : away(detail, afterMs);
  }
  if (status === 204) return accept({ json: null, headers });
  const parsed = parseJson(body);
  return parsed.ok ? accept({ json: parsed.value, headers }) : away("the storefront's answer is not JSON");
}

/** The value in the schema's shape. `name`: the storefront's, for the rejection. */
export function documentedShape<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  value: unknown,
): Result<z.output<Schema>, StorefrontRejection> {
  const parsed = schema.safeParse(value);
  return parsed.success ? accept(parsed.data) : away(`${name}'s answer is not in its documented form`);
}

/** Calls paths of one storefront's API, and returns what has the schema's shape. */
export type ApiCaller = <Schema extends z.ZodType>(
  call: Pick<ApiCall, "method" | "body"> & Readonly<{ path: string }>,
  schema: Schema,
) => Promise<Result<z.output<Schema>, StorefrontRejection>>;

/** `name`: the storefront's, for rejections. `baseUrl`: what every path begins with. */
export const createApiCaller =
  (
    { name, baseUrl, headers }: Readonly<{ name: string; baseUrl: string }> & Pick<ApiCall, "headers">,
    fetch: Fetch,
  ): ApiCaller =>
  async ({ path, ...call }, schema) => {
    const answer = await callApi(fetch, { ...call, url: `${baseUrl}${path}`, headers });
    return answer.ok ? documentedShape(name, schema, answer.value) : answer;
  };

export const away = (detail: string, afterMs = 0): Result<never, StorefrontRejection> =>
  reject({ code: "away", detail, afterMs });

/** The request itself is at fault. Wrong credentials, redirections, rate limits and outages can be mended. */
const isRefusal = (status: number): boolean => [400, 404, 409, 413, 422].includes(status);

function requestedWaitMs({ headers }: Response): number {
  const seconds = Number(headers.get("retry-after") ?? 0);
  const ms = Number(headers.get("x-rate-limit-time-reset-ms") ?? 0);
  const requested = Math.max(seconds * 1_000 || 0, ms || 0);
  return Math.min(Math.max(0, requested), MAX_WAIT_MS);
}
