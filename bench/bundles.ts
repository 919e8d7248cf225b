/** What workerd is given: Aftercart as wrangler bundles it for a deployment, and small Workers of one file. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import path from "node:path";
import { ROOT } from "../scripts/local/state.ts";

const WRANGLER = path.join(ROOT, "node_modules/wrangler/bin/wrangler.js");
const QUIET = {
  ...process.env,
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_WRITE_LOGS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CI: "true",
};

/** The one module that `entry`, a path from the project's root, becomes. `folder` is for wrangler to write to. */
export function bundleOf(entry: string, folder: string): string {
  const name = path.basename(entry, ".ts");
  const outdir = path.join(folder, name);
  execFileSync(process.execPath, [WRANGLER, "deploy", entry, "--dry-run", "--outdir", outdir], {
    cwd: ROOT,
    env: QUIET,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return readFileSync(path.join(outdir, `${name}.js`), "utf8");
}

/** A Worker of one file that imports nothing but the platform: its types are taken away, and no more. */
export const plainModule = (file: string): string =>
  stripTypeScriptTypes(readFileSync(path.join(import.meta.dirname, file), "utf8"));
