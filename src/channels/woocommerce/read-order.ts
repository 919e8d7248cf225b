/** Reads an order of WooCommerce, whether a callback has it or the API returned it. */
import type { FieldError } from "../../kernel/field-errors";
import { accept, reject, type Result } from "../../kernel/result";
import { shape } from "../shared/body";
import { inCurrency, readableOrder } from "../shared/read-payload";
import type { FetchedOrder, OrderChannel } from "../storefront-api";
import { wooOrder } from "./order";
import { WooDraft, WooOrder, WooRefunds } from "./payload";

type Source = Readonly<{
  channel: OrderChannel;
  /** When it was received or requested, in epoch milliseconds. */
  at: number;
  /** The response of the order's refunds; null if they were not requested. */
  refunds: unknown;
}>;

/** Rejects by field what is not as WooCommerce documents it. */
export function readWooOrder(
  payload: unknown,
  { channel, at, refunds }: Source,
): Result<FetchedOrder, readonly FieldError[]> {
  if (isDraft(payload)) return accept({ type: "ignored", reason: "a checkout that is not placed yet" });
  const order = shape(WooOrder, payload);
  if (!order.ok) return order;
  const details = shape(WooRefunds, refunds);
  if (!details.ok) {
    return reject(details.rejection.map((error) => ({ ...error, path: `refunds.${error.path}` })));
  }
  const code = order.value.currency ?? channel.currency;
  return inCurrency({ code, channel, path: "currency" }, (currency, amounts) => {
    const options = { channel, currency, receivedAt: at, refundDetails: details.value };
    const mapped = wooOrder(order.value, options, amounts);
    const readable = readableOrder(mapped, "line_items", amounts);
    return readable.ok ? accept({ type: "order" as const, order: readable.value }) : readable;
  });
}

/** Whether it is only a cart, which WooCommerce's checkout and its staff's forms store as an order until it is placed. */
const isDraft = (payload: unknown): boolean => WooDraft.safeParse(payload).success;
