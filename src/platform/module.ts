/** What a module registers with the Worker, in its `module.ts`. */
import type { MovedTable } from "./buckets/moved-table";
import type { PlatformContext } from "./context";
import type { Routes } from "./http/app";
import type { App } from "./http/app-types";
import type { Deadline } from "./jobs/deadlines";
import type { Retention } from "./jobs/delete-aged-rows";
import type { AnyJob } from "./jobs/job";
import type { SweepPlan } from "./jobs/sweep";
import type { DataOfOrder, SearchedTexts } from "./personal-data";
import type { Consumer } from "./queues/consumers";

/** `Context` is the context of the module's commands: the platform's, extended by the modules below. */
export type Module<Context extends PlatformContext> = Readonly<{
  routes?: (app: App<Context>) => void;
  consumers?: readonly Consumer<Context>[];
  sweep?: Partial<SweepPlan<Context>>;
  jobs?: readonly AnyJob<Context>[];
  retention?: readonly Retention<Context>[];
  /** Work that may wait, and for how long. The nightly close reports work that waits longer. */
  deadlines?: readonly Deadline[];
  /** Personal data in its rows of an order, apart from the order's own. */
  dataOfOrders?: readonly DataOfOrder[];
  /** Its other texts that may mention a customer. */
  searchedTexts?: readonly SearchedTexts[];
  /** Its tables of the orders databases, in an order in which rows refer only to tables before them. */
  movedTables?: readonly MovedTable[];
}>;

/**
 * A module in the list of all modules. Its routes have the type of the module's own context; `Context` extends it, but
 * the router's types are invariant, so TypeScript cannot check that.
 */
export type RegisteredModule<Context extends PlatformContext> = Omit<Module<Context>, "routes"> &
  Readonly<{ routes?: Routes }>;
