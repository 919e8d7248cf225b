/**
 * The restore of a database to an earlier time, in epoch milliseconds. What happened from `since` to `until`, when the
 * recovery began, may have been done, and the database does not know it.
 */
export type Restore = Readonly<{ since: number; until: number }>;
