/** TypeScript types that are generated from the OpenAPI document compile, and accept what the API answers. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import openapiTypescript, { type OpenAPI3 } from "openapi-typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { routes } from "../../src/modules";
import { createApp } from "../../src/platform/http/app";
import { openApiDocument } from "../../src/platform/http/openapi";
import { endpointsOf, sampleOf, type Document, type Schema } from "../support/openapi-samples";

const app = createApp(() => {
  throw new Error("the document needs no context");
}, routes);
const document = openApiDocument(app, "https://api.aftercart.test") as unknown as Document;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "openapi-types-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A copy in which everything that may be null is null. */
function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls);
  if (typeof value !== "object" || value === null) return value;
  const { type, anyOf = [] } = value as Schema;
  const isNullable = [type].flat().includes("null") || anyOf.some((each) => each.type === "null");
  if (isNullable) return { const: null };
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withNulls(inner)]));
}

/** Names of the schemas of JSON answers. */
const answers = [
  ...new Set(
    endpointsOf(document).flatMap(({ operation }) =>
      Object.entries(operation.responses ?? {})
        .filter(([status]) => status.startsWith("2"))
        .flatMap(([, { content }]) => content?.["application/json"]?.schema.$ref?.split("/").at(-1) ?? []),
    ),
  ),
];

/** A program that assigns two sample answers to each type: one with values, one with null wherever that is allowed. */
const programOf = (samples: readonly Document[]): string =>
  [
    'import type { components } from "./api";',
    ...answers.flatMap((name) =>
      samples.map((given, i) => {
        const sample = JSON.stringify(sampleOf(given, { $ref: `#/components/schemas/${name}` }));
        return `export const ${name}${i}: components["schemas"]["${name}"] = ${sample};`;
      }),
    ),
  ].join("\n");

/** What the compiler reports; empty if all compiles. */
async function compilerErrors(given: Document): Promise<string> {
  await writeFile(path.join(folder, "api.ts"), await openapiTypescript(given as unknown as OpenAPI3));
  await writeFile(path.join(folder, "use.ts"), programOf([document, withNulls(document) as Document]));
  const tsc = path.join(import.meta.dirname, "../../node_modules/.bin/tsc");
  const options = ["--noEmit", "--strict", "--noUncheckedIndexedAccess", "--target", "ES2022", "--types", ""];
  return new Promise((resolve) => {
    execFile(tsc, [...options, "use.ts"], { cwd: folder }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

describe("generated types", () => {
  it("compile, and accept sample answers with and without nulls", { timeout: 120_000 }, async () => {
    expect(answers.length).toBeGreaterThan(30);
    expect(await compilerErrors(document)).toBe("");
  });

  it("refuse a null if the document does not allow it", { timeout: 120_000 }, async () => {
    const schemas: Record<string, Schema> = {
      ...document.components.schemas,
      Order: {
        ...document.components.schemas.Order,
        properties: {
          ...document.components.schemas.Order!.properties,
          shippingAddress: {
            allOf: [{ $ref: "#/components/schemas/OrderAddress" }, { type: ["object", "null"] }],
          },
        },
      },
    };
    expect(await compilerErrors({ ...document, components: { schemas } })).toMatch(/error TS2322/);
  });
});
