/**
 * Cloudflare's published prices on the Workers Paid plan, in dollars, beyond what the plan includes, as of
 * 2026-11-23. The subscription itself is $5 a month.
 *
 *   https://developers.cloudflare.com/workers/platform/pricing/
 *   https://developers.cloudflare.com/durable-objects/platform/pricing/
 *   https://developers.cloudflare.com/d1/platform/pricing/
 *   https://developers.cloudflare.com/queues/platform/pricing/
 *   https://developers.cloudflare.com/workers/observability/logs/workers-logs/
 *
 * Rate limits, cron triggers and static assets cost nothing; KV, R2 and Cache are not used.
 */
export const PRICES = {
  /** Each million of requests to a Worker, each batch of a queue among them. */
  workerRequests: 0.3,
  /** Each million of milliseconds of processor time. */
  workerCpuMs: 0.02,
  /** Each million of calls of objects, alarms among them. */
  objectRequests: 0.15,
  /** Each million of gigabyte-seconds that objects are active. */
  objectGigabyteSeconds: 12.5,
  objectRowsRead: 0.001,
  objectRowsWritten: 1,
  databaseRowsRead: 0.001,
  databaseRowsWritten: 1,
  /** Each million of operations of 64 KB. */
  queueOperations: 0.4,
  /** Each million of log events. */
  logEvents: 0.6,
} as const;

/** A message is written, read and deleted. */
export const OPERATIONS_A_MESSAGE = 3;

/** An object is billed as 128 MB while it is active. */
export const OBJECT_GIGABYTES = 0.128;

/**
 * How long a call keeps its object active: taken, not measured. A allocation is decided in about a millisecond; its
 * write is confirmed by other machines in some more.
 */
export const ACTIVE_MS_A_CALL = 10;
