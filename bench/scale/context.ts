/** The context of the commands, as a cron has it. */
import { createContext as createAppContext } from "../../src/app-context";
import type { Env } from "../../src/env";
import type { AppContext } from "../../src/modules";

export type { AppContext };

export const createContext = (env: Env): AppContext =>
  createAppContext(env, { waitUntil: () => undefined }, "cron");
