/**
 * Mends nullable references in the OpenAPI document. The generator writes one as `allOf` of the reference and a type
 * that includes null, which null does not satisfy (https://github.com/asteasolutions/zod-to-openapi/pull/387).
 */

type Node = Readonly<Record<string, unknown>>;

/** A copy in which each nullable reference is `anyOf` the reference or null. */
export function withNullableReferences<Document>(document: Document): Document {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only schemas change, and they stay schemas.
  return mended(document) as Document;
}

function mended(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mended);
  if (!isNode(value)) return value;
  const [reference, added, ...others] = Array.isArray(value.allOf) ? (value.allOf as unknown[]) : [];
  if (others.length === 0 && isNode(reference) && "$ref" in reference && isNode(added) && isNullable(added)) {
    const { type: _type, enum: _enum, ...annotations } = added;
    return { anyOf: [reference, { type: "null" }], ...annotations };
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mended(inner)]));
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNullable = ({ type }: Node): boolean => [type].flat().includes("null");
