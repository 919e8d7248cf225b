/**
 * Creates an API key of a deployment: `npm run create-api-key -- "Web shop" orders:read,orders:write`. It prints the token
 * once; only the hash is stored. `--local` creates a key in the local state; the local server must not be running.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { parseArgs } from "node:util";
import { apiKeyToken, hashOfToken, isScope, SCOPES, SECRET_BYTES } from "../src/platform/auth/api-keys.ts";
import { idFromBytes } from "../src/kernel/ids.ts";
import { execute } from "./local/server.ts";
import { ROOT } from "./local/state.ts";

const USAGE = `npm run create-api-key -- NAME [SCOPE,SCOPE…] [--local]
Scopes: ${Object.keys(SCOPES).join(", ")}. Default: admin.`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { local: { type: "boolean", default: false } },
});
const [name, scopeList = "admin"] = positionals;
const scopes = scopeList.split(",");
const unknown = scopes.filter((scope) => !isScope(scope));
if (!name || /\p{Cc}/u.test(name) || positionals.length > 2 || unknown.length > 0) {
  if (unknown.length > 0) console.error(`Unknown scope: ${unknown.join(", ")}.`);
  console.error(USAGE);
  process.exit(1);
}

const id = idFromBytes("key", randomBytes(17));
const token = apiKeyToken(id, randomBytes(SECRET_BYTES));
const row = [id, hashOfToken(token), name, JSON.stringify(scopes)].map(quoted).join(", ");
const sql = `INSERT INTO api_keys (id, hash, name, scopes, created_at) VALUES (${row}, ${Date.now()})`;

if (values.local) {
  await execute(sql);
} else {
  const wrangler = path.join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  execFileSync(process.execPath, [wrangler, "d1", "execute", "DB", "--remote", "--yes", "--command", sql], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
console.log(token);

/** The text as an SQL literal, because wrangler's command line takes no parameters. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
