/**
 * Settles purchases and voids: asks the carrier, and stores what follows. Each step is stored on condition that nobody
 * else has changed the label; one that loses the race returns the label as it is.
 */
import { logLine } from "../kernel/log-line";
import type { CarrierAdapter } from "./carrier-adapter";
import type { ShippingContext } from "./context";
import type { Label } from "./domain/label";
import { afterAsking, afterBuy, afterVoid, decideVoid, isUnused } from "./domain/purchase";
import { carrierOf } from "./find-labels";
import { DUE_LABELS, dueLabels, labelOf, postponeLabel, updateLabel } from "./storage/labels";

/** Buys a label that was just stored. If the answer is lost, the carrier is asked at once what it has. */
export async function purchaseLabel(
  context: ShippingContext,
  adapter: CarrierAdapter,
  label: Label,
): Promise<Label> {
  const result = await adapter.buy(label);
  const stored = await store(context, afterBuy(label, result, context.now()));
  const mayAsk = result.outcome === "unknown" && result.afterMs === 0 && stored.state === "buying";
  return mayAsk ? askAndGoOn(context, adapter, stored) : stored;
}

/** Does what is due for the label: asks, buys or voids. */
export async function settleLabel(context: ShippingContext, label: Label): Promise<Label> {
  const adapter = carrierOf(context, label);
  switch (label.state) {
    case "buying":
    case "rejected":
      return askAndGoOn(context, adapter, label);
    case "voiding":
      return voidStored(context, adapter, label);
    case "bought":
      if (isUnused(label, context.now())) return voidLabelNow(context, adapter, label);
      return store(context, { ...label, dueAt: null });
    case "used":
    case "voided":
      return label;
  }
}

/** Stores that the label is voided, then asks the carrier. A label that cannot be voided is returned as it is. */
export async function voidLabelNow(
  context: ShippingContext,
  adapter: CarrierAdapter,
  label: Label,
): Promise<Label> {
  const decision = decideVoid(label, context.now());
  if (!decision.ok || decision.value === label) return label;
  const stored = await store(context, decision.value);
  return stored.state === "voiding" ? voidStored(context, adapter, stored) : stored;
}

async function voidStored(context: ShippingContext, adapter: CarrierAdapter, label: Label): Promise<Label> {
  return store(context, afterVoid(label, await adapter.void(label), context.now()));
}

async function askAndGoOn(context: ShippingContext, adapter: CarrierAdapter, label: Label): Promise<Label> {
  const { next, again } = afterAsking(label, await adapter.find(label), context.now());
  const stored = await store(context, next);
  const isOurs = stored.version === label.version + 1;
  if (again && isOurs && stored.state === "buying") {
    return store(context, afterBuy(stored, await adapter.buy(stored), context.now()));
  }
  return stored.state === "voiding" && isOurs ? voidStored(context, adapter, stored) : stored;
}

/** Returns the label as it is stored afterwards, whoever has written it. */
async function store(context: ShippingContext, next: Label): Promise<Label> {
  const db = context.databases.orders(next.orderId);
  if (await updateLabel(db, next)) return { ...next, version: next.version + 1 };
  const current = await labelOf(db, next);
  if (current === null) throw new Error("the label's row is gone");
  return current;
}

/** In one run of the sweep, and at the same time. */
const AT_ONCE = 5;
const MAX_A_RUN = 50;
/** One that fails must not stop those behind it. */
const POSTPONED_MS = 30 * 60_000;

/** Settles what is due. Returns how many. */
export async function settleDueLabels(context: ShippingContext, db: D1Database): Promise<number> {
  const due = await dueLabels(db, DUE_LABELS, { now: context.now(), limit: MAX_A_RUN });
  for (let from = 0; from < due.length; from += AT_ONCE) {
    await Promise.all(due.slice(from, from + AT_ONCE).map((label) => settleOrPostpone(context, db, label)));
  }
  return due.length;
}

async function settleOrPostpone(context: ShippingContext, db: D1Database, label: Label): Promise<void> {
  try {
    await settleLabel(context, label);
  } catch (error) {
    console.error(logLine("error", "a label cannot be settled", { shipmentId: label.shipmentId, error }));
    await postponeLabel(db, label, context.now() + POSTPONED_MS);
  }
}
