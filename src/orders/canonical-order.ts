/** Converts a canonical order or refund to the domain's types. Errors name the field of the request. */
import { currencyOfChannel, minorUnitDigits, parseMoney, unknownCurrency } from "../kernel/money";
import type { Address } from "../kernel/address";
import type { Amounts } from "./domain/amounts";
import type { NewFulfillment, NewOrder, NewOrderLine, NewRefund } from "./domain/new-order";
import { withProblems, unbookableReasons } from "./domain/new-order-checks";
import type { Channel } from "../catalog/domain/channel";
import { accept, reject, type Result } from "../kernel/result";
import type { CanonicalOrder, CanonicalRefundCreated } from "./canonical-order-schema";
import type { FieldError } from "../kernel/field-errors";

type Rejection = Readonly<{ errors: readonly FieldError[] }>;

/** `isSold`: the order was sold already, so that a line that is there twice is not refused, but left to `mendOrder`. */
type Conversion = Readonly<{ isSold?: boolean }>;

/**
 * Rejects, by field: a currency that is unknown or not the channel's, an amount with more decimals than the currency
 * has, a discount above its price, a duplicate line, payment or refund, and amounts that the books cannot hold. Totals
 * that do not add up are not rejected: they become a hold.
 */
export function toNewOrder(
  channel: Pick<Channel, "id" | "currency">,
  canonical: CanonicalOrder,
  { isSold = false }: Conversion = {},
): Result<NewOrder, Rejection> {
  const currency = currencyOfChannel(canonical.currency, channel.currency);
  if (currency === null) return refused("currency", unknownCurrency(canonical.currency));
  if (currency !== channel.currency) {
    return refused("currency", `is ${currency}, but the channel's currency is ${channel.currency}`);
  }

  const fields = exactFields(currency);
  const placedAt = Date.parse(canonical.placedAt);
  const order = {
    channelId: channel.id,
    externalId: canonical.externalId,
    number: canonical.number ?? canonical.externalId,
    currency,
    taxIncluded: canonical.taxIncluded ?? false,
    placedAt,
    storefrontUpdatedAt: latestTime(canonical),
    cancelledAt: canonical.cancelledAt ? Date.parse(canonical.cancelledAt) : null,
    cancelReason: canonical.cancelReason || null,
    email: canonical.email?.toLowerCase() || null,
    phone: canonical.phone || null,
    customerName: canonical.customerName || null,
    locale: canonical.locale || null,
    shippingAddress: newAddress(canonical.shippingAddress),
    billingAddress: newAddress(canonical.billingAddress),
    shippingMethod: canonical.shippingMethod || null,
    pickupLocationId: canonical.pickupLocationId || null,
    lines: canonical.lines
      .map((line, i) => newLine(line, `lines.${i}.`, fields))
      .filter(({ quantity }) => quantity > 0),
    shipping: shippingAmounts(canonical, fields),
    totalMinor: fields.read(canonical.total, "total"),
    payments: (canonical.payments ?? []).map(({ externalId, kind, amount, at }, i) => ({
      externalId,
      kind,
      amountMinor: fields.read(amount, `payments.${i}.amount`),
      at: Date.parse(at),
    })),
    refunds: (canonical.refunds ?? []).map((refund, i) => newRefund(refund, `refunds.${i}.`, fields)),
    roundingMinor: fields.read(canonical.rounding, "rounding"),
    fulfilled: (canonical.fulfillments ?? []).map(newFulfillment),
    isTest: canonical.test ?? false,
    note: canonical.note || null,
    quoteId: canonical.quoteId ?? null,
    reservationTokens: canonical.reservationTokens ?? [],
  };
  const lists = [
    // A part may be captured, and the rest authorized still, under one id.
    ["payments", order.payments.map(({ externalId, kind }) => ({ externalId: `${kind} ${externalId}` }))],
    ["refunds", order.refunds],
    ["fulfillments", order.fulfilled],
  ] as const;
  for (const [list, items] of isSold ? lists : [...lists, ["lines", order.lines] as const]) {
    for (const i of repeated(items)) fields.refuse(`${list}.${i}.externalId`, "is a duplicate");
  }
  if (fields.errors.length === 0) {
    for (const message of unbookableReasons(order)) fields.refuse("lines", message);
  }
  return fields.errors.length > 0 ? reject({ errors: fields.errors }) : accept(withProblems(order, []));
}

/** A refund of an order that the channel sent before. Rejects its amounts and currency as `toNewOrder` does. */
export function toNewRefund(
  canonical: CanonicalRefundCreated,
  channelCurrency: string,
): Result<NewRefund, Rejection> {
  const code = canonical.currency ?? channelCurrency;
  const currency = currencyOfChannel(code, channelCurrency);
  if (currency === null) return refused("currency", unknownCurrency(code));
  const fields = exactFields(currency);
  const refund = newRefund(canonical.refund, "refund.", fields);
  return fields.errors.length > 0 ? reject({ errors: fields.errors }) : accept(refund);
}

