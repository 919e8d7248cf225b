/** Marks inbound that did not arrive on its day, so that nothing is promised from it any more. */
import { EARLIEST_TIME_ZONE, localDate } from "../kernel/calendar";
import type { InventoryContext } from "./context";
import { dueInbound, markOverdue } from "./storage/inbound";

/** Bounded, so that a run ends well within a cron's time. */
const MAX_ROWS = 2_000;

/** Returns how many rows became overdue. A day has passed when it has passed at the row's location. */
export async function markAllOverdueInbound(context: InventoryContext): Promise<number> {
  const { locations } = await context.reference();
  const db = context.databases.primary;
  const now = context.now();
  const due = await dueInbound(db, localDate(now, EARLIEST_TIME_ZONE), MAX_ROWS);
  const overdue = due.filter(
    ({ locationId, expectedOn }) => expectedOn < localDate(now, locations.get(locationId)?.timeZone ?? "UTC"),
  );
  if (overdue.length > 0) {
    await markOverdue(
      db,
      overdue.map(({ id }) => id),
      now,
    );
  }
  return overdue.length;
}
