/** Fails a test whose request is not answered as the served OpenAPI document describes. */
import { exports } from "cloudflare:workers";
import { differencesFrom, parsed } from "./openapi-differences";

export type Fetch = (request: Request) => Promise<Response>;
type Differences = ReturnType<typeof differencesFrom>;

/** Sends the request to the Worker. */
export const fetchUnchecked: Fetch = (request) => exports.default.fetch(request);

const differencesOf = new WeakMap<Fetch, Promise<Differences>>();

/**
 * The fetcher, with every answer compared to the document that `served` returns. The document is fetched once. A text
 * that was sent as the body is compared too, if it was accepted.
 */
export function documented(
  fetch: Fetch,
  served: Fetch = fetch,
): (request: Request, sent?: BodyInit | null) => Promise<Response> {
  return async (request, sent = null) => {
    const response = await fetch(request);
    const differences = differencesOf.get(served) ?? documentOf(served).then(differencesFrom);
    differencesOf.set(served, differences);
    const found = (await differences)({
      method: request.method,
      path: new URL(request.url).pathname,
      requestBody: typeof sent === "string" ? parsed(sent) : null,
      status: response.status,
      contentType: response.headers.get("content-type"),
      body: await response.clone().text(),
    });
    if (found.length > 0) throw new Error(`not as documented: ${found.slice(0, 5).join("; ")}`);
    return response;
  };
}

const documentOf = async (served: Fetch): Promise<unknown> =>
  (await served(new Request("https://aftercart.test/openapi.json"))).json();
