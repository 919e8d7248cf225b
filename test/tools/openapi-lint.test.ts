/** The OpenAPI document passes the common linters. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../src/platform/http/app";
import { openApiDocument } from "../../src/platform/http/openapi";
import { routes } from "../../src/modules";

const root = path.join(import.meta.dirname, "../..");
const bin = (name: string) => path.join(root, "node_modules/.bin", name);

const app = createApp(() => {
  throw new Error("the document needs no context");
}, routes);
const document = openApiDocument(app, "https://api.aftercart.test");

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "openapi-"));
  file = path.join(folder, "openapi.json");
  await writeFile(file, JSON.stringify(document, null, 2));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the tool. Returns its exit code and output. */
function outcome(tool: string, args: string[]): Promise<{ code: number | null; output: string }> {
  const env = {
    ...process.env,
    REDOCLY_TELEMETRY: "off",
    REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
    CI: "true",
  };
  return new Promise((resolve) => {
    const child = execFile(bin(tool), args, { cwd: root, env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, output: stdout + stderr });
    });
  });
}

describe("the OpenAPI document", () => {
  it("passes Redocly's recommended rules", { timeout: 120_000 }, async () => {
    const { code, output } = await outcome("redocly", ["lint", file, "--config", "redocly.yaml"]);
    expect({ code, output }).toMatchObject({ code: 0 });
  });

  it("passes Spectral's rules for OpenAPI", { timeout: 120_000 }, async () => {
    const args = ["lint", file, "--ruleset", ".spectral.yaml", "--fail-severity", "error"];
    const { code, output } = await outcome("spectral", args);
    expect({ code, output }).toMatchObject({ code: 0 });
  });

  it("fails Spectral if it is invalid", { timeout: 120_000 }, async () => {
    const broken = path.join(folder, "broken.json");
    await writeFile(broken, JSON.stringify({ ...document, info: undefined }));
    const { code } = await outcome("spectral", ["lint", broken, "--ruleset", ".spectral.yaml"]);
    expect(code).not.toBe(0);
  });

  it("names the scope of each operation that needs a key", () => {
    const operations = Object.values(document.paths ?? {}).flatMap((item) => Object.values(item ?? {}));
    const guarded = operations.filter((operation) => operation.security?.length > 0);
    const withoutScope = guarded.filter(
      (operation) => !/[Ss]cope `[a-z:]+`/.test(operation.description ?? ""),
    );
    expect(guarded.length).toBeGreaterThan(0);
    expect(withoutScope.map((operation) => operation.operationId)).toEqual([]);
  });
});
