/** A problem as a page, for a browser that asked for a page. */
import { accepts } from "hono/accepts";
import { createMiddleware } from "hono/factory";
import type { FieldError } from "../../kernel/field-errors";
import type { AppEnv, RequestContext } from "./app-types";
import { Layout } from "./layout";

type ProblemPageProps = Readonly<{
  title: string;
  detail: string | undefined;
  errors: readonly FieldError[];
  requestId: string;
}>;

export const ProblemPage = ({ title, detail, errors, requestId }: ProblemPageProps) => (
  <Layout title={title} robots="noindex, nofollow">
    <h1>{title}</h1>
    {detail === undefined ? null : <p>{detail}</p>}
    {errors.length === 0 ? null : (
      <ul>
        {errors.map(({ path, message }) => (
          <li>
            <strong>{path}</strong> {message}
          </li>
        ))}
      </ul>
    )}
    <p class="soft">Request {requestId}</p>
  </Layout>
);

/** Whether the caller prefers HTML to JSON. A caller that accepts anything gets JSON. */
export const prefersPage = (c: RequestContext): boolean =>
  accepts(c as unknown as Parameters<typeof accepts>[0], {
    header: "Accept",
    supports: ["application/json", "application/problem+json", "text/html"],
    default: "application/json",
  }) === "text/html";

/** Middleware of an operation that also has a page: then its problems are pages too. */
export const hasPage = createMiddleware<AppEnv>((c, next) => {
  c.set("hasPage", true);
  return next();
});

/** Whether a problem is answered as a page: for browsers, on routes that have a page, and outside of the API. */
export const isAnsweredAsPage = (c: RequestContext): boolean =>
  (c.var.hasPage === true || !c.req.path.startsWith("/v1/")) && prefersPage(c);
