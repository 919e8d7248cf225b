/** Nothing waits for ever: what is past its deadline, died, or was refused on the day. */
import type { Context } from "../platform/context";
import { dayBounds } from "../kernel/calendar";
import { checkOf, type Check } from "./domain/checks";
import { overdueThings } from "./storage/reconciliations";

/** Everything that waits is swept within minutes. */
const DEADLINE_MS = 15 * 60_000;
const MAX_OF_EACH = 1_000;

export async function checkOverdue(context: Context, on: string): Promise<Check> {
  const { databases, config } = context;
  const found = await overdueThings(
    { databases: databases.allOrders, primary: databases.primary },
    {
      deadline: context.now() - DEADLINE_MS,
      day: dayBounds(on, config.booksTimeZone),
      limit: MAX_OF_EACH,
    },
  );
  const kinds = Map.groupBy(found, ({ what }) => what);
  return checkOf("overdue", "Nothing is past its deadline, dead or rejected", {
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
