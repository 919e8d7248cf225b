/** The first phase: nobody but the recovery changes orders of the restored databases; and the phase that ends that. */
import { localDate } from "../kernel/calendar";
import { closeAfterRestore, openAfterRestore } from "../platform/restores/restores";
import { reopenDays } from "../reconciliation/reopen-days";
import { checkBuckets, fenceBuckets } from "./buckets";
import type { RecoveryContext } from "./context";
import { finding, type Finding } from "./domain/findings";
import { counted, type Restored } from "./domain/recovery";
import type { Phase } from "./phase";
import { restoredOrders } from "./restored-databases";
import { storeFindings } from "./storage/findings";

/** @throws what a person must do first. */
export const close: Phase<never> = async (context, recovery) => {
  const { restored } = recovery;
  const faults = await checkBuckets(context, restored.orders);
  if (faults.refusals.length > 0) throw new Error(faults.refusals.join(" "));
  const databases = restoredOrders(context, restored);
  for (const db of databases) await closeAfterRestore(db, restored);
  await fenceBuckets(context, faults);
  const found = [
    ...(await daysReopened(context, restored)),
    ...(restored.primary ? [primaryRestored(restored)] : []),
  ];
  await storeFindings(context.databases.primary, found, context.now());
  const counts = { databasesClosed: databases.length, bucketsFenced: faults.fences.length };
  return { recovery: counted(recovery, counts), at: null };
};

/** What is closed has sums of entries that the restored databases no longer have. */
async function daysReopened(
  context: RecoveryContext,
  { since, orders }: Restored,
): Promise<readonly Finding[]> {
  if (orders.length === 0) return [];
  const from = localDate(since, context.config.booksTimeZone);
  const days = await reopenDays(context, from);
  if (days.length === 0) return [];
  const detail = `${days.join(", ")} had been closed with entries that the database has lost. The next night closes them again: compare with reports that were sent.`;
  return [finding("days_reopened", from, { orderId: null, detail, facts: { days } })];
}

const primaryRestored = ({ since, until }: Restored): Finding =>
  finding("primary_restored", new Date(since).toISOString(), {
    orderId: null,
    detail: `What only the primary database had is as it was at ${new Date(since).toISOString()}. API keys that were revoked since then are valid again: GET /v1/api-keys. Write again what was changed of channels, locations, carrier services, SKUs and inbound.`,
    facts: { since, until },
  });

export const open: Phase<never> = async (context, recovery) => {
  for (const db of restoredOrders(context, recovery.restored)) await openAfterRestore(db);
  return { recovery, at: null };
};
