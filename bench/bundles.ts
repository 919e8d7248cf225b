/** The code for workerd: Aftercart as wrangler bundles it for a deployment, and Workers of a single file. */
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

const bundled = new Map<string, string>();

/** The bundle of `entry`, a path from the project's root. wrangler writes it to `folder`, once for each process. */
export function bundleOf(entry: string, folder: string): string {
  const known = bundled.get(entry);
  if (known !== undefined) return known;
  const name = path.basename(entry, ".ts");
  const outdir = path.join(folder, name);
  execFileSync(process.execPath, [WRANGLER, "deploy", entry, "--dry-run", "--outdir", outdir], {
    cwd: ROOT,
    env: QUIET,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const bundle = readFileSync(path.join(outdir, `${name}.js`), "utf8");
  bundled.set(entry, bundle);
  return bundle;
}

/** The JavaScript of a Worker that imports nothing but the platform: its types are stripped. */
export const plainModule = (file: string): string =>
  stripTypeScriptTypes(readFileSync(path.join(import.meta.dirname, file), "utf8"));
