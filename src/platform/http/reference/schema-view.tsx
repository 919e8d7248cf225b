/** A schema in words: its type, its limits, and the fields of an object. */
import type { Child } from "hono/jsx";
import { limitsOf, referredName, type Schema } from "./document";

/** Text in which parts between backticks are code. */
export const Prose = ({ text }: { text: string }) => (
  <>{text.split("`").map((part, i) => (i % 2 === 1 ? <code>{part}</code> : part))}</>
);

const joined = (parts: readonly Child[], word: string) =>
  parts.map((part, i) => (
    <>
      {i > 0 ? word : ""}
      {part}
    </>
  ));

/** The type of a schema's values. A named schema is a link to its page. */
export const TypeText = ({ schema }: { schema: Schema }): Child => {
  const name = referredName(schema);
  if (name !== null) return <a href={`/docs/schemas/${name}`}>{name}</a>;
  const { anyOf, oneOf, allOf, type } = schema;
  const choices = anyOf ?? oneOf;
  if (choices)
    return (
      <>
        {joined(
          choices.map((choice) => <TypeText schema={choice} />),
          " or ",
        )}
      </>
    );
  if (allOf)
    return (
      <>
        {joined(
          allOf.map((part) => <TypeText schema={part} />),
          " and ",
        )}
      </>
    );
  if (schema.const !== undefined) return <code>{JSON.stringify(schema.const)}</code>;
  if (schema.enum) {
    return (
      <>
        {joined(
          schema.enum.map((value) => <code>{String(value)}</code>),
          " | ",
        )}
      </>
    );
  }
  const types = [type ?? "any value"].flat();
  return (
    <>
      {joined(
        types.map((each) => <SimpleType type={each} schema={schema} />),
        " or ",
      )}
    </>
  );
};

const SimpleType = ({ type, schema: { items, additionalProperties } }: { type: string; schema: Schema }) => {
  if (type === "array" && items)
    return (
      <>
        list of <TypeText schema={items} />
      </>
    );
  if (type === "object" && typeof additionalProperties === "object" && !isEmpty(additionalProperties))
    return (
      <>
        object of <TypeText schema={additionalProperties} /> by name
      </>
    );
  return <>{type}</>;
};

const isEmpty = (schema: Schema) => Object.keys(schema).length === 0;

/** The objects inside a schema whose fields have no page of their own. */
const inlineObjects = (schema: Schema): Schema[] => {
  if (schema.$ref !== undefined) return [];
  if (schema.properties) return [schema];
  const inner = [
    ...(schema.items ? [schema.items] : []),
    ...(schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []),
    ...(typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : []),
  ];
  return inner.flatMap(inlineObjects);
};

type FieldProps = Readonly<{
  name: string;
  schema: Schema;
  required: boolean;
  description?: string | undefined;
}>;

/** One entry of a list of fields or parameters. Only for inside of `dl`. */
export const Field = ({ name, schema, required, description = schema.description }: FieldProps) => {
  const limits = limitsOf(schema);
  const objects = inlineObjects(schema);
  return (
    <>
      <dt>
        <code>{name}</code> <TypeText schema={schema} />
        {limits.length > 0 ? `, ${limits.join(", ")}` : ""}
        {required ? "" : ", optional"}
      </dt>
      <dd>
        {description === undefined ? null : <Prose text={description} />}
        {objects.map((object) => (
          <Fields schema={object} />
        ))}
      </dd>
    </>
  );
};

/** The fields of an object. Nothing for a schema that is no object. */
export const Fields = ({ schema: { properties, required = [] } }: { schema: Schema }) =>
  properties === undefined || isEmpty(properties) ? null : (
    <dl>
      {Object.entries(properties).map(([name, field]) => (
        <Field name={name} schema={field} required={required.includes(name)} />
      ))}
    </dl>
  );

/** All fields that a schema's objects have, whether it is one or combines several. */
export const AllFields = ({ schema }: { schema: Schema }) => (
  <>
    {inlineObjects(schema).map((object) => (
      <Fields schema={object} />
    ))}
  </>
);
