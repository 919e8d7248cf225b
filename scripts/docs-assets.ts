/** Copies the script of the API reference into `public/`, so that it is served from our own origin. */
import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");
const script = path.join(root, "node_modules/@scalar/api-reference/dist/browser/standalone.js");
const folder = path.join(root, "public/docs");

await mkdir(folder, { recursive: true });
await copyFile(script, path.join(folder, "standalone.js"));
