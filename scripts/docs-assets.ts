/** Puts the API reference's script where the Worker serves it from: our own origin, no one else's. */
import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");
const script = path.join(root, "node_modules/@scalar/api-reference/dist/browser/standalone.js");
const folder = path.join(root, "public/docs");

await mkdir(folder, { recursive: true });
await copyFile(script, path.join(folder, "standalone.js"));
