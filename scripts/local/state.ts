/**
 * What this machine keeps between runs: the database, the objects and the queues in one folder, with a file
 * beside them for what only the demonstration needs to know. `AFTERCART_STATE` names another folder.
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
  /** The development key's token: in clear, because it opens nothing but this machine's own state. */
  apiKey: z.string().nullable().default(null),
  /** How many orders the storefronts have made up so far; the next one's number follows from it. */
  ordersPlaced: z.int().default(0),
  /** Whether the first day has been played to its end. */
  storyTold: z.boolean().default(false),
});
export type Notes = Readonly<z.output<typeof Notes>>;

export const readNotes = (): Notes =>
  Notes.parse(existsSync(NOTES) ? JSON.parse(readFileSync(NOTES, "utf8")) : {});

/** Written whole or not at all, so that a stop in the middle loses nothing. */
export function writeNotes(changed: Partial<Notes>): void {
  const notes = { ...readNotes(), ...changed };
  mkdirSync(STATE_FOLDER, { recursive: true });
  writeFileSync(`${NOTES}.new`, `${JSON.stringify(notes, null, 2)}\n`);
  renameSync(`${NOTES}.new`, NOTES);
}

/** Makes `.dev.vars` from its example, each random value fresh. False where there is one already. */
export function makeDevVars(): boolean {
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
