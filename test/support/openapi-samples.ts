/** Sample requests from the served OpenAPI document, valid ones and changed ones. */

export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  example?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  minimum?: number;
  format?: string;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  const?: unknown;
  additionalProperties?: boolean | Schema;
};

type Parameter = { name: string; in: string; schema: Schema };
export type Operation = {
  operationId: string;
  description?: string;
  security?: unknown[];
  parameters?: Parameter[];
  responses?: Record<string, { content?: Record<string, { schema: Schema }> }>;
  requestBody?: { content: Record<string, { schema: Schema }> };
};
export type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

export type Endpoint = Readonly<{ method: string; path: string; operation: Operation }>;

export const endpointsOf = ({ paths }: Document): Endpoint[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

export const bodySchemaOf = ({ operation }: Endpoint): Schema | undefined =>
  operation.requestBody?.content["application/json"]?.schema;

/** Texts whose format the schema gives only in its description. */
const USUAL_TEXTS: Record<string, string> = {
  currency: "EUR",
  countryCode: "DE",
  unitPrice: "10.00",
  amount: "10.00",
  total: "20.00",
  discount: "0.00",
  tax: "0.00",
  shipping: "0.00",
  email: "a@example.com",
};

/** A value that fits the schema, with all properties. @param name the property that it is for. */
export function sampleOf(document: Document, given: Schema, name = ""): unknown {
  const schema = resolved(document, given);
  if (schema.example !== undefined) return schema.example;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => sampleOf(document, part)));
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return sampleOf(document, choice, name);
  switch ([schema.type ?? "string"].flat()[0] ?? "string") {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, part]) => [name, sampleOf(document, part, name)]),
      );
    case "array":
      return schema.items ? [sampleOf(document, schema.items)] : [];
    case "integer":
    case "number":
      return Math.max(schema.minimum ?? 1, 1);
    case "boolean":
      return true;
    case "string":
      return schema.format === "date-time" ? "2026-11-22T09:00:00.000Z" : (USUAL_TEXTS[name] ?? "sample");
    default:
      return "sample";
  }
}

/** The path with every parameter filled in. */
export const filledPath = (document: Document, { path, operation }: Endpoint): string =>
  (operation.parameters ?? [])
    .filter((parameter) => parameter.in === "path")
    .reduce(
      (filled, { name, schema }) =>
        filled.replace(`{${name}}`, encodeURIComponent(String(sampleOf(document, schema)))),
      path,
    );

/** The path of every value inside a value, itself first: `["lines", 0, "sku"]`. */
export function pathsIn(value: unknown, place: readonly (string | number)[] = []): (string | number)[][] {
  const inside = Array.isArray(value)
    ? value.flatMap((item, i) => pathsIn(item, [...place, i]))
    : value !== null && typeof value === "object"
      ? Object.entries(value).flatMap(([name, item]) => pathsIn(item, [...place, name]))
      : [];
  return [[...place], ...inside];
}

/** A copy of the value with another value at the path. */
export function withValueAt(value: unknown, place: readonly (string | number)[], by: unknown): unknown {
  const [first, ...rest] = place;
  if (first === undefined) return by;
  if (Array.isArray(value)) return value.map((item, i) => (i === first ? withValueAt(item, rest, by) : item));
  const whole = new Map(Object.entries(value ?? {}));
  return Object.fromEntries(whole.set(String(first), withValueAt(whole.get(String(first)), rest, by)));
}

function resolved(document: Document, schema: Schema): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : { ...document.components.schemas[name], ...schema };
}
