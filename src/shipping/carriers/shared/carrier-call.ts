/**
 * One call of a carrier's API: with a deadline, a limit of the answer's size, and `Retry-After` (RFC 9110, 10.2.3). An answer
 * that is lost, late, too long or no JSON leaves open whether the call was done.
 */
import { ok, rejected, unknown, type CarrierResult } from "../../domain/carrier-result";
import { readAtMost } from "../../../platform/http/read-at-most";
import type { Fetch } from "../../carrier-adapter";

/** A carrier that has not answered after so long may still do it. */
export const TIMEOUT_MS = 20_000;
const MAX_BYTES = 2_000_000;
/** A longer requested wait is taken for a mistake. */
const MAX_WAIT_MS = 60 * 60_000;

export type CarrierCall = Readonly<{
  method: "GET" | "POST";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: unknown;
  /** Default: `TIMEOUT_MS`. */
  timeoutMs?: number;
}>;

export type CarrierAnswer = Readonly<{ status: number; bytes: Uint8Array; afterMs: number }>;

/** The answer, whatever its status; null if there is none, or one that is too long. */
export async function callCarrier(
  fetch: Fetch,
  { method, url, headers, body, timeoutMs = TIMEOUT_MS }: CarrierCall,
  now: () => number = Date.now,
): Promise<CarrierAnswer | null> {
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: "application/json", "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirection must not carry credentials or addresses to another host.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const bytes = await readAtMost(response.body, MAX_BYTES);
    if (bytes === null) return null;
    return { status: response.status, bytes, afterMs: waitOf(response.headers.get("retry-after"), now()) };
  } catch {
    return null;
  }
}

/** The error of an answer in the carrier's own form; null if the answer has none. */
export type ErrorOf = (json: unknown) => string | null;

/**
 * The answer's JSON. `rejected` with the carrier's reason if it refuses the request itself, also in an answer of status
 * 200; `unknown` for everything that may be otherwise later.
 */
export async function callForJson(
  fetch: Fetch,
  call: CarrierCall,
  errorOf: ErrorOf,
): Promise<CarrierResult<unknown>> {
  const answer = await callCarrier(fetch, call);
  if (answer === null) return unknown("the carrier does not answer");
  const { status, bytes, afterMs } = answer;
  const json = jsonOf(bytes);
  const error = json === undefined ? null : errorOf(json);
  if (status >= 200 && status <= 299) {
    if (json === undefined) return unknown("the carrier's answer is not JSON");
    return error === null ? ok(json) : rejected(error);
  }
  if (isRefusal(status)) return rejected(error ?? `the carrier answers ${status}`);
  return unknown(`the carrier answers ${status}`, afterMs);
}

/** The request is at fault. Credentials, rate limits, timeouts and outages can be mended, and then the same is accepted. */
const isRefusal = (status: number): boolean =>
  status >= 400 && status <= 499 && ![401, 403, 408, 425, 429].includes(status);

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** In seconds, or as a date. */
function waitOf(retryAfter: string | null, now: number): number {
  if (retryAfter === null) return 0;
  const seconds = Number(retryAfter);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), MAX_WAIT_MS) : 0;
}
