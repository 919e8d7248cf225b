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
  /** A million requests to a Worker; a batch of a queue is one. */
  workerRequests: 0.3,
  /** A million milliseconds of processor time. */
  workerCpuMs: 0.02,
  /** A million calls of objects; an alarm is one. */
  objectRequests: 0.15,
  /** A million gigabyte-seconds of active objects. */
  objectGigabyteSeconds: 12.5,
  objectRowsRead: 0.001,
  objectRowsWritten: 1,
  databaseRowsRead: 0.001,
  databaseRowsWritten: 1,
  /** A million operations of up to 64 KB. */
  queueOperations: 0.4,
  /** A million log events. */
  logEvents: 0.6,
} as const;

/** A queue message is written, read and deleted. */
export const OPERATIONS_A_MESSAGE = 3;

/** An active object is billed as 128 MB. */
export const OBJECT_GIGABYTES = 0.128;

/**
 * How long a call keeps its object active. An assumption, not measured: an allocation takes about a millisecond, and the
 * confirmation of its write by other machines some more.
 */
export const ACTIVE_MS_A_CALL = 10;
