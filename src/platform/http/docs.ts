/** Serves the API's description: as OpenAPI, and as pages for people. */
import type { App } from "./app-types";
import { openApiDocument } from "./openapi";
import { endpointsOf, type ApiDocument } from "./reference/document";
import { IndexPage, OperationPage, SchemaPage } from "./reference/pages";

export function registerDocs(app: App): void {
  let known: Readonly<{ document: ApiDocument; text: string }> | null = null;
  const described = (publicUrl: string) => {
    if (known) return known;
    const document = openApiDocument(app, publicUrl);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The reference's types are a part of the document's.
    known = { document: document as unknown as ApiDocument, text: JSON.stringify(document) };
    return known;
  };

  app.get("/openapi.json", (c) =>
    c.body(described(c.var.context.config.publicUrl).text, 200, { "content-type": "application/json" }),
  );
  app.get("/docs", (c) =>
    c.html(IndexPage({ document: described(c.var.context.config.publicUrl).document })),
  );
  app.get("/docs/operations/:operationId", (c) => {
    const { document } = described(c.var.context.config.publicUrl);
    const endpoint = endpointsOf(document).find(
      ({ operation }) => operation.operationId === c.req.param("operationId"),
    );
    return endpoint ? c.html(OperationPage({ document, endpoint })) : c.notFound();
  });
  app.get("/docs/schemas/:name", (c) => {
    const { document } = described(c.var.context.config.publicUrl);
    const name = c.req.param("name");
    const schema = new Map(Object.entries(document.components.schemas)).get(name);
    return schema ? c.html(SchemaPage({ name, schema })) : c.notFound();
  });

  // The headers of an asset's response are immutable, so it is copied.
  app.on("GET", ["/robots.txt", "/favicon.svg"], async (c) => {
    const asset = await c.env.ASSETS.fetch(c.req.raw);
    return asset.ok || asset.status === 304 ? new Response(asset.body, asset) : c.notFound();
  });
  app.get("/favicon.ico", (c) => c.redirect("/favicon.svg", 301));
}
