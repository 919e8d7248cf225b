/** What is counted of a request, and of all that follows from it. */
export type Counts = {
  /** Rounds of calls to D1 and to objects: those at once are one, those after another are several. */
  roundTrips: number;
  /** Of the Worker: the request itself, and each batch of messages. */
  invocations: number;
  databaseCalls: number;
  databaseRowsRead: number;
  databaseRowsWritten: number;
  objectCalls: number;
  objectRowsRead: number;
  /** An alarm that is set is a row written. */
  objectRowsWritten: number;
  queueMessages: number;
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
});
