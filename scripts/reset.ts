/** Forgets everything that this machine keeps of Aftercart but its secrets: `npm run reset`. */
import { existsSync, rmSync } from "node:fs";
import { DEV_VARS, STATE_FOLDER } from "./local/state.ts";

if (existsSync(STATE_FOLDER)) {
  rmSync(STATE_FOLDER, { recursive: true });
  console.log(`Removed ${STATE_FOLDER}: database, stock, queues, the development key.`);
} else {
  console.log(`There is nothing to remove in ${STATE_FOLDER}.`);
}
if (existsSync(DEV_VARS)) console.log("Kept .dev.vars, this machine's secrets.");
