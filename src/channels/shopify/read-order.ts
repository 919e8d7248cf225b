/** Reads a Shopify order, from a callback or from the API: both have the same form. */
import type { FieldError } from "../../kernel/field-errors";
import type { Result } from "../../kernel/result";
import type { NewOrder } from "../../orders/domain/new-order";
import { inCurrency, readableOrder } from "../shared/read-payload";
import type { ReadOptions } from "../storefront-adapter";
import { shopifyOrder } from "./order";
import type { ShopifyOrder } from "./payload";

export function readShopifyOrder(
  payload: ShopifyOrder,
  { channel, receivedAt }: ReadOptions,
): Result<NewOrder, readonly FieldError[]> {
  const code = payload.currency ?? payload.total_price_set?.currency_code ?? channel.currency;
  return inCurrency({ code, channel, path: "currency" }, (currency, amounts) =>
    readableOrder(shopifyOrder(payload, { channel, currency, receivedAt }, amounts), "line_items", amounts),
  );
}
