/** Serves the API's description as OpenAPI and as a page. The page's script is served from here, not from a CDN. */
import type { App } from "./app-types";
import { openApiDocument } from "./openapi";

/** The script of the reference adds styles, and requests nothing from other origins. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Settings of the reference: no third-party fonts, proxies or telemetry. */
const SETTINGS = JSON.stringify({
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  agent: { disabled: true },
  mcp: { disabled: true },
});

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Aftercart API</title>
  </head>
  <body>
    <noscript>This page needs JavaScript. The description itself is <a href="/openapi.json">openapi.json</a>.</noscript>
    <script id="api-reference" data-url="/openapi.json" data-configuration='${SETTINGS}'></script>
    <script src="/docs/standalone.js"></script>
  </body>
</html>
`;

export function registerDocs(app: App): void {
  let document: string | null = null;
  app.get("/openapi.json", (c) => {
    document ??= JSON.stringify(openApiDocument(app, c.var.context.config.publicUrl));
    return c.body(document, 200, { "content-type": "application/json" });
  });
  app.get("/docs", (c) => c.html(PAGE, 200, { "content-security-policy": DOCS_POLICY }));
  // The headers of an asset's response are immutable, so it is copied.
  app.on("GET", ["/docs/standalone.js", "/robots.txt", "/favicon.svg"], async (c) => {
    const asset = await c.env.ASSETS.fetch(c.req.raw);
    return asset.ok || asset.status === 304 ? new Response(asset.body, asset) : c.notFound();
  });
  app.get("/favicon.ico", (c) => c.redirect("/favicon.svg", 301));
}
