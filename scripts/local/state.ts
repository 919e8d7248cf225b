/**
 * The local state: one folder with the database and the objects, and a file with the demo's notes. `AFTERCART_STATE` names
 * another folder.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

export const ROOT = path.join(import.meta.dirname, "../..");
export const STATE_FOLDER = path.resolve(ROOT, process.env["AFTERCART_STATE"] ?? ".wrangler/state");
export const DEV_VARS = path.join(ROOT, ".dev.vars");

const NOTES = path.join(STATE_FOLDER, "aftercart.json");

const Notes = z.object({
  /** The token of the development key, in clear: it is valid only for this machine's data. */
  apiKey: z.string().nullable().default(null),
  /** The number of demo orders so far; the number of the next order follows from it. */
  ordersPlaced: z.int().default(0),
  /** Whether the first day has been played. */
  firstDayPlayed: z.boolean().default(false),
});
export type Notes = Readonly<z.output<typeof Notes>>;

export const readLocalNotes = (): Notes =>
  Notes.parse(existsSync(NOTES) ? JSON.parse(readFileSync(NOTES, "utf8")) : {});

/** Written to a new file and renamed, so that a crash cannot leave half of it. */
export function writeLocalNotes(changed: Partial<Notes>): void {
  const notes = { ...readLocalNotes(), ...changed };
  mkdirSync(STATE_FOLDER, { recursive: true });
  writeFileSync(`${NOTES}.new`, `${JSON.stringify(notes, null, 2)}\n`);
  renameSync(`${NOTES}.new`, NOTES);
}

/** Creates `.dev.vars` from its example, with new random values. Returns false if it exists. */
export function createDevVars(): boolean {
  if (existsSync(DEV_VARS)) return false;
  const example = readFileSync(path.join(ROOT, ".dev.vars.example"), "utf8");
  const filled = example
    .replace(
      /^# Copied to .*\n(#.*\n)*/,
      "# The secrets of this machine alone. .dev.vars.example says more.\n",
    )
    .replaceAll(/="[^"]*random bytes[^"]*"/g, () => `="${randomBytes(32).toString("base64")}"`);
  writeFileSync(DEV_VARS, filled, { mode: 0o600 });
  return true;
}
