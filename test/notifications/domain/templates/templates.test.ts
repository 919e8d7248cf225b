/**
 * Notifications that were sent read for good as they were sent. `sent/` has a file for each version of a template. If this
 * fails, a template that was used has changed: take the change back, and add it as a new version. A new version gets its
 * file when the test runs for the first time (`npx vitest run -u` is never needed).
 */
import { describe, expect, it } from "vitest";
import { renderComposed } from "../../../../src/notifications/domain/notification-text";
import {
  ALL_TEMPLATES,
  newestTemplate,
  templateOf,
} from "../../../../src/notifications/domain/templates/templates";
import { EXAMPLES } from "./examples";

describe.each(ALL_TEMPLATES)("template $language $version", (template) => {
  it("makes of the same facts what it always made of them", async () => {
    const sent = Object.entries(EXAMPLES).map(([name, example]) => {
      const { subject, text, html } = renderComposed(
        { ...example, template },
        "https://shop.example/s/ord_1/x",
      )!;
      return `## ${name}\n\nSubject: ${subject}\n\n${text}\n${html}\n`;
    });
    await expect(sent.join("\n")).toMatchFileSnapshot(`sent/${template.language}-${template.version}.txt`);
  });
});

describe("templateOf", () => {
  it.each([
    { language: "en", version: 0 },
    { language: "en", version: 1_000 },
    { language: "xx", version: 1 },
    { language: "constructor", version: 1 },
  ])("has none of $language $version", (name) => {
    expect(templateOf(name)).toBeNull();
  });
});

describe("newestTemplate", () => {
  it.each<readonly [string | null, string]>([
    ["en", "en"],
    ["en-GB", "en"],
    ["EN_us", "en"],
    [null, "en"],
    ["", "en"],
    ["tlh-Latn", "en"],
    ["constructor", "en"],
    ["__proto__", "en"],
  ])("for the locale %j is of the language %s", (locale, language) => {
    expect(newestTemplate(locale).language).toBe(language);
    expect(templateOf(newestTemplate(locale))).not.toBeNull();
  });
});
