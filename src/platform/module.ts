/** What a module registers with the Worker, in its `module.ts`. */
import type { PlatformContext } from "./context";
import type { Routes } from "./http/app";
import type { App } from "./http/app-types";
import type { Deadline } from "./jobs/deadlines";
import type { Retention } from "./jobs/delete-aged-rows";
import type { Job } from "./jobs/cron";
import type { SweepPlan } from "./jobs/sweep";
import type { Consumer } from "./queues/consumers";

/** `Context` is what the module's commands need: the platform's context, and what modules below it have added. */
export type Module<Context extends PlatformContext> = Readonly<{
  routes?: (app: App<Context>) => void;
  consumers?: readonly Consumer<Context>[];
  sweep?: Partial<SweepPlan<Context>>;
  jobs?: readonly Job<Context>[];
  retention?: readonly Retention<Context>[];
  /** What may wait, and for how long: the nightly close lists what waits longer. */
  deadlines?: readonly Deadline[];
}>;

/**
 * A module as part of the whole: its routes are typed with the module's own context, which the whole's context
 * extends. (The router's types are invariant, so that TypeScript cannot see it.)
 */
export type RegisteredModule<Context extends PlatformContext> = Omit<Module<Context>, "routes"> &
  Readonly<{ routes?: Routes }>;
