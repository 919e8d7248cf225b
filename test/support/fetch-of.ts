/** A storefront's API in a pure test. */
import type { Fetch } from "../../src/channels/storefront-adapter";

export type Responses = Readonly<Record<string, () => Response | Promise<Response>>>;

/** A `fetch` that returns these responses by address, and records its requests. */
export function fetchOf(responses: Responses) {
  const requests: { url: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    requests.push({ url, init: init ?? {} });
    const respond = responses[url];
    if (!respond) throw new Error(`the test has no response for ${url}`);
    return respond();
  };
  return { fetch, requests };
}
