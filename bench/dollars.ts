/** The cost of a million requests, from the counts of one. */
import type { Counts } from "./counts.ts";
import { ACTIVE_MS_A_CALL, OBJECT_GIGABYTES, OPERATIONS_A_MESSAGE, PRICES } from "./prices.ts";

export type Item = Readonly<{ item: string; each: number; dollars: number }>;

/**
 * Dollars for a million requests, by item. `each` is the amount for one request. `cpuMs` is workerd's processor time here,
 * with its local D1 and queues: more than Cloudflare bills.
 */
export function dollarsOfAMillion(counts: Counts, cpuMs: number): Item[] {
  const gigabyteSeconds = (counts.objectCalls * ACTIVE_MS_A_CALL * OBJECT_GIGABYTES) / 1_000;
  const used: readonly (readonly [string, keyof typeof PRICES, number])[] = [
    ["Worker requests", "workerRequests", counts.invocations],
    ["Worker processor time, ms", "workerCpuMs", cpuMs],
    ["object calls", "objectRequests", counts.objectCalls],
    ["object activity, GB-s", "objectGigabyteSeconds", gigabyteSeconds],
    ["object rows read", "objectRowsRead", counts.objectRowsRead],
    ["object rows written", "objectRowsWritten", counts.objectRowsWritten],
    ["D1 rows read", "databaseRowsRead", counts.databaseRowsRead],
    ["D1 rows written", "databaseRowsWritten", counts.databaseRowsWritten],
    ["queue operations", "queueOperations", counts.queueMessages * OPERATIONS_A_MESSAGE],
    ["log events", "logEvents", counts.logLines],
  ];
  return used.map(([item, price, each]) => ({ item, each, dollars: each * PRICES[price] }));
}

export const totalOf = (items: readonly Item[]): number =>
  items.reduce((sum, { dollars }) => sum + dollars, 0);
