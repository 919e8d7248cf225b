/** The API's reference as pages: an index, one page for each operation, and one for each schema. They need no script. */
import type { Child } from "hono/jsx";
import { Layout } from "../layout";
import { PROBLEMS } from "../problem-table";
import {
  endpointsOf,
  resolved,
  type ApiDocument,
  type Content,
  type Endpoint,
  type Schema,
} from "./document";
import { AllFields, Field, Prose, TypeText } from "./schema-view";

const STYLE = `
code { font: .9em/1.5 ui-monospace, monospace; }
a { display: inline-block; min-height: 1.5rem; }
dt { color: var(--ink); margin-top: .5rem; } dd { margin-left: 1rem; }
dl dl { border-left: 2px solid var(--line); padding-left: .75rem; }
nav ul, ul.plain { list-style: none; padding-left: 0; } li { margin: .25rem 0; }
`;

const Page = ({ title, children }: { title: string; children: Child }) => (
  <Layout title={`${title} – Aftercart API`} style={STYLE}>
    {children}
  </Layout>
);

const Back = () => (
  <nav aria-label="Reference">
    <a href="/docs">All operations</a>
  </nav>
);

const Section = ({ id, title, children }: { id: string; title: string; children: Child }) => (
  <section aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    {children}
  </section>
);

const Paragraphs = ({ text = "" }: { text?: string | undefined }) => (
  <>
    {text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => (
        <p>
          <Prose text={line} />
        </p>
      ))}
  </>
);

/** Lines that begin with a hyphen are a list, and the others paragraphs. */
const TextWithList = ({ text = "" }: { text?: string | undefined }) => {
  const lines = text.split("\n").filter((line) => line !== "");
  const items = lines.filter((line) => line.startsWith("- "));
  return (
    <>
      <Paragraphs text={lines.filter((line) => !line.startsWith("- ")).join("\n")} />
      <ul>
        {items.map((item) => (
          <li>
            <Prose text={item.slice(2)} />
          </li>
        ))}
      </ul>
    </>
  );
};

export const IndexPage = ({ document }: { document: ApiDocument }) => {
  const endpoints = endpointsOf(document);
  const { info, tags = [], components } = document;
  return (
    <Page title="Reference">
      <h1>{info.title} API</h1>
      <Paragraphs text={info.description} />
      <p>
        The same as a document: <a href="/openapi.json">openapi.json</a>
      </p>
      {tags.map(({ name, description }) => (
        <Section id={`tag-${name}`} title={name}>
          <Paragraphs text={description} />
          <ul class="plain">
            {endpoints
              .filter(({ operation }) => operation.tags?.includes(name))
              .map((endpoint) => (
                <OperationLink endpoint={endpoint} />
              ))}
          </ul>
        </Section>
      ))}
      <Section id="keys" title="API keys">
        <TextWithList text={components.securitySchemes?.apiKey?.description} />
      </Section>
      <Section id="problems" title="Problems">
        <dl>
          {Object.entries(PROBLEMS).map(([code, { status, title }]) => (
            <>
              <dt>
                <code>{code}</code> {status}
              </dt>
              <dd>{title}.</dd>
            </>
          ))}
        </dl>
      </Section>
      <Section id="schemas" title="Schemas">
        <ul class="plain">
          {Object.keys(components.schemas)
            .toSorted()
            .map((name) => (
              <li>
                <a href={`/docs/schemas/${name}`}>{name}</a>
              </li>
            ))}
        </ul>
      </Section>
    </Page>
  );
};

const OperationLink = ({ endpoint: { method, path, operation } }: { endpoint: Endpoint }) => (
  <li>
    <a href={`/docs/operations/${operation.operationId}`}>{operation.summary}</a>{" "}
    <code>
      {method} {path}
    </code>
  </li>
);

const PLACES = { path: "Path", query: "Query", header: "Headers" } as const;

type OperationPageProps = Readonly<{ document: ApiDocument; endpoint: Endpoint }>;

export const OperationPage = ({ document, endpoint: { method, path, operation } }: OperationPageProps) => {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  return (
    <Page title={summary}>
      <Back />
      <h1>{summary}</h1>
      <p>
        <code>
          {method} {path}
        </code>
      </p>
      <Paragraphs text={description} />
      {Object.entries(PLACES).map(([place, title]) => {
        const here = parameters.filter((parameter) => parameter.in === place);
        return here.length === 0 ? null : (
          <Section id={place} title={title}>
            <dl>
              {here.map(({ name, schema = {}, required = false, description: text }) => (
                <Field name={name} schema={schema} required={required} description={text} />
              ))}
            </dl>
          </Section>
        );
      })}
      {requestBody ? (
        <Section id="body" title="Request body">
          <Bodies document={document} content={requestBody.content} />
        </Section>
      ) : null}
      <Section id="answers" title="Answers">
        {Object.entries(responses).map(([status, answer]) => (
          <>
            <h3>{status}</h3>
            <Paragraphs text={answer.description} />
            <Bodies document={document} content={answer.content ?? {}} />
          </>
        ))}
      </Section>
    </Page>
  );
};

const Bodies = ({ document, content }: { document: ApiDocument; content: Content }) => (
  <>
    {Object.entries(content).map(([type, { schema = {} }]) => (
      <Body document={document} type={type} schema={schema} />
    ))}
  </>
);

/** Problems have one schema, whose fields are on its own page. */
const Body = ({ document, type, schema }: { document: ApiDocument; type: string; schema: Schema }) => (
  <>
    <p>
      <code>{type}</code> <TypeText schema={schema} />
    </p>
    {type === "application/json" ? <AllFields schema={resolved(document, schema)} /> : null}
  </>
);

export const SchemaPage = ({ name, schema }: { name: string; schema: Schema }) => (
  <Page title={name}>
    <Back />
    <h1>{name}</h1>
    <Paragraphs text={schema.description} />
    {schema.properties ? null : (
      <p>
        <TypeText schema={schema} />
      </p>
    )}
    <AllFields schema={schema} />
  </Page>
);
