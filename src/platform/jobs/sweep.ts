/**
 * The sweep, every minute: does what should have been done by now. Each database is asked in one query which tasks
 * have something due, and only those run; mostly none has.
 */
import type { PlatformContext } from "../context";
import { anyRowExists } from "../d1/any-row-exists";
import { everyDatabase } from "../d1/databases";
import { runIsolatedSteps } from "./run-isolated-steps";

export type SweepTask<Context extends PlatformContext> = Readonly<{
  name: string;
  /** Which databases it works on: every orders database, or the primary. */
  of: "orders" | "primary";
  /** The task is due if any of these statements returns a row. */
  dueIf: (db: D1Database, now: number) => readonly D1PreparedStatement[];
  /** Bounded, so that a run ends well within a cron's time; what is left waits a minute. Returns how many it handled. */
  run: (context: Context, db: D1Database) => Promise<number>;
}>;

export type SweepPlan<Context extends PlatformContext> = Readonly<{
  /** Steps that run before any database is asked. */
  before: readonly Readonly<{ name: string; run: (context: Context) => Promise<unknown> }>[];
  tasks: readonly SweepTask<Context>[];
}>;

/** How many each task handled, by its name; a task that was not due is not named. */
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
      const due = await attempt("asking what is due", () =>
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
  const asked = tasks.map((task) => ({ task, statements: task.dueIf(db, now) }));
  const answers = await anyRowExists(
    db,
    asked.flatMap(({ statements }) => statements),
  );
  return asked
    .filter(({ statements }) => answers.splice(0, statements.length).includes(true))
    .map(({ task }) => task);
}
