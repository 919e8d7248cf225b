/** The form of a recovery's phases. */
import type { RecoveryContext } from "./context";
import type { Recovery } from "./domain/recovery";

/**
 * One part of a phase, within half of a step's budget.
 * @param at where it continues; null at its beginning. It returns null when the phase is done.
 */
export type Phase<Place> = (
  context: RecoveryContext,
  recovery: Recovery,
  at: Place | null,
) => Promise<Readonly<{ recovery: Recovery; at: Place | null; pauseMs?: number }>>;
