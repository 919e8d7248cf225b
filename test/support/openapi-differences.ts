/** Compares a request and its answer with an OpenAPI document. */
import { dereference, validate, type Schema } from "@cfworker/json-schema";

export type Exchange = Readonly<{
  method: string;
  path: string;
  /** Null if the request has no JSON body. */
  requestBody: unknown;
  status: number;
  contentType: string | null;
  body: string;
}>;

/** Routes that are pages or files, and no operations of the API. */
const UNDOCUMENTED: readonly RegExp[] = [
  /^\/s\/[^/]+\/[^/]+$/,
  /^\/reconciliations\/[^/]+$/,
  /^\/mail-preview$/,
  /^\/docs(?:\/.*)?$/,
  /^\/openapi\.json$/,
  /^\/robots\.txt$/,
  /^\/favicon\.(?:svg|ico)$/,
];

/** Their errors only repeat that a schema inside them has errors. */
const OUTER_KEYWORDS = ["$ref", "properties", "additionalProperties", "items", "allOf"];

const PROBLEM: Schema = { $ref: "#/components/schemas/Problem" };

type Content = Readonly<Record<string, Readonly<{ schema?: Schema }>>>;
type Operation = Readonly<{
  responses: Readonly<Record<string, Readonly<{ content?: Content }>>>;
  requestBody?: Readonly<{ content: Content }>;
}>;
type Document = Readonly<{
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: Readonly<{ schemas: Readonly<Record<string, Schema>> }>;
}>;

/** A function that returns how an exchange differs from the document; nothing if it is as described. */
export function differencesFrom(served: unknown): (exchange: Exchange) => string[] {
  const document = closed(served) as Document;
  const base = new URL("https://aftercart.test/openapi.json");
  const lookup = dereference({ components: document.components }, undefined, base);
  const known = new Map<Schema, string>();
  const paths = Object.entries(document.paths).map(([template, operations]) => ({
    template,
    operations,
    pattern: patternOf(template),
  }));

  const errorsOf = (value: unknown, schema: Schema, what: string): string[] => {
    if (!known.has(schema)) {
      known.set(schema, `/schema-${known.size}`);
      dereference(schema, lookup, base, known.get(schema));
    }
    const { errors } = validate(value, schema, "2020-12", lookup, false);
    return errors
      .filter(({ keyword }) => !OUTER_KEYWORDS.includes(keyword))
      .map(({ instanceLocation, keyword, error }) =>
        keyword === "false"
          ? `${what} ${instanceLocation}: is not documented`
          : `${what} ${instanceLocation}: ${error}`,
      );
  };

  return (exchange) => {
    const { method, status, contentType, body, requestBody } = exchange;
    const path = decodedPath(exchange.path);
    const found = paths
      .filter(({ pattern }) => pattern.test(path))
      .toSorted((a, b) => parametersIn(a.template) - parametersIn(b.template))[0];
    const operation = found?.operations[(method === "HEAD" ? "GET" : method).toLowerCase()];
    const name = `${method} ${found?.template ?? path}`;
    if (!operation) {
      if (UNDOCUMENTED.some((pattern) => pattern.test(path))) return [];
      const isPage = !path.startsWith("/v1/") && contentType?.startsWith("text/html");
      if (isPage && status === 404) return [];
      const expected = found ? [405, 413] : [404, 405, 413];
      return expected.includes(status)
        ? errorsOf(parsed(body), PROBLEM, "answer")
        : [`${name} is not documented, and is answered ${status}`];
    }
    const response = operation.responses[status];
    if (!response) return [`${name} does not document the status ${status}`];
    const sent =
      status < 300 && requestBody !== null ? operation.requestBody?.content["application/json"] : null;
    const ofRequest = sent?.schema ? errorsOf(requestBody, sent.schema, "request") : [];
    return [...ofRequest, ...answerErrors()].map((error) => `${name} ${status}: ${error}`);

    function answerErrors(): string[] {
      if (method === "HEAD") return [];
      if (!response!.content) return body === "" ? [] : ["answer has a body that is not documented"];
      const type = contentType?.split(";")[0]?.trim() ?? "none";
      const content = response!.content[type];
      if (!content) return [`answer has the content type ${type}, which is not documented`];
      if (!content.schema) return ["answer has no documented schema"];
      const value = type.endsWith("json") ? parsed(body) : body;
      return errorsOf(value, content.schema, "answer");
    }
  };
}

/** As the router reads it: `%6F` is `o`, but `%2F` is no slash. */
function decodedPath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Null if the text is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const parametersIn = (template: string): number => template.split("{").length - 1;

const patternOf = (template: string): RegExp =>
  new RegExp(`^${template.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);

/**
 * A copy whose objects with listed properties have no others, unless the document allows them: a field that is served
 * and not documented is a difference too. Parts of an `allOf` stay open for each other.
 */
function closed(value: unknown, isPart = false): unknown {
  if (Array.isArray(value)) return value.map((item) => closed(item, isPart));
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, closed(inner, name === "allOf")]),
  );
  const isOpenObject = "properties" in value && !("additionalProperties" in value);
  return isOpenObject && !isPart ? { ...copy, additionalProperties: false } : copy;
}
