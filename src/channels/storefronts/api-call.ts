/**
 * One call of a storefront's API. Where it says to come again later, it says when in its own way: `Retry-After`
 * in seconds (RFC 9110, 10.2.3; Shopify, WordPress hosts), or milliseconds in a header of BigCommerce's.
 */
import { reject, type Result } from "../../kernel/result";
import type { StorefrontRejection } from "../ports";
import { parseJson } from "./body";

const TIMEOUT_MS = 15_000;
/** What asks to be waited for longer is a mistake, or is asked again then. */
const LONGEST_WAIT_MS = 15 * 60_000;

/** Of an answer; what sends more is broken, and must not take the memory that all channels share. */
const MAX_BYTES = 8_000_000;

export type ApiCall = Readonly<{
  method: "GET" | "POST" | "PUT";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: unknown;
}>;

export type ApiAnswer = Readonly<{
  status: number;
  body: Uint8Array;
  /** For how long it asks to be left alone. */
  afterMs: number;
}>;

/** What the storefront answers, whatever its status; null where it does not. */
export async function askApi(
  fetch: typeof globalThis.fetch,
  { method, url, headers, body }: ApiCall,
): Promise<ApiAnswer | null> {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, accept: "application/json", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // Credentials must not follow to wherever whoever answers likes.
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await readWithin(response, MAX_BYTES);
    return answer && { status: response.status, body: answer, afterMs: waitAsked(response) };
  } catch {
    return null;
  }
}

/** Null where there is more. */
async function readWithin(response: Response, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    // Leaving the loop ends the answer as well.
    if (length > maxBytes) return null;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** The answer's JSON. What an error says beyond its status is not passed on: it may quote what it was sent. */
export async function callApi(
  fetch: typeof globalThis.fetch,
  call: ApiCall,
): Promise<Result<unknown, StorefrontRejection>> {
  const answer = await askApi(fetch, call);
  if (!answer) return away("the storefront does not answer");
  const { status, body, afterMs } = answer;
  if (status < 200 || status > 299) {
    const detail = `the storefront answers ${status}`;
    return isRefusal(status) ? reject({ code: "refused", detail }) : away(detail, afterMs);
  }
  const parsed = parseJson(body);
  return parsed.ok ? parsed : away("the storefront answers what is no JSON");
}

export const away = (detail: string, afterMs = 0): Result<never, StorefrontRejection> =>
  reject({ code: "away", detail, afterMs });

/** The words themselves are at fault. Credentials, redirections, limits and outages pass or are mended. */
const isRefusal = (status: number): boolean => [400, 404, 409, 413, 422].includes(status);

function waitAsked({ headers }: Response): number {
  const seconds = Number(headers.get("retry-after") ?? 0);
  const ms = Number(headers.get("x-rate-limit-time-reset-ms") ?? 0);
  const asked = Math.max(seconds * 1_000 || 0, ms || 0);
  return Math.min(Math.max(0, asked), LONGEST_WAIT_MS);
}
