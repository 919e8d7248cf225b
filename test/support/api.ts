/** Calls of the API with an API key, and sample bodies. */
import { env } from "cloudflare:workers";
import {
  apiKeyToken,
  hashOfToken,
  SECRET_BYTES,
  type ApiKey,
  type Scope,
} from "../../src/platform/auth/api-keys";
import { idFromBytes } from "../../src/kernel/ids";
import { insertApiKey } from "../../src/platform/auth/api-key-rows";
import { documented, fetchUnchecked } from "./documented";

/** Any JSON: each test knows the shape that it expects. */
type Body = ReturnType<typeof JSON.parse>;

export type Answer = Readonly<{ status: number; headers: Headers; body: Body }>;
export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** Creates an API key with the scopes. */
export const makeKey = (...scopes: Scope[]) => makeKeyIn(env.DB, ...scopes);

export async function makeKeyIn(
  database: D1Database,
  ...scopes: Scope[]
): Promise<{ key: ApiKey; token: string }> {
  const id = idFromBytes("key", random(17));
  const token = apiKeyToken(id, random(SECRET_BYTES));
  const key = { id, hash: hashOfToken(token), name: "test", scopes, createdAt: Date.now(), revokedAt: null };
  await insertApiKey(database, key);
  return { key, token };
}

const fetchDocumented = documented(fetchUnchecked);

/** Sends a request to the Worker. It throws if the answer is not as the OpenAPI document describes. */
export const fetchWorker = (path: string | Request, init?: RequestInit): Promise<Response> =>
  fetchDocumented(
    typeof path === "string" ? new Request(`https://aftercart.test${path}`, init) : path,
    init?.body ?? null,
  );

/** A caller with a new key that has the scopes. */
export async function callerWith(...scopes: Scope[]): Promise<Call> {
  const { token } = await makeKey(...scopes);
  return callerOf(token);
}

export const callerOf =
  (token: string): Call =>
  async (method, path, body, headers = {}) => {
    const response = await fetchWorker(path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? {} : JSON.parse(text) };
  };

/** A name that no other test uses. */
export const unique = (prefix: string): string => `${prefix}-${crypto.randomUUID().slice(0, 8)}`;

export const anAddress = {
  line1: "Street 1",
  city: "Berlin",
  postalCode: "10115",
  countryCode: "DE",
};

export const aLocation = (over: Record<string, unknown> = {}) => ({
  name: "Berlin",
  kind: "warehouse",
  address: anAddress,
  latitude: 52.52,
  longitude: 13.405,
  timeZone: "Europe/Berlin",
  cutOff: "16:00",
  workingDays: [1, 2, 3, 4, 5],
  priority: 10,
  ...over,
});

export const aSku = (over: Record<string, unknown> = {}) => ({
  title: "Mug",
  weightGrams: 350,
  unitCostMinor: 420,
  policy: "deny",
  ...over,
});

export const aCarrierService = (over: Record<string, unknown> = {}) => ({
  carrier: "DHL",
  service: "Paket",
  name: "DHL Paket",
  zones: [
    {
      name: "Anywhere",
      minTransitDays: 1,
      maxTransitDays: 3,
      prices: [
        { upToGrams: 1_000, priceMinor: 500 },
        { upToGrams: 5_000, priceMinor: 900 },
      ],
    },
  ],
  ...over,
});

export const aChannel = (over: Record<string, unknown> = {}) => ({
  name: "Web shop",
  kind: "generic",
  currency: "EUR",
  shortagePolicy: "backorder",
  ...over,
});
