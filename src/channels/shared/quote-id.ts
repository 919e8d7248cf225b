/** The quote that a storefront's order was placed on, among the fields that its theme or a plugin has added. */
import { quoteIdText } from "../../orders/domain/new-order";

/** With leading underscores a storefront does not show the field to customers. */
const FIELD = /^_*aftercart_quote$/i;

/** Null if the order names none. */
export function quoteIdAmong(
  fields: readonly (readonly [name: string | null, value: unknown])[],
): string | null {
  const [, value] = fields.find(([name]) => name !== null && FIELD.test(name.trim())) ?? [];
  return quoteIdText(value);
}
