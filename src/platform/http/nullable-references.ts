/**
 * Mends nullable references in the OpenAPI document. The generator writes one as `allOf` of the reference and a type
 * that includes null, which null does not satisfy (https://github.com/asteasolutions/zod-to-openapi/pull/387). If the
 * first reference to a schema is nullable, it even makes the named schema nullable: then a plain reference means one
 * that may be null, and `allOf` with a type without null means one that may not.
 */

type Node = Readonly<Record<string, unknown>>;

/** A copy in which no named schema allows null, and each nullable reference is `anyOf` the reference or null. */
export function withNullableReferences<Document extends object>(document: Document): Document {
  const components = "components" in document && isNode(document.components) ? document.components : {};
  const named = isNode(components.schemas) ? components.schemas : {};
  const nullable = new Set(
    Object.entries(named)
      .filter(([, schema]) => isNode(schema) && allowsNull(schema))
      .map(([name]) => `#/components/schemas/${name}`),
  );
  const notNull = Object.fromEntries(
    Object.entries(named).map(([name, schema]) => [name, isNode(schema) ? withoutNull(schema) : schema]),
  );
  const given =
    "components" in document ? { ...document, components: { ...components, schemas: notNull } } : document;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only schemas change, and they stay schemas.
  return mended(given, nullable) as Document;
}

function mended(value: unknown, nullable: ReadonlySet<unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => mended(item, nullable));
  if (!isNode(value)) return value;
  if (nullable.has(value.$ref)) return orNull(value);
  const [reference, added, ...others] = Array.isArray(value.allOf) ? (value.allOf as unknown[]) : [];
  if (others.length === 0 && isNode(reference) && "$ref" in reference && isNode(added)) {
    const { type, enum: _enum, ...annotations } = added;
    const mayBeNull = type === undefined ? nullable.has(reference.$ref) : allowsNull(added);
    if (mayBeNull) return { ...orNull(reference), ...annotations };
    if (nullable.has(reference.$ref)) {
      return Object.keys(annotations).length === 0 ? reference : { allOf: [reference, annotations] };
    }
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mended(inner, nullable)]));
}

const orNull = (reference: Node) => ({ anyOf: [reference, { type: "null" }] });

function withoutNull(schema: Node): Node {
  if (!allowsNull(schema)) return schema;
  const types = [schema.type].flat().filter((type) => type !== "null");
  const values = Array.isArray(schema.enum) ? { enum: schema.enum.filter((value) => value !== null) } : {};
  return { ...schema, type: types.length === 1 ? types[0] : types, ...values };
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const allowsNull = ({ type }: Node): boolean => [type].flat().includes("null");
