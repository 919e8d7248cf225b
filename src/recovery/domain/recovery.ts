/** The state of a recovery between its steps, and the form of its parts. */
import type { OrderId } from "../../kernel/ids";
import type { LostCommits, OrderMovement, UndoEffect } from "./compare-holdings";

/** `since`: the time to which the databases were restored. `until`: when the recovery began. Epoch milliseconds. */
export type Restored = Readonly<{
  since: number;
  until: number;
  /** The names of the orders databases that were restored. */
  orders: readonly string[];
  primary: boolean;
  directory: boolean;
}>;

export const PHASES = [
  "close",
  "holdMessages",
  "traceOrders",
  "compareStock",
  "open",
  "readBack",
  "awaitReadBack",
  "compareStockAgain",
  "settleFindings",
  "compareDirectory",
] as const;
export type PhaseName = (typeof PHASES)[number];

/** What is counted, by what it is. */
export type Counts = Readonly<Record<string, number>>;

export type Recovery = Readonly<{
  restored: Restored;
  phase: PhaseName;
  /** Where the phase continues; null at its beginning. */
  at: unknown;
  /** The phase has read everything; what it found may still be left to do. */
  isRead: boolean;
  /** Work that was found, and is done before the phase goes on. */
  undo: readonly UndoWork[];
  lost: readonly LostCommits[];
  counts: Counts;
}>;

export type UndoWork = Readonly<{ sku: string; effect: UndoEffect }>;

/** The place of a phase that reads the SKUs' objects. */
export type StockPlace = Readonly<{
  /** The last SKU that is done. */
  after: string;
  /** The SKU that is being read; null between two. */
  within: SkuPlace | null;
}>;

/**
 * Movements are read first, and then the holdings that they belong to. Of a SKU with very many movements the holdings
 * are read once for every so many movements.
 */
export type SkuPlace = Readonly<{
  sku: string;
  reading: "movements" | "holdings";
  /** Of the journal; null at its beginning. */
  at: number | string | null;
  movements: readonly (readonly [ref: string, movement: OrderMovement])[];
  /** The movement after which the next ones begin; null if all were read. */
  next: number | null;
}>;

export const begun = (restored: Restored): Recovery => ({
  restored,
  phase: PHASES[0],
  at: null,
  isRead: false,
  undo: [],
  lost: [],
  counts: {},
});

/** Null after the last phase. */
export const phaseAfter = (phase: PhaseName): PhaseName | null => PHASES[PHASES.indexOf(phase) + 1] ?? null;

export const counted = (recovery: Recovery, added: Counts): Recovery => {
  const counts: Record<string, number> = { ...recovery.counts };
  for (const [name, count] of Object.entries(added)) {
    if (count !== 0) counts[name] = (counts[name] ?? 0) + count;
  }
  return { ...recovery, counts };
};

/** Reasons of one order that were found at several SKUs are one hold. */
export function withLost(recovery: Recovery, found: readonly LostCommits[]): Recovery {
  const byOrder = new Map<OrderId, readonly string[]>(
    recovery.lost.map(({ orderId, reasons }) => [orderId, reasons]),
  );
  for (const { orderId, reasons } of found) {
    byOrder.set(orderId, [...new Set([...(byOrder.get(orderId) ?? []), ...reasons])]);
  }
  return { ...recovery, lost: [...byOrder].map(([orderId, reasons]) => ({ orderId, reasons })) };
}
