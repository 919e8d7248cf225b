/** An order in the canonical form, from a checkout or a shop without an adapter of its own. */
import { toNewOrder } from "./canonical-order";
import { CanonicalOrder } from "./canonical-order-schema";
import type { OrdersContext } from "./context";
import type { FieldError } from "../kernel/field-errors";
import { clampUpdateTime } from "./domain/storefront/state-order";
import { reject, type Result } from "../kernel/result";
import { createOrder, type Accepted } from "./create-order";
import type { Alongside } from "./change-order";
import type { ShortageRejection } from "./allocate-lines";

export const PlaceOrderInput = CanonicalOrder;

export type PlaceOrderRejection =
  | ShortageRejection
  | Readonly<{ code: "invalid_request"; errors: readonly FieldError[] }>;

/** What is paid has been sold, and is taken in whatever the stock; what is not paid may be refused. */
export async function placeOrder(
  context: OrdersContext,
  channelId: string,
  canonical: CanonicalOrder,
  alongside: Alongside,
): Promise<Result<Accepted, PlaceOrderRejection>> {
  const channel = (await context.reference()).channels.get(channelId);
  if (!channel?.active) {
    return reject({
      code: "invalid_request",
      errors: [{ path: "channelId", message: "is no active channel" }],
    });
  }
  const incoming = toNewOrder(channel, canonical);
  if (!incoming.ok) return reject({ code: "invalid_request", errors: incoming.rejection.errors });
  const order = clampUpdateTime(incoming.value, context.now());
  const sold = order.payments.some(({ kind, amountMinor }) => kind === "captured" && amountMinor > 0);
  return createOrder(context, order, {
    channel,
    shortage: sold || order.totalMinor === 0 ? "backorder" : "refuse",
    alongside,
    whenUnavailable: "queue",
  });
}
