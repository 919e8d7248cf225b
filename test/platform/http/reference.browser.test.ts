/** The API's reference in a browser: every operation and schema is reached, and no page has an accessibility fault. */
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { routes } from "../../../src/modules";
import { createApp } from "../../../src/platform/http/app";
import { openApiDocument } from "../../../src/platform/http/openapi";
import { ProblemPage } from "../../../src/platform/http/problem-page";
import { endpointsOf, type ApiDocument } from "../../../src/platform/http/reference/document";
import { IndexPage, OperationPage, SchemaPage } from "../../../src/platform/http/reference/pages";
import { axeViolations } from "../../support/browser/axe";
import { accessibilityFaults, openBrowser } from "../../support/browser/chromium";

const app = createApp(() => {
  throw new Error("the document needs no context");
}, routes);
const document = openApiDocument(app, "https://api.aftercart.test") as unknown as ApiDocument;
const endpoints = endpointsOf(document);

/** The text of an element is its HTML. */
const textOf = (page: { toString: () => unknown }): string => page.toString() as string;

const operationPage = (operationId: string) => {
  const endpoint = endpoints.find(({ operation }) => operation.operationId === operationId)!;
  return textOf(OperationPage({ document, endpoint }));
};
const schemaPage = (name: string) => textOf(SchemaPage({ name, schema: document.components.schemas[name]! }));

const index = textOf(IndexPage({ document }));
const pages = {
  index,
  ...Object.fromEntries(
    ["placeOrder", "getAvailability", "putChannel", "getReconciliation", "deleteReservation"].map((id) => [
      id,
      operationPage(id),
    ]),
  ),
  ...Object.fromEntries(
    ["Order", "SourcingDecision", "Problem", "HtmlPage"].map((name) => [name, schemaPage(name)]),
  ),
  "a problem": textOf(
    ProblemPage({
      title: "Invalid request",
      detail: "x".repeat(300),
      errors: [{ path: "lines.0.sku", message: "is missing" }],
      requestId: "req-1",
    }),
  ),
};

let browsers: BrowserContext[];
beforeAll(async () => {
  browsers = [await openBrowser(), await openBrowser("dark")];
});
afterAll(async () => {
  for (const browser of browsers) await browser.close();
});

describe("the API's reference", () => {
  it.each(Object.entries(pages))("has no accessibility fault: %s", async (_name, html) => {
    for (const browser of browsers) {
      const tab = await browser.newPage();
      await tab.setContent(html);
      expect(await axeViolations(tab)).toEqual([]);
      expect(await accessibilityFaults(tab)).toEqual([]);
      await tab.close();
    }
  });

  it("is checked by axe, which finds a fault", async () => {
    const tab = await browsers[0]!.newPage();
    await tab.setContent(index.replace(/<html lang="en">/, "<html>"));
    expect(await axeViolations(tab)).toEqual([expect.stringContaining("html-has-lang")]);
    await tab.close();
  });

  it("links to every operation and schema", () => {
    for (const { operation } of endpoints)
      expect(index).toContain(`/docs/operations/${operation.operationId}"`);
    for (const name of Object.keys(document.components.schemas))
      expect(index).toContain(`/docs/schemas/${name}"`);
  });

  it("links only to pages that exist", () => {
    const all = [
      index,
      ...endpoints.map(({ operation }) => operationPage(operation.operationId)),
      ...Object.keys(document.components.schemas).map(schemaPage),
    ];
    const links = new Set(
      all.flatMap((html) => [...html.matchAll(/href="([^"]+)"/g)].map((match) => match[1]!)),
    );
    const exist = new Set([
      "/docs",
      "/openapi.json",
      ...endpoints.map(({ operation }) => `/docs/operations/${operation.operationId}`),
      ...Object.keys(document.components.schemas).map((name) => `/docs/schemas/${name}`),
    ]);
    expect([...links].filter((link) => !exist.has(link))).toEqual([]);
  });

  it("shows parameters, fields and answers of an operation", async () => {
    const tab = await browsers[0]!.newPage();
    await tab.setContent(operationPage("placeOrder"));
    const text = (await tab.locator("main").innerText()).replaceAll(/\s+/g, " ");
    for (const part of [
      "POST /v1/orders",
      "idempotency-key string, 1 to 255 characters, optional",
      "externalId string, 1 to 255 characters",
      "kind physical | digital | gift_card | fee, optional",
      "shippingAddress OrderAddress or null",
      "201 The order was created.",
      "insufficient_stock: Insufficient stock.",
    ]) {
      expect(text).toContain(part);
    }
    await tab.close();
  });
});
