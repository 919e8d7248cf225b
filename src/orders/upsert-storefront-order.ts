/** An order's whole state, as its storefront tells it: a new order, or what has changed on one that is there. */
import type { OrdersContext } from "./context";
import { orderIdOf, type OrderId } from "../kernel/ids";
import type { NewOrder } from "./domain/new-order";
import { isNewer, isStale, clampUpdateTime } from "./domain/storefront/state-order";
import type { Channel } from "../catalog/domain/reference";
import { accept, type Result } from "../kernel/result";
import { createOrder, type CreateOptions } from "./create-order";
import { readOrder, type Alongside, type ChangeRejection } from "./change-order";
import { applyStorefrontUpdate } from "./apply-storefront-update";

export type Upserted = Readonly<{ outcome: "created" | "queued" | "updated"; orderId: OrderId }>;

export type UpsertOptions = Readonly<{
  channel: Channel;
  /** Whether it is told as what was placed, so that it is news only where nothing else is known. */
  isCreation: boolean;
  /** The row that remembers what told it. */
  remember: (orderId: OrderId, outcome: "applied" | "stale") => Alongside;
  whenUnavailable: CreateOptions["whenUnavailable"];
}>;

export async function upsertStorefrontOrder(
  context: OrdersContext,
  order: NewOrder,
  { channel, isCreation, remember, whenUnavailable }: UpsertOptions,
): Promise<Result<Upserted, ChangeRejection>> {
  const incoming = clampUpdateTime(order, context.now());
  const orderId = orderIdOf(incoming.channelId, incoming.externalId);
  // What changes orders finds one as a rule: reading first saves stock a question.
  let known = isCreation ? null : await readOrder(context, orderId).catch(() => null);
  if (!known) {
    const alongside = remember(orderId, "applied");
    const options = { channel, shortage: "backorder", alongside, whenUnavailable } as const;
    const accepted = await createOrder(context, incoming, options);
    if (!accepted.ok) throw new Error("what a storefront sold is never refused");
    if (accepted.value.outcome !== "known") return accept({ outcome: accepted.value.outcome, orderId });
    known = accepted.value.order;
  }
  if (isCreation ? !isNewer(known, incoming) : isStale(known, incoming)) {
    const db = context.databases.orders(orderId);
    context.waitUntil(db.batch([...remember(orderId, "stale")(db)]));
    return accept({ outcome: "updated", orderId });
  }
  const alongside = remember(orderId, "applied");
  const synced = await applyStorefrontUpdate(context, orderId, { incoming, channel }, { alongside, known });
  return synced.ok ? accept({ outcome: "updated", orderId }) : synced;
}
