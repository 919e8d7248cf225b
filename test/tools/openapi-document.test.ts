/** The OpenAPI document: nothing in it is unsatisfiable, every success body has a name, one parameter has one name. */
import { describe, expect, it } from "vitest";
import { routes } from "../../src/modules";
import { createApp } from "../../src/platform/http/app";
import { withNullableReferences } from "../../src/platform/http/nullable-references";
import { openApiDocument } from "../../src/platform/http/openapi";
import { differencesFrom, type Exchange } from "../support/openapi-differences";
import { endpointsOf, type Document } from "../support/openapi-samples";

const app = createApp(() => {
  throw new Error("the document needs no context");
}, routes);
const document = openApiDocument(app, "https://api.aftercart.test") as unknown as Document;
const endpoints = endpointsOf(document);

/** Every object inside the value, with its path. */
function objectsIn(value: unknown, path = ""): { path: string; object: Record<string, unknown> }[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.entries(value).flatMap(([name, inner]) => objectsIn(inner, `${path}/${name}`));
  return Array.isArray(value) ? inside : [{ path, object: { ...value } }, ...inside];
}

describe("the OpenAPI document", () => {
  it("has a named schema for the body of every success", () => {
    const unnamed = endpoints.flatMap(({ operation }) =>
      Object.entries(operation.responses ?? {})
        .filter(([status]) => status.startsWith("2"))
        .flatMap(([status, { content }]) =>
          Object.values(content ?? {}).map(({ schema }) => ({ status, schema })),
        )
        .filter(({ schema }) => schema.$ref === undefined)
        .map(({ status }) => `${operation.operationId} ${status}`),
    );
    expect(unnamed).toEqual([]);
  });

  it("names every path parameter by what it identifies", () => {
    const names = endpoints.flatMap(({ path }) => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!));
    expect([...new Set(names)].toSorted()).toEqual([
      "bucket",
      "carrier",
      "channelId",
      "code",
      "deadLetterId",
      "eventId",
      "findingId",
      "fulfillmentId",
      "inboundId",
      "keyId",
      "lineId",
      "locationId",
      "notificationId",
      "on",
      "orderId",
      "refundId",
      "requestId",
      "reservationId",
      "runId",
      "serviceId",
      "shipmentId",
      "signature",
      "simulationId",
      "sku",
    ]);
  });

  it("names a parameter as the fields of its bodies are named", () => {
    const fields = new Set(
      objectsIn(document.components.schemas).flatMap(({ object }) =>
        typeof object.properties === "object" ? Object.keys({ ...object.properties }) : [],
      ),
    );
    const paging = ["limit", "cursor", "show", "from", "to", "format"];
    const ofRequestsOnly = [...paging, "skus", "quantities", "strong", "remember", "signature", "q"];
    const queries = endpoints.flatMap(({ operation }) =>
      (operation.parameters ?? []).filter((parameter) => parameter.in === "query").map(({ name }) => name),
    );
    const unlike = [...new Set(queries)].filter(
      (name) => !fields.has(name) && !ofRequestsOnly.includes(name),
    );
    expect(unlike).toEqual([]);
  });

  it("allows null where a schema is used, and in no named schema itself", () => {
    const schemas = Object.entries(document.components.schemas);
    const nullable = schemas.filter(([, { type, anyOf = [] }]) =>
      [type, ...anyOf.map((each) => each.type)].flat().includes("null"),
    );
    expect(nullable.map(([name]) => name)).toEqual([]);
  });

  it("combines no reference with a schema that contradicts it", () => {
    const combined = objectsIn(document).filter(({ object }) => Array.isArray(object.allOf));
    const contradicting = combined.filter(({ object }) =>
      (object.allOf as Record<string, unknown>[]).some(
        (part) => part.additionalProperties === false || [part.type].flat().includes("null"),
      ),
    );
    expect(contradicting.map(({ path }) => path)).toEqual([]);
  });
});

