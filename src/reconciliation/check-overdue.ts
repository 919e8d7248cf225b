/** Checks every module's deadlines: work that waits too long, dead letters, and rejections of the day. Reads only. */
import { dayBounds } from "../kernel/calendar";
import type { Deadline } from "../platform/jobs/deadlines";
import type { ReconciliationContext } from "./context";
import { checkOf, type Check } from "./domain/report";

/** The sweep handles waiting work within minutes. */
const DEADLINE_MS = 15 * 60_000;
const MAX_OF_EACH = 1_000;

type Overdue = Readonly<{ what: string; id: string; since: number; detail: string }>;

export async function checkOverdue(context: ReconciliationContext, on: string): Promise<Check> {
  const { databases, deadlines } = context;
  const found = (
    await Promise.all(
      deadlines.flatMap((deadline) => {
        const bounds = boundsOf(deadline, context, on);
        const queried = deadline.of === "primary" ? [databases.primary] : databases.allOrders;
        return queried.map((db) => overdueIn(db, deadline, bounds));
      }),
    )
  ).flat();
  const kinds = Map.groupBy(found, ({ what }) => what);
  return checkOf("overdue", "No work is past its deadline, dead or rejected", {
    counted: found.length,
    exceptions: found.map(({ what, id, since, detail }) => ({
      subject: id,
      expected: null,
      actual: null,
      detail: `${what} since ${new Date(since).toISOString()}: ${detail}`,
    })),
    sums: [...kinds].map(([name, { length }]) => ({ name, amount: length, currency: null })),
  });
}

type Bounds = readonly [from: number, to: number];

function boundsOf({ within }: Deadline, { now, config }: ReconciliationContext, on: string): Bounds {
  switch (within) {
    case "late":
      return [0, now() - DEADLINE_MS];
    case "day": {
      const { start, end } = dayBounds(on, config.booksTimeZone);
      return [start, end - 1];
    }
    case "ever":
      return [0, Number.MAX_SAFE_INTEGER];
  }
}

async function overdueIn(db: D1Database, { what, query }: Deadline, bounds: Bounds): Promise<Overdue[]> {
  const { results } = await db
    .prepare(query)
    .bind(...bounds, MAX_OF_EACH)
    .all<{ id: string; since: number; detail: string }>();
  return results.map((row) => ({ what, ...row }));
}
