/**
 * Reading back the orders of a channel: every night its storefront lists the orders that changed since the last time, and
 * each is fetched and compared. One row for each channel holds how far the list is read, so that it is read in steps.
 */

/** Why a page could not be listed: the storefront is away, for how long if it is known, or it refuses the request. */
export type ListFailure = Readonly<
  { code: "away"; detail: string; afterMs: number } | { code: "refused"; detail: string }
>;

export type ReadBack = Readonly<{
  channelId: string;
  /** The list has the orders that changed since then (epoch milliseconds). */
  since: number;
  /** When the list was begun; null while none is being read. */
  startedAt: number | null;
  /** The next page of the list; null for the first. */
  cursor: string | null;
  /** When the next page is read; null while no list is being read. */
  dueAt: number | null;
  /** Failed requests since the last page. */
  attempts: number;
  problem: string | null;
}>;

const DAY_MS = 86_400_000;
/** Storefronts list changes late, and their clocks differ from ours: the lists of two nights overlap. */
const OVERLAP_MS = 3_600_000;
/** Between two pages, so that the orders of one are fetched before the next are listed. */
const PAUSE_MS = 60_000;
const FIRST_RETRY_MS = 60_000;
const MAX_RETRY_MS = 3_600_000;
/** How long a step keeps others from its row: longer than a request may take. */
export const LEASE_MS = 5 * 60_000;

/** The row when a night begins. A list that is still being read goes on: the orders of this night are in the next one. */
export function begunReadBack(before: ReadBack | null, channelId: string, now: number): ReadBack {
  if (before?.startedAt != null) return { ...before, dueAt: Math.min(before.dueAt ?? now, now) };
  const since = before?.since ?? now - DAY_MS - OVERLAP_MS;
  return { channelId, since, startedAt: now, cursor: null, dueAt: now, attempts: 0, problem: null };
}

/** The row of a list that begins anew, whatever was being read: of everything that changed since the time, or longer. */
export function readBackSince(
  before: ReadBack | null,
  channelId: string,
  { since, now }: Readonly<{ since: number; now: number }>,
): ReadBack {
  const from = Math.min(since - OVERLAP_MS, before?.since ?? since);
  return { channelId, since: from, startedAt: now, cursor: null, dueAt: now, attempts: 0, problem: null };
}

/** The row after a page. `cursor`: of the next page; null after the last. */
export function afterPage(row: ReadBack, cursor: string | null, now: number): ReadBack {
  const read = { ...row, cursor, attempts: 0, problem: null };
  if (cursor !== null) return { ...read, dueAt: now + PAUSE_MS };
  return { ...read, since: (row.startedAt ?? now) - OVERLAP_MS, startedAt: null, dueAt: null };
}

/** The row after a request that failed. A refused cursor is too old: the list begins again. */
export function afterFailure(row: ReadBack, rejection: ListFailure, now: number): ReadBack {
  const attempts = row.attempts + 1;
  const afterMs = rejection.code === "away" ? rejection.afterMs : 0;
  const pauseMs = Math.max(afterMs, Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), MAX_RETRY_MS));
  return {
    ...row,
    cursor: rejection.code === "refused" ? null : row.cursor,
    attempts,
    problem: rejection.detail,
    dueAt: now + pauseMs,
  };
}

/** The row of a channel that cannot be read any more. */
export const stoppedReadBack = (row: ReadBack): ReadBack => ({
  ...row,
  startedAt: null,
  cursor: null,
  dueAt: null,
  attempts: 0,
  problem: null,
});
