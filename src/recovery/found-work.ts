/** Does what a phase has found before the phase goes on: undoes effects of lost commits, and holds orders. */
import { logLine } from "../kernel/log-line";
import { holdRestoredOrder } from "../orders/hold-restored-order";
import type { RecoveryContext } from "./context";
import { finding } from "./domain/findings";
import { counted, type Recovery } from "./domain/recovery";
import { storeFindings } from "./storage/findings";

const EFFECTS_A_PART = 30;
/** A commit takes some twenty queries. */
const HOLDS_A_PART = 3;

export const hasFoundWork = ({ undo, lost }: Recovery): boolean => undo.length > 0 || lost.length > 0;

/** A part of it. Effects are known by their references, and a hold for the same reason changes nothing. */
export async function doFoundWork(context: RecoveryContext, recovery: Recovery): Promise<Recovery> {
  if (recovery.undo.length > 0) {
    const [now, later] = [recovery.undo.slice(0, EFFECTS_A_PART), recovery.undo.slice(EFFECTS_A_PART)];
    for (const { sku, effect } of now) {
      const applied = await context.inventory.applyEffect(sku, effect);
      if (!applied.ok) throw new Error(`${effect.ref}: ${JSON.stringify(applied.rejection)}`);
    }
    return { ...recovery, undo: later };
  }
  const held = recovery.lost.slice(0, HOLDS_A_PART);
  let count = 0;
  for (const { orderId, reasons } of held) {
    const changed = await holdRestoredOrder(context, orderId, reasons);
    // Another writer was faster: the order is tried again with the step.
    if (!changed.ok && changed.rejection.code === "version_conflict")
      throw new Error(`${orderId} is being changed`);
    if (!changed.ok) {
      console.error(logLine("error", "an order to hold does not exist", { orderId }));
      continue;
    }
    const isHeld = changed.value.holds.some(({ code }) => code === "database_restored");
    if (isHeld) count += 1;
    const state = isHeld ? "is held" : "has nothing left to send, and is not held";
    const detail = `The order ${orderId} ${state}. ${reasons.join(" ")}`;
    const found = finding("commits_lost", orderId, { orderId, detail, facts: { reasons } });
    await storeFindings(context.databases.primary, [found], context.now());
  }
  return counted({ ...recovery, lost: recovery.lost.slice(HOLDS_A_PART) }, { ordersHeld: count });
}
