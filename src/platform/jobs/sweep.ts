/**
 * The sweep: every minute it repeats work that should have been done. One batch for each database finds out which tasks
 * have work due, and only those run. Mostly none has.
 */
import type { PlatformContext } from "../context";
import { anyRowExists } from "../d1/any-row-exists";
import { everyDatabase } from "../d1/databases";
import { runIsolatedSteps } from "./run-isolated-steps";

export type SweepTask<Context extends PlatformContext> = Readonly<{
  name: string;
  /** Which databases it works on: every orders database, or the primary. */
  of: "orders" | "primary";
  /** The task is due if any of these statements finds a row: see `anyRowStatement`. */
  dueIf: (db: D1Database, now: number) => readonly D1PreparedStatement[];
  /** Handles a bounded number, so that the run ends within a cron's time. Returns how many; the rest waits a minute. */
  run: (context: Context, db: D1Database) => Promise<number>;
}>;

export type SweepPlan<Context extends PlatformContext> = Readonly<{
  /** Steps that run before any database is queried. */
  before: readonly Readonly<{ name: string; run: (context: Context) => Promise<unknown> }>[];
  tasks: readonly SweepTask<Context>[];
}>;

/** How many each task handled, by its name. Tasks that were not due are missing. */
export type Swept = Readonly<Record<string, number>>;

/** @throws after all other tasks ran, if one failed. */
export const sweep = <Context extends PlatformContext>(
  context: Context,
  { before, tasks }: SweepPlan<Context>,
): Promise<Swept> =>
  runIsolatedSteps(async (attempt) => {
    const swept: Record<string, number> = {};
    for (const { name, run } of before) await attempt(name, () => run(context));
    for (const db of everyDatabase(context.databases)) {
      const due = await attempt("finding due tasks", () =>
        dueTasks(context, tasksOf(context, tasks, db), db),
      );
      for (const { name, run } of due ?? []) {
        const done = await attempt(name, () => run(context, db));
        swept[name] = (swept[name] ?? 0) + (done ?? 0);
      }
    }
    return swept;
  });

/** The tasks that work on the database, due or not. */
export const tasksOf = <Context extends PlatformContext>(
  { databases }: Context,
  tasks: readonly SweepTask<Context>[],
  db: D1Database,
): SweepTask<Context>[] =>
  tasks.filter(({ of }) => (of === "orders" ? databases.allOrders.includes(db) : db === databases.primary));

async function dueTasks<Context extends PlatformContext>(
  context: Context,
  tasks: readonly SweepTask<Context>[],
  db: D1Database,
): Promise<SweepTask<Context>[]> {
  const now = context.now();
  const queried = tasks.map((task) => ({ task, statements: task.dueIf(db, now) }));
  const answers = await anyRowExists(
    db,
    queried.flatMap(({ statements }) => statements),
  );
  return queried
    .filter(({ statements }) => answers.splice(0, statements.length).includes(true))
    .map(({ task }) => task);
}
