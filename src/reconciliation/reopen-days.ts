/** Opens closed days again, after a database with entries of them was restored to an earlier time. */
import { deleteClosings } from "../ledger/journal";
import type { ReconciliationContext } from "./context";
import { deleteReports } from "./storage/reconciliations";

/**
 * The closings and reports of the day and of all later ones are deleted; the next night closes these days again. Returns the
 * days that had been closed, in ascending order. Idempotent: a repeat returns what is left.
 */
export async function reopenDays(
  { databases }: Pick<ReconciliationContext, "databases">,
  from: string,
): Promise<readonly string[]> {
  const days = await deleteClosings(databases.primary, from);
  await deleteReports(databases.primary, from);
  return days;
}