const newFulfillment = ({
  externalId,
  lines,
  locationId,
  carrier,
  trackingNumber,
  trackingUrl,
  at,
}: NonNullable<CanonicalOrder["fulfillments"]>[number]): NewFulfillment => ({
  externalId,
  lines,
  locationId: locationId || null,
  carrier: carrier || null,
  trackingNumber: trackingNumber || null,
  trackingUrl: trackingUrl || null,
  at: Date.parse(at),
});

/** Indexes of items with the external id of an earlier item. */
export function repeated(items: readonly Readonly<{ externalId: string }>[]): number[] {
  const seen = new Set<string>();
  return items.flatMap(({ externalId }, i) => {
    if (seen.has(externalId)) return [i];
    seen.add(externalId);
    return [];
  });
}

type Fields = ReturnType<typeof exactFields>;

function exactFields(currency: string) {
  const errors: FieldError[] = [];
  const refuse = (path: string, message: string) => void errors.push({ path, message });
  const read = (amount: string | undefined, path: string): number => {
    if (amount === undefined) return 0;
    const parsed = parseMoney(amount, currency);
    if (parsed.ok) return parsed.value;
    const isTooPrecise = parsed.rejection.code === "amount_too_precise";
    refuse(path, isTooPrecise ? `${currency} has ${minorUnitDigits(currency)} decimals` : "is too large");
    return 0;
  };
  return { errors, refuse, read };
}

function newLine(line: CanonicalOrder["lines"][number], path: string, fields: Fields): NewOrderLine {
  const unitPriceMinor = fields.read(line.unitPrice, `${path}unitPrice`);
  const grossMinor = Math.round(unitPriceMinor * line.quantity);
  const discountMinor = fields.read(line.discount, `${path}discount`);
  if (discountMinor > grossMinor) fields.refuse(`${path}discount`, "is more than the line's price");
  return {
    externalId: line.externalId,
    sku: line.sku || null,
    title: line.title,
    kind: line.kind ?? "physical",
    quantity: line.quantity,
    removed: 0,
    unitPriceMinor,
    grossMinor,
    discountMinor,
    taxMinor: fields.read(line.tax, `${path}tax`),
  };
}

function shippingAmounts({ shipping }: CanonicalOrder, fields: Fields): Amounts {
  const grossMinor = fields.read(shipping?.amount, "shipping.amount");
  const discountMinor = fields.read(shipping?.discount, "shipping.discount");
  if (discountMinor > grossMinor) fields.refuse("shipping.discount", "is more than the shipping's price");
  return { grossMinor, discountMinor, taxMinor: fields.read(shipping?.tax, "shipping.tax") };
}

/** When the state is from: the latest of its times, so that what it reports is never older than itself. */
function latestTime({ placedAt, updatedAt, cancelledAt, ...order }: CanonicalOrder): number {
  const payments = order.payments ?? [];
  const refunds = order.refunds ?? [];
  const times = [
    placedAt,
    updatedAt,
    cancelledAt,
    ...payments.map(({ at }) => at),
    ...refunds.map(({ at }) => at),
  ];
  return Math.max(...times.flatMap((time) => (time ? [Date.parse(time)] : [])));
}

function newRefund(refund: CanonicalRefundCreated["refund"], path: string, fields: Fields): NewRefund {
  const keptMinor = fields.read(refund.kept, `${path}kept`);
  return {
    externalId: refund.externalId,
    amountMinor: fields.read(refund.amount, `${path}amount`),
    shippingMinor: fields.read(refund.shipping, `${path}shipping`),
    ...(keptMinor > 0 && { keptMinor }),
    lines: refund.lines ?? [],
    itemized: refund.lines !== undefined,
    reason: refund.reason || null,
    at: Date.parse(refund.at),
  };
}

function newAddress(address: CanonicalOrder["shippingAddress"]): Address | null {
  if (!address) return null;
  const mapped = {
    name: address.name || null,
    company: address.company || null,
    line1: address.line1 || null,
    line2: address.line2 || null,
    city: address.city || null,
    region: address.region || null,
    postalCode: address.postalCode || null,
    countryCode: address.countryCode ?? null,
    phone: address.phone || null,
    latitude: address.latitude ?? null,
    longitude: address.longitude ?? null,
  };
  return mapped.line1 || mapped.city || mapped.postalCode || mapped.latitude !== null ? mapped : null;
}

const refused = (path: string, message: string) => reject({ errors: [{ path, message }] });
