/**
 * The words by which an order is found. Words of its texts have letters and digits only; words that stand for a value of
 * a filter begin with `=`, which no text of a query does.
 */
import type { Order, OrderStatus } from "../../orders/domain/order";
import type { ListedOrder } from "./listed-order";
import { joinedWord, partsOf, phoneWords } from "./words";

export const statusTerm = (status: OrderStatus): string => `=s${status}`;
export const channelTerm = (channelId: string): string => `=c${channelId}`;
/** A day on which units left, UTC: a report of local days reads the days beside it, too. */
export const shippedTerm = (day: string): string => `=d${day}`;
/** A day on which the promise of a line ended. */
export const settledTerm = (day: string): string => `=p${day}`;

export const utcDayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Each once, in ascending order, separated by spaces. */
export function termsOf(
  { lines, shipments, shippingAddress }: Order,
  listed: Omit<ListedOrder, "version" | "updatedAt">,
): string {
  const { number, externalId, email, phone, customerName, status, channelId, shipped, outcomes } = listed;
  const identifiers = [
    number,
    externalId,
    email,
    shippingAddress?.postalCode,
    ...lines.map(({ sku }) => sku),
    ...shipments.map(({ trackingNumber }) => trackingNumber),
  ].filter(isText);
  const texts = [
    ...identifiers,
    ...[customerName, shippingAddress?.name, ...lines.map(({ title }) => title)].filter(isText),
  ];
  const terms = [
    ...identifiers.map(joinedWord),
    ...texts.flatMap(partsOf).flatMap(({ words, joined }) => [...words, joined]),
    ...[phone, shippingAddress?.phone].filter(isText).flatMap(phoneWords),
    statusTerm(status),
    channelTerm(channelId),
    ...shipped.map(([at]) => shippedTerm(utcDayOf(at))),
    ...outcomes.map(([settledOn]) => settledTerm(settledOn)),
  ];
  return [...new Set(terms)].toSorted().join(" ");
}

const isText = (text: string | null | undefined): text is string => typeof text === "string" && text !== "";
