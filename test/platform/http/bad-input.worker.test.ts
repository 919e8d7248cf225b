/**
 * Any input to any operation of the OpenAPI document is answered below 500, and a rejection names the field. New
 * operations are covered as soon as they are in the document.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { fetchWorker, makeKey } from "../../support/api";
import {
  bodySchemaOf,
  endpointsOf,
  filledPath,
  pathsIn,
  withValueAt,
  sampleOf,
  type Document,
  type Endpoint,
} from "../../support/openapi-samples";

let token: string;
let document: Document;
let endpoints: Endpoint[];
beforeAll(async () => {
  ({ token } = await makeKey("admin"));
  document = await (await fetchWorker("/openapi.json")).json();
  // Webhooks answer as their senders require, and have tests of their own.
  endpoints = endpointsOf(document).filter(({ path }) => !path.startsWith("/v1/webhooks/"));
});

type Answer = { status: number; type: string | null; code?: string; errors?: { path: string }[] };

async function send(endpoint: Endpoint, body: BodyInit | null, query = ""): Promise<Answer> {
  const response = await fetchWorker(filledPath(document, endpoint) + query, {
    method: endpoint.method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === null ? {} : { "content-type": "application/json" }),
    },
    body,
  });
  const type = response.headers.get("content-type");
  const answer: Partial<Answer> =
    response.status >= 400 && type === "application/problem+json" ? await response.json() : {};
  if (response.status < 400) await response.body?.cancel();
  return { ...answer, status: response.status, type };
}

const HOSTILE: unknown[] = [
  null,
  true,
  0,
  -1,
  0.1,
  1e308,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  "",
  " ",
  "-1",
  "1e400",
  "\u0000",
  "\ud800",
  "../../etc/passwd",
  "'; DROP TABLE orders; --",
  "__proto__",
  "XXX",
  "9999-99-99T99:99:99Z",
  "x".repeat(5_000),
  [],
  [[]],
  [null],
  {},
  { constructor: { prototype: 1 } },
];

/** Whether the path is the place, contains it, or lies in it. */
const isAbout = (path: string, place: string) =>
  path === "" ||
  path === place ||
  place.startsWith(`${path}.`) ||
  path.startsWith(`${place}.`) ||
  place === "";

const UNKNOWN_PARAMETERS = [
  ["?chanelId=web", "chanelId"],
  ["?limits=1", "limits"],
  ["?Status=open", "Status"],
  ["?constructor=1", "constructor"],
] as const;

describe("every operation", () => {
  it("names the field that has an invalid value", { timeout: 300_000 }, async () => {
    const samples = new Map<string, { endpoint: Endpoint; sample: unknown; usual: Map<string, string> }>();
    const places: [operationId: string, place: (string | number)[]][] = [];
    for (const endpoint of endpoints) {
      const schema = bodySchemaOf(endpoint);
      if (!schema) continue;
      const { operationId } = endpoint.operation;
      const sample = sampleOf(document, schema);
      const answer = await send(endpoint, JSON.stringify(sample));
      expect([operationId, answer.status < 500]).toEqual([operationId, true]);
      const usual = new Map((answer.errors ?? []).map((error) => [JSON.stringify(error), error.path]));
      samples.set(operationId, { endpoint, sample, usual });
      places.push(...pathsIn(sample).map((place): [string, (string | number)[]] => [operationId, place]));
    }
    expect(samples.size).toBeGreaterThan(5);

    const hostile = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...HOSTILE) },
      { weight: 1, arbitrary: fc.jsonValue() },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), hostile, async ([operationId, place], value) => {
        const { endpoint, sample, usual } = samples.get(operationId)!;
        const answer = await send(endpoint, JSON.stringify(withValueAt(sample, place, value)));
        expect(answer.status).toBeLessThan(500);
        if (answer.status < 400) return;
        expect(answer.type).toBe("application/problem+json");
        // Errors that the sample has anyway do not count.
        const added = (answer.errors ?? []).filter((error) => !usual.has(JSON.stringify(error)));
        if (answer.code !== "invalid_request" || added.length === 0) return;
        const isHere = (path: string) => isAbout(path, place.join("."));
        const about = added.map(({ path }) => path).filter(isHere);
        // A valid value where the sample's was invalid may lead to errors that are checked only then.
        if (about.length === 0 && [...usual.values()].some(isHere)) return;
        expect(about).not.toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it("rejects a body that cannot be parsed", { timeout: 120_000 }, async () => {
    for (const endpoint of endpoints) {
      const schema = bodySchemaOf(endpoint);
      if (!schema) continue;
      const text = JSON.stringify(sampleOf(document, schema));
      const unreadable: [BodyInit, number][] = [
        [text.slice(0, -1), 400],
        [`${text}}`, 400],
        [new Uint8Array([0x22, 0xc3, 0x28, 0x22]), 400],
        ["[".repeat(10_000), 400],
        [`{"x":${"[".repeat(40)}${"]".repeat(40)}}`, 400],
        ["x".repeat(300_000), 413],
      ];
      for (const [body, status] of unreadable) {
        const answer = await send(endpoint, body);
        expect([endpoint.operation.operationId, answer.status]).toEqual([
          endpoint.operation.operationId,
          status,
        ]);
      }
    }
  });

  it("refuses a query parameter that it does not have, and names it", { timeout: 120_000 }, async () => {
    for (const endpoint of endpoints) {
      const body = bodySchemaOf(endpoint) ? "{}" : null;
      for (const [query, name] of UNKNOWN_PARAMETERS) {
        const { status, code, errors } = await send(endpoint, body, query);
        expect([endpoint.operation.operationId, status, code, errors?.map(({ path }) => path)]).toEqual([
          endpoint.operation.operationId,
          400,
          "unknown_parameter",
          [name],
        ]);
      }
    }
  });

  it("answers invalid query parameters below 500", { timeout: 120_000 }, async () => {
    const texts = ["", "-1", "x".repeat(2_000), "%00", "%FF", "0", "1e9", "'", "a&limit=2", "..%2F"];
    for (const endpoint of endpoints.filter(({ method }) => method === "GET")) {
      for (const { name } of (endpoint.operation.parameters ?? []).filter((each) => each.in === "query")) {
        for (const text of texts) {
          const { status } = await send(endpoint, null, `?${name}=${text}`);
          expect([`${endpoint.operation.operationId}?${name}=${text}`, status < 500]).toEqual([
            `${endpoint.operation.operationId}?${name}=${text}`,
            true,
          ]);
        }
      }
    }
  });
});
