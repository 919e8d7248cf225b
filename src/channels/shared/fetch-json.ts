/** Requests of a storefront's order: what the response means for this order, and for all others of the store. */
import { accept, reject, type Result } from "../../kernel/result";
import type { Fetch } from "../storefront-adapter";
import type { FetchRejection } from "../storefront-api";
import { fetchResponse } from "./api-call";
import { parseJson } from "./body";

export type JsonResponse = Readonly<{
  status: 200 | 204 | 404;
  /** Null if there is none, or if the page of a 404 is not JSON. */
  value: unknown;
}>;

export type GetJson = (path: string) => Promise<Result<JsonResponse, FetchRejection>>;

/** A wrong token, too many requests, out of service: every other request has the same answer. */
const OF_THE_STORE: readonly number[] = [401, 403, 429, 503];

/** `name`: the storefront's, for rejections. Their text quotes no response, which may contain the customer's data. */
export const createGetJson =
  (
    { name, baseUrl, headers }: Readonly<{ name: string; baseUrl: string; headers: Record<string, string> }>,
    fetch: Fetch,
  ): GetJson =>
  async (path) => {
    const response = await fetchResponse(fetch, { method: "GET", url: `${baseUrl}${path}`, headers });
    if (!response) return away(`${name} does not answer`, 0);
    const { status, body, afterMs } = response;
    if (OF_THE_STORE.includes(status)) return away(`${name} answers ${status}`, afterMs);
    if (status === 204) return accept({ status, value: null });
    if (status !== 200 && status !== 404) return unusable(`${name} answers ${status}`);
    const parsed = parseJson(body);
    if (parsed.ok) return accept({ status, value: parsed.value });
    return status === 404 ? accept({ status, value: null }) : unusable(`${name}'s answer is not JSON`);
  };

const away = (detail: string, afterMs: number): Result<never, FetchRejection> =>
  reject({ code: "storefront_away", detail, afterMs });

export const unusable = (detail: string): Result<never, FetchRejection> =>
  reject({ code: "answer_unusable", detail });
