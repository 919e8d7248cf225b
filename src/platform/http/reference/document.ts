/** The parts of an OpenAPI document that the reference shows. */

export type Schema = Readonly<{
  $ref?: string;
  type?: string | readonly string[];
  format?: string;
  enum?: readonly unknown[];
  const?: unknown;
  description?: string;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  additionalProperties?: boolean | Schema;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  default?: unknown;
  example?: unknown;
}>;

export type Content = Readonly<Record<string, Readonly<{ schema?: Schema }>>>;

type Parameter = Readonly<{
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}>;

export type Operation = Readonly<{
  operationId: string;
  summary: string;
  description?: string;
  tags?: readonly string[];
  parameters?: readonly Parameter[];
  requestBody?: Readonly<{ content: Content }>;
  responses: Readonly<Record<string, Readonly<{ description: string; content?: Content }>>>;
}>;

export type ApiDocument = Readonly<{
  info: Readonly<{ title: string; version: string; description?: string }>;
  tags?: readonly Readonly<{ name: string; description?: string }>[];
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: Readonly<{
    schemas: Readonly<Record<string, Schema>>;
    securitySchemes?: Readonly<Record<string, Readonly<{ description?: string }>>>;
  }>;
}>;

/** An operation with its method, in capitals, and its path. */
export type Endpoint = Readonly<{ method: string; path: string; operation: Operation }>;

export const endpointsOf = ({ paths }: ApiDocument): Endpoint[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );

/** The name of the schema that a reference points at; null if the schema is none. */
export const referredName = ({ $ref }: Schema): string | null => $ref?.split("/").at(-1) ?? null;

/** The schema itself, or the one that it refers to. */
export function resolved({ components }: ApiDocument, schema: Schema): Schema {
  const name = referredName(schema);
  return (name !== null && components.schemas[name]) || schema;
}

/** Limits of a schema's values, in words; empty if it has none. */
export function limitsOf(schema: Schema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, format } = schema;
  return [
    format ?? "",
    rangeText(minimum, maximum, ""),
    rangeText(minLength, maxLength, " characters"),
    rangeText(minItems, maxItems, " items"),
    schema.default === undefined ? "" : `default ${JSON.stringify(schema.default)}`,
  ].filter((text) => text !== "");
}

/** The bounds of every safe integer limit nothing. */
const isBound = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;

function rangeText(least: number | undefined, most: number | undefined, unit: string): string {
  if (isBound(least) && isBound(most))
    return least === most ? `${least}${unit}` : `${least} to ${most}${unit}`;
  if (isBound(least)) return `at least ${least}${unit}`;
  return isBound(most) ? `at most ${most}${unit}` : "";
}
