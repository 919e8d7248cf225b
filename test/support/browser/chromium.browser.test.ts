/** The accessibility checks find the faults that they are for. */
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accessibilityFaults, openBrowser } from "./chromium";

let browser: BrowserContext;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

it.each([
  ["<main><h1>x</h1></main>", ["no language", "no title"]],
  ["<h1>x</h1>", ["not exactly one main landmark"]],
  ["<main><h1>x</h1><h3>y</h3></main>", ["headings skip: 1,3"]],
  ["<main><h2>x</h2></main>", ["not exactly one h1", "headings skip: 2"]],
  ["<main><h1>x</h1><a href='/'><img alt=''></a></main>", ["a link has no name"]],
  ["<main><h1>x</h1><section></section></main>", ["a section has no name: null"]],
  ["<main><h1>x</h1><p style='width:500px'>y</p></main>", ["scrolls sideways"]],
  ["<main><h1>x</h1><p style='color:#999'>grey</p></main>", ["contrast 2.85: grey"]],
])("finds the accessibility faults of %s", async (body, expected) => {
  const tab = await browser.newPage();
  const head = "<!doctype html><html lang='en'><head><title>x</title></head>";
  await tab.setContent(expected.includes("no language") ? body : `${head}<body>${body}</body></html>`);
  expect(await accessibilityFaults(tab)).toEqual(expect.arrayContaining(expected));
});
