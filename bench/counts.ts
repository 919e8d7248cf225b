/** The counts of a request, and of the work that follows it. */
export type Counts = {
  /** Round trips to D1 and to objects. Concurrent calls are one. */
  roundTrips: number;
  /** Invocations of the Worker: the request, and each batch of queue messages. */
  invocations: number;
  databaseCalls: number;
  databaseRowsRead: number;
  databaseRowsWritten: number;
  objectCalls: number;
  objectRowsRead: number;
  /** Setting an alarm is one row. */
  objectRowsWritten: number;
  queueMessages: number;
  /** Lines that the Worker writes. The platform's own line for each invocation is off in wrangler.toml. */
  logLines: number;
};

export const noCounts = (): Counts => ({
  roundTrips: 0,
  invocations: 0,
  databaseCalls: 0,
  databaseRowsRead: 0,
  databaseRowsWritten: 0,
  objectCalls: 0,
  objectRowsRead: 0,
  objectRowsWritten: 0,
  queueMessages: 0,
  logLines: 0,
});
