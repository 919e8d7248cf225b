/** Creates or updates an order from the whole state that its storefront sends. */
import type { OrdersContext } from "./context";
import { orderIdOf, type OrderId } from "../kernel/ids";
import type { NewOrder } from "./domain/new-order";
import { isNewer, isStale, clampUpdateTime } from "./domain/storefront/state-order";
import type { Channel } from "../catalog/domain/channel";
import { accept, type Result } from "../kernel/result";
import { createOrder, type CreateOptions } from "./create-order";
import { readOrder, type Alongside, type ChangeRejection } from "./change-order";
import { applyStorefrontUpdate } from "./apply-storefront-update";

export type Upserted = Readonly<{ outcome: "created" | "queued" | "updated"; orderId: OrderId }>;

export type UpsertOptions = Readonly<{
  channel: Channel;
  /** The state is from when the order was placed: of two states with the same time, it is the older one. */
  isCreation: boolean;
  /** Statements that record the callback, in the same batch as the change. */
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
  // An update usually finds its order: reading it first saves a round to stock.
  let known = isCreation ? null : await readOrder(context, orderId).catch(() => null);
  if (!known) {
    const alongside = remember(orderId, "applied");
    const options = { channel, shortage: "backorder", alongside, whenUnavailable } as const;
    const created = await createOrder(context, incoming, options);
    if (!created.ok) throw new Error("an order that may be backordered was refused");
    if (created.value.outcome !== "known") return accept({ outcome: created.value.outcome, orderId });
    known = created.value.order;
  }
  if (isCreation ? !isNewer(known, incoming) : isStale(known, incoming)) {
    const db = context.databases.orders(orderId);
    context.waitUntil(db.batch([...remember(orderId, "stale")(db)]));
    return accept({ outcome: "updated", orderId });
  }
  const alongside = remember(orderId, "applied");
  const updated = await applyStorefrontUpdate(context, orderId, { incoming, channel }, { alongside, known });
  return updated.ok ? accept({ outcome: "updated", orderId }) : updated;
}
