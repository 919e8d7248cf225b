/**
 * All templates that notifications were ever sent with, by language and version. A notification stores both, and its
 * text is made again whenever it is read. So a template is never changed: a new wording is a new version.
 */
import { english1 } from "./english-1";
import type { Template } from "./template";

const TEMPLATES: Readonly<Record<string, readonly [Template, ...Template[]]>> = {
  en: [english1],
};

const FALLBACK = "en";

/** Versions of a language count from 1. */
export type TemplateName = Readonly<{ language: string; version: number }>;

/** The newest template for a customer's locale, such as `de-AT`: of its language, or English if there is none. */
export function newestTemplate(locale: string | null): TemplateName {
  const asked = /^[a-z]{2,3}(?=$|[-_])/i.exec(locale ?? "")?.[0].toLowerCase() ?? FALLBACK;
  const language = Object.hasOwn(TEMPLATES, asked) ? asked : FALLBACK;
  return { language, version: TEMPLATES[language]!.length };
}

/** Null if this release does not have it: it was sent by a newer one. */
export const templateOf = ({ language, version }: TemplateName): Template | null =>
  Object.hasOwn(TEMPLATES, language) ? (TEMPLATES[language]![version - 1] ?? null) : null;

/** The names of all templates, for the test that each has stored examples. */
export const ALL_TEMPLATES: readonly TemplateName[] = Object.entries(TEMPLATES).flatMap(
  ([language, versions]) => versions.map((_, i) => ({ language, version: i + 1 })),
);
