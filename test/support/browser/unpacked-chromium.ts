/**
 * Unpacks the packaged Chromium once, before any test starts it. The folder gets its final name only when it is
 * complete, so that no test runs a partly written one.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import chromium from "@sparticuz/chromium";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    chromiumPath: string;
  }
}

const MODULES = path.join(import.meta.dirname, "../../../node_modules");
const CACHE = path.join(MODULES, ".cache");

export default async function setup(project: TestProject): Promise<void> {
  const about = await readFile(path.join(MODULES, "@sparticuz", "chromium", "package.json"), "utf8");
  const { version } = JSON.parse(about) as { version: string };
  const folder = path.join(CACHE, `chromium-${version}`);
  if (!existsSync(folder)) await unpack(folder);
  project.provide("chromiumPath", path.join(folder, "chromium"));
}

async function unpack(folder: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const unfinished = await mkdtemp(path.join(CACHE, "unfinished-chromium-"));
  const { TMPDIR } = process.env;
  // executablePath() unpacks into the temporary folder; it takes no other path.
  process.env.TMPDIR = unfinished;
  try {
    await chromium.executablePath();
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another run finished first.
    if (!existsSync(folder)) throw error;
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}
