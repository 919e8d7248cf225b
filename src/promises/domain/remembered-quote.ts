/**
 * Quotes that are found without their id: an order matches one by its channel, destination, delivery and SKUs. A key
 * is a hash of these, so that one read finds the quotes that an order may have been placed on.
 */
import {
  digestOf,
  isWithin,
  methodText,
  placeText,
  PRECISIONS,
  precisionOf,
  quoteValidUntil,
  unitsBySku,
  type PlacedOrder,
  type Precision,
  type QuotedOrder,
} from "./quoted-order";

export type RememberedQuote = Readonly<{
  key: string;
  /** Units of each SKU, in the order of the SKUs. */
  quantities: readonly number[];
  deliverByOn: string;
  issuedAt: number;
  validUntil: number;
}>;

/** The same quote is stored again only after this time, so that it is stored as valid for so much longer. */
export const STORED_AGAIN_MS = 10 * 60_000;

/** The row that stores a quote. `issuedAt`: epoch milliseconds. */
export const rememberedQuote = (
  order: QuotedOrder,
  { deliverByOn, issuedAt }: Pick<RememberedQuote, "deliverByOn" | "issuedAt">,
): RememberedQuote => ({
  key: keyOf(order, order.destination, precisionOf(order.destination), order.shippingMethod),
  quantities: unitsBySku(order.lines).map(([, quantity]) => quantity),
  deliverByOn,
  issuedAt,
  validUntil: quoteValidUntil(issuedAt) + STORED_AGAIN_MS,
});

/** The keys under which a quote for the order may be stored; none for an order that nothing is sent of. */
export function keysOf(order: PlacedOrder): string[] {
  const { destination, shippingMethod } = order;
  if (destination === null || order.lines.length === 0) return [];
  const methods = methodText(shippingMethod) === "" ? [null] : [null, shippingMethod];
  return PRECISIONS.flatMap((precision) =>
    methods.map((method) => keyOf(order, destination, precision, method)),
  );
}

/**
 * The earliest day by which one of the quotes promises the order; null if none is for it. The customer may have seen any
 * of those that are valid.
 * @param quotes under the order's keys.
 */
export function rememberedDay(quotes: readonly RememberedQuote[], order: PlacedOrder): string | null {
  const wanted = unitsBySku(order.lines).map(([, quantity]) => quantity);
  const days = quotes
    .filter(({ issuedAt, validUntil }) => isWithin(order.placedAt, issuedAt, validUntil))
    .filter(({ quantities }) => wanted.every((quantity, i) => quantity <= (quantities[i] ?? 0)))
    .map(({ deliverByOn }) => deliverByOn);
  return days.toSorted()[0] ?? null;
}

function keyOf(
  { channelId, lines }: Pick<QuotedOrder, "channelId" | "lines">,
  place: QuotedOrder["destination"],
  precision: Precision,
  method: string | null,
): string {
  const skus = unitsBySku(lines).map(([sku]) => sku);
  return digestOf(JSON.stringify([channelId, placeText(place, precision), methodText(method), skus]), 32);
}
