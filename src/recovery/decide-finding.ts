/** Decides a finding: nothing that a recovery found is freed or released without a person's decision. */
import type { LineId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import { releaseRestoredOrder } from "../orders/hold-restored-order";
import { readWholeOrder } from "../orders/orders";
import type { RecoveryContext } from "./context";
import { DECISIONS, mayDecide, type Decision } from "./domain/findings";
import { surplusOf } from "./domain/surplus";
import { decideFindings, findingById, openFindingsOf, type StoredFinding } from "./storage/findings";

export type DecisionRejection = Readonly<
  | { code: "not_found" }
  | { code: "finding_decided"; decision: string | null }
  /** `possible`: what may be decided about it. */
  | { code: "decision_invalid"; possible: readonly string[] }
  /** The order exists, and needs the units. */
  | { code: "order_stored"; orderId: string }
  | { code: "version_conflict" }
>;

export type DecisionRequest = Readonly<{ decision: Decision; note: string | null }>;

/** What it does may be repeated: the finding is marked last. */
export async function decideFinding(
  context: RecoveryContext,
  id: string,
  { decision, note }: DecisionRequest,
): Promise<Result<StoredFinding, DecisionRejection>> {
  const { primary } = context.databases;
  const found = await findingById(primary, id);
  if (found === null) return reject({ code: "not_found" });
  if (found.decidedAt !== null) return reject({ code: "finding_decided", decision: found.decision });
  if (!mayDecide(found.kind, decision)) {
    return reject({ code: "decision_invalid", possible: DECISIONS[found.kind] });
  }
  const done = await perform(context, found, decision);
  if (!done.ok) return done;
  await decideFindings(primary, { ids: [id], decision, by: context.actor, note }, context.now());
  return accept((await findingById(primary, id))!);
}

async function perform(
  context: RecoveryContext,
  found: StoredFinding,
  decision: Decision,
): Promise<Result<null, DecisionRejection>> {
  switch (decision) {
    case "free":
      return freeUnits(context, found);
    case "release":
      return releaseOrder(context, found);
    case "keep":
      return accept(null);
  }
}

type HeldLine = Readonly<{ sku: string; lineId: LineId }>;

/**
 * What the line holds and its order does not need; all of it if there is no such order. Each release has a reference of its
 * own, so that a repeat frees nothing more.
 */
async function freeUnits(
  context: RecoveryContext,
  { id, orderId, facts }: StoredFinding,
): Promise<Result<null, DecisionRejection>> {
  if (orderId === null) return reject({ code: "not_found" });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the facts of findings of this kind.
  const { sku, lineId } = facts as unknown as HeldLine;
  const order = await readWholeOrder(context, orderId);
  const held = await context.inventory.readLineStock(sku, lineId);
  if (!held.ok) return reject({ code: "not_found" });
  const surplus = surplusOf(order, held.value, { sku, lineId });
  if (surplus.length === 0 && order !== null) return reject({ code: "order_stored", orderId });
  for (const { locationId, quantity } of surplus) {
    const ref = `recovery/${id}/${locationId ?? ""}`;
    const at = context.now();
    const effect = { type: "release", ref, orderId, lineId, locationId, quantity, at } as const;
    const applied = await context.inventory.applyEffect(sku, effect);
    if (!applied.ok) throw new Error(JSON.stringify(applied.rejection));
  }
  return accept(null);
}

/** The order goes on once nothing else that was found about it is open. */
async function releaseOrder(
  context: RecoveryContext,
  { id, orderId }: StoredFinding,
): Promise<Result<null, DecisionRejection>> {
  if (orderId === null) return accept(null);
  const open = await openFindingsOf(context.databases.primary, [orderId]);
  if (open.some((other) => other.id !== id)) return accept(null);
  const released = await releaseRestoredOrder(context, orderId, "Decided after the restore.");
  if (!released.ok && released.rejection.code === "version_conflict")
    return reject({ code: "version_conflict" });
  return accept(null);
}
