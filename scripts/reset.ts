/** `npm run reset`: deletes all local data of Aftercart, except the secrets. */
import { existsSync, rmSync } from "node:fs";
import { DEV_VARS, STATE_FOLDER } from "./local/state.ts";

if (existsSync(STATE_FOLDER)) {
  rmSync(STATE_FOLDER, { recursive: true });
  console.log(`Deleted ${STATE_FOLDER}: database, stock, queues and the development key.`);
} else {
  console.log(`There is no data in ${STATE_FOLDER}.`);
}
if (existsSync(DEV_VARS)) console.log("Kept .dev.vars with the secrets of this machine.");
