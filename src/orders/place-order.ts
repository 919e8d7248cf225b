/** Places an order in the canonical form, from a checkout or a shop without its own adapter. */
import { applyStorefrontUpdate } from "./apply-storefront-update";
import { toNewOrder } from "./canonical-order";
import { CanonicalOrder } from "./canonical-order-schema";
import type { OrdersContext } from "./context";
import type { FieldError } from "../kernel/field-errors";
import { unknownLocations } from "./domain/fulfilled-locations";
import { clampUpdateTime, isNewer } from "./domain/storefront/state-order";
import { accept, reject, type Result } from "../kernel/result";
import {
  createOrder,
  type CreateOutcome,
  type CreateRejection,
  type IdempotentCreation,
} from "./create-order";

export const PlaceOrderInput = CanonicalOrder;

export type PlaceOrderRejection =
  | CreateRejection
  | Readonly<{ code: "version_conflict" }>
  | Readonly<{ code: "invalid_request"; errors: readonly FieldError[] }>;

/**
 * An order that is paid, or free, is created whatever the stock. One that is not paid may be refused as short. An order
 * that exists is brought up to the state, if that is newer.
 */
export async function placeOrder(
  context: OrdersContext,
  channelId: string,
  canonical: CanonicalOrder,
  idempotent: IdempotentCreation | null,
): Promise<Result<CreateOutcome, PlaceOrderRejection>> {
  const { channels, locations } = await context.reference();
  const channel = channels.get(channelId);
  if (!channel?.active) {
    return reject({
      code: "invalid_request",
      errors: [{ path: "channelId", message: "is not an active channel" }],
    });
  }
  const incoming = toNewOrder(channel, canonical);
  if (!incoming.ok) return reject({ code: "invalid_request", errors: incoming.rejection.errors });
  const errors = unknownLocations(incoming.value.fulfilled, locations, "fulfillments");
  if (errors.length > 0) return reject({ code: "invalid_request", errors });
  const order = clampUpdateTime(incoming.value, context.now());
  const isPaid = order.payments.some(({ kind, amountMinor }) => kind !== "authorized" && amountMinor > 0);
  const created = await createOrder(context, order, {
    channel,
    shortage: isPaid || order.totalMinor === 0 ? "backorder" : "refuse",
    idempotent,
    whenUnavailable: "queue",
  });
  if (!created.ok || created.value.outcome !== "known") return created;
  const { orderId, order: known } = created.value;
  if (!isNewer(known, order)) return created;
  const updated = await applyStorefrontUpdate(context, orderId, { incoming: order, channel }, { known });
  return updated.ok
    ? accept({ outcome: "known", orderId, order: updated.value })
    : reject({ code: "version_conflict" });
}