describe("the worker tests", () => {
  const files = import.meta.glob<string>("../**/*.worker.test.ts", {
    query: "?raw",
    import: "default",
    eager: true,
  });

  it("send every request through a fetcher that compares the answer with the document", () => {
    const unchecked = Object.entries(files).filter(([, text]) => {
      const code = text.replaceAll(/"[^"\n]*"/g, "");
      return (
        /\b(?:exports\.default|worker)\.fetch\(|\bapp\.request\(/.test(code) ||
        (code.includes("app.fetch(") && !code.includes("documented("))
      );
    });
    expect(Object.keys(files).length).toBeGreaterThan(30);
    expect(unchecked.map(([path]) => path)).toEqual([]);
  });
});

describe("withNullableReferences", () => {
  const reference = { $ref: "#/components/schemas/Address" };

  it.each([
    {
      name: "a nullable reference",
      given: { allOf: [reference, { type: ["object", "null"] }] },
      mended: { anyOf: [reference, { type: "null" }] },
    },
    {
      name: "a nullable reference to a schema that is still being generated",
      given: { allOf: [reference, { type: "null" }] },
      mended: { anyOf: [reference, { type: "null" }] },
    },
    {
      name: "a nullable reference with a description",
      given: { allOf: [reference, { type: ["string", "null"], enum: ["a", null], description: "Where." }] },
      mended: { anyOf: [reference, { type: "null" }], description: "Where." },
    },
    {
      name: "a reference with a description, which stays",
      given: { allOf: [reference, { description: "Where." }] },
      mended: { allOf: [reference, { description: "Where." }] },
    },
    {
      name: "an extended reference, which stays",
      given: { allOf: [reference, { type: "object", properties: {} }] },
      mended: { allOf: [reference, { type: "object", properties: {} }] },
    },
  ])("mends $name", ({ given, mended }) => {
    expect(withNullableReferences({ paths: [{ schema: given }] })).toEqual({ paths: [{ schema: mended }] });
  });

  it.each([
    {
      name: "a plain reference may be null",
      given: reference,
      mended: { anyOf: [reference, { type: "null" }] },
    },
    {
      name: "a reference with a description may be null",
      given: { allOf: [reference, { description: "Where." }] },
      mended: { anyOf: [reference, { type: "null" }], description: "Where." },
    },
    {
      name: "a reference with a type may not",
      given: { allOf: [reference, { type: "object" }] },
      mended: reference,
    },
    {
      name: "a reference with a type and a description may not",
      given: { allOf: [reference, { type: "object", description: "Where." }] },
      mended: { allOf: [reference, { description: "Where." }] },
    },
  ])("takes null out of a named schema: $name", ({ given, mended }) => {
    const components = (type: unknown, values: unknown[]) => ({
      schemas: { Address: { type, enum: values, properties: {} } },
    });
    expect(
      withNullableReferences({
        components: components(["object", "null"], ["a", null]),
        paths: [{ schema: given }],
      }),
    ).toEqual({ components: components("object", ["a"]), paths: [{ schema: mended }] });
  });
});

describe("differencesFrom", () => {
  const NOTHING = /^$/;
  const sku = { type: "object", properties: { sku: { type: "string" } }, required: ["sku"] };
  const differences = differencesFrom({
    paths: {
      "/v1/skus/{sku}": {
        get: {
          responses: {
            200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Sku" } } } },
            204: {},
          },
        },
        put: {
          requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Sku" } } } },
          responses: { 204: {} },
        },
      },
    },
    components: {
      schemas: {
        Sku: sku,
        Problem: {
          type: "object",
          properties: { code: { type: "string" } },
          required: ["code"],
          additionalProperties: true,
        },
      },
    },
  });
  const usual: Exchange = {
    method: "GET",
    path: "/v1/skus/MUG",
    requestBody: null,
    status: 200,
    contentType: "application/json; charset=UTF-8",
    body: '{"sku":"MUG"}',
  };

  it.each<{ name: string; exchange: Partial<Exchange>; found: RegExp }>([
    { name: "nothing in an answer as documented", exchange: {}, found: NOTHING },
    { name: "nothing in an encoded path", exchange: { path: "/v1/%73kus/MUG" }, found: NOTHING },
    { name: "an undocumented status", exchange: { status: 201 }, found: /does not document the status 201/ },
    { name: "a missing field", exchange: { body: "{}" }, found: /sku/ },
    { name: "a field of another type", exchange: { body: '{"sku":1}' }, found: /#\/sku/ },
    {
      name: "an undocumented field",
      exchange: { body: '{"sku":"M","x":1}' },
      found: /#\/x: is not documented/,
    },
    { name: "a body that is no JSON", exchange: { body: "MUG" }, found: /answer/ },
    { name: "another content type", exchange: { contentType: "text/html" }, found: /text\/html/ },
    { name: "no content type", exchange: { contentType: null }, found: /content type none/ },
    { name: "a body that should be empty", exchange: { status: 204 }, found: /has a body/ },
    { name: "nothing in an answer to HEAD", exchange: { method: "HEAD", body: "" }, found: NOTHING },
    {
      name: "an accepted request that is not as documented",
      exchange: { method: "PUT", requestBody: { sku: 1 }, status: 204, body: "" },
      found: /request #\/sku/,
    },
    { name: "an undocumented path", exchange: { path: "/v1/colours" }, found: /not documented/ },
    {
      name: "an undocumented method",
      exchange: { method: "POST", status: 200 },
      found: /POST \/v1\/skus\/\{sku\} is not documented/,
    },
    {
      name: "nothing in a refusal of an unknown path",
      exchange: { path: "/v1/colours", status: 404, body: '{"code":"not_found","more":1}' },
      found: NOTHING,
    },
    {
      name: "a refusal that is no problem",
      exchange: { path: "/v1/colours", status: 404, body: "{}" },
      found: /code/,
    },
    { name: "nothing in a page", exchange: { path: "/docs", body: "<p>" }, found: NOTHING },
  ])("finds $name", ({ exchange, found }) => {
    expect(differences({ ...usual, ...exchange }).join("; ")).toMatch(found);
  });
});
