/**
 * What of the storefront's state is not so here, once everything was applied that can be. The comparison is total:
 * every field of a storefront's order is listed, so a new field does not compile until it is considered.
 */
import { formatMoney } from "../../../kernel/money";
import type { NewFulfillment, NewOrder, NewOrderLine, NewPayment, NewRefund } from "../new-order";
import { linesOf, type Order, type OrderDetails } from "../order";
import { amountsOfUnits, needsStock, openUnits } from "../order-line";
import { isSamePayment } from "../payments/payments";
import { changedDetails } from "./details";
import { titleOf, type Difference } from "./difference";
import { fulfilledDifferences } from "./fulfilled-differences";
import { refundedUnits } from "../reported-units";
import { refundedAsUnsent } from "./refunded-differences";
import { isSameGoods } from "./removed-units";
import { externalLineIds, isEnded, unitsLeft, unitsLeftThere } from "./units-left";

type Compare = (order: Order, incoming: NewOrder) => readonly Difference[];

/** A field that identifies the order, or that another field's comparison contains, or that is only for its creation. */
const ELSEWHERE: Compare = () => [];

const COMPARED: { readonly [Field in keyof NewOrder]: Compare } = {
  channelId: ELSEWHERE,
  externalId: ELSEWHERE,
  reservationTokens: ELSEWHERE,
  quoteId: ELSEWHERE,
  /** Each problem holds the order by its own code. */
  problems: ELSEWHERE,
  storefrontUpdatedAt: ELSEWHERE,
  cancelReason: ELSEWHERE,
  currency: (order, { currency }) => equal("Currency", order.currency, currency),
  number: details,
  placedAt: ELSEWHERE,
  email: ELSEWHERE,
  phone: ELSEWHERE,
  customerName: ELSEWHERE,
  locale: ELSEWHERE,
  shippingAddress: ELSEWHERE,
  billingAddress: ELSEWHERE,
  shippingMethod: ELSEWHERE,
  pickupLocationId: ELSEWHERE,
  note: ELSEWHERE,
  taxIncluded: (order, incoming) =>
    equal("Tax included", yesOrNo(order.taxIncluded), yesOrNo(incoming.taxIncluded)),
  shipping: (order, { shipping }) => [
    ...amount(order, "Shipping", order.shipping.grossMinor, shipping.grossMinor),
    ...amount(order, "Discount of shipping", order.shipping.discountMinor, shipping.discountMinor),
    ...amount(order, "Tax of shipping", order.shipping.taxMinor, shipping.taxMinor),
  ],
  roundingMinor: (order, incoming) => amount(order, "Rounding", order.roundingMinor, incoming.roundingMinor),
  totalMinor: (order, incoming) => amount(order, "Total", order.totalMinor, incoming.totalMinor),
  payments,
  refunds,
  fulfilled: fulfilledDifferences,
  lines,
  cancelledAt: ended,
  isTest: (order, { isTest }) => equal("Test order", yesOrNo(order.isTest), yesOrNo(isTest)),
};

/** The differences that are left. */
export const differencesFrom = (order: Order, incoming: NewOrder): Difference[] =>
  Object.values(COMPARED).flatMap((compare) => compare(order, incoming));

function details(order: Order, incoming: NewOrder): Difference[] {
  return changedDetails(order, incoming).map((name) => ({
    detail: `${name}: ${textOf(incoming[name])} at the storefront, ${textOf(order[name])} here.`,
    parcel: true,
  }));
}

function textOf(value: OrderDetails[keyof OrderDetails]): string {
  if (value === null) return "none";
  if (typeof value !== "object") return `${value}`;
  const parts = Object.values(value).filter((part) => part !== null && part !== "");
  return parts.join(", ");
}

/** Each field of `T` with how it is compared: a new one does not compile until it is considered. */
type Considered<
  T,
  How extends Readonly<Record<keyof T, "key" | "compared" | "kept" | "elsewhere">>,
> = keyof How;

export type PaymentFields = Considered<
  NewPayment,
  { externalId: "key"; kind: "key"; amountMinor: "compared"; at: "kept" }
>;

/** A refund whose units the storefront does not list is a hold of its own. */
export type RefundFields = Considered<
  NewRefund,
  {
    externalId: "key";
    amountMinor: "compared";
    shippingMinor: "compared";
    keptMinor: "compared";
    lines: "compared";
    itemized: "elsewhere";
    reason: "kept";
    at: "kept";
  }
>;

/** Where and when the units were sent is kept with the shipment. */
export type FulfillmentFields = Considered<
  NewFulfillment,
  {
    externalId: "key";
    lines: "compared";
    locationId: "kept";
    carrier: "compared";
    trackingNumber: "compared";
    trackingUrl: "compared";
    at: "kept";
    /** Considered in `withKnownUnits`. */
    everything: "elsewhere";
  }
>;

function payments(order: Order, incoming: NewOrder): Difference[] {
  const all = [...incoming.payments, ...order.payments];
  const each = all.filter((payment, i) => all.findIndex((other) => isSamePayment(payment, other)) === i);
  return each.flatMap((payment) =>
    amount(
      order,
      `Payment ${payment.externalId}`,
      order.payments.find((known) => isSamePayment(known, payment))?.amountMinor ?? 0,
      incoming.payments.find((there) => isSamePayment(there, payment))?.amountMinor ?? 0,
    ),
  );
}

function refunds(order: Order, incoming: NewOrder): Difference[] {
  const ids = new Set([...incoming.refunds, ...order.refunds].map(({ externalId }) => externalId));
  const each = [...ids].flatMap((id) => {
    const here = order.refunds.find(({ externalId }) => externalId === id);
    const there = incoming.refunds.find(({ externalId }) => externalId === id);
    const money = [
      ...amount(order, `Refund ${id}`, here?.amountMinor ?? 0, there?.amountMinor ?? 0),
      ...amount(order, `Shipping of refund ${id}`, here?.shippingMinor ?? 0, there?.shippingMinor ?? 0),
      ...amount(order, `Kept of refund ${id}`, here?.keptMinor ?? 0, there?.keptMinor ?? 0),
    ];
    const gone = !there && here && here.lines.length > 0 && here.amountMinor === 0;
    const units: Difference[] = gone
      ? [
          {
            detail: `Refund ${id} is gone at the storefront, and its units are cancelled here.`,
            parcel: false,
          },
        ]
      : [];
    return [...money, ...units, ...(here && there ? unitsOfRefund(order, here, there) : [])];
  });
  return [...each, ...refundedAsUnsent(order, incoming)];
}

/** Units that one of the two lists. */
function unitsOfRefund(order: Order, here: Order["refunds"][number], there: NewRefund): Difference[] {
  const ids = new Set([...here.lines, ...there.lines].map(({ externalLineId }) => externalLineId));
  return [...ids].flatMap((id) => {
    const [known, listed] = [refundedUnits([here], id), refundedUnits([there], id)];
    const name = `Units of ${titleOf(order, id)} in refund ${here.externalId}`;
    return equal(name, `${known}`, `${listed}`);
  });
}

type LineCompare = (order: Order, line: NewOrderLine) => readonly Difference[];
const LINE_ELSEWHERE: LineCompare = () => [];

const LINE_COMPARED: { readonly [Field in keyof NewOrderLine]: LineCompare } = {
  externalId: LINE_ELSEWHERE,
  quantity: LINE_ELSEWHERE,
  removed: LINE_ELSEWHERE,
  kind: LINE_ELSEWHERE,
  unitPriceMinor: LINE_ELSEWHERE,
  title: LINE_ELSEWHERE,
  sku: (order, there) => {
    const others = linesOf(order, there.externalId).filter(
      (line) => !isSameGoods(line, there) && line.ordered > line.cancelled + line.returned,
    );
    return others.map((line) => ({
      detail: `${there.title}: ${there.sku ?? "no SKU"} (${there.kind}) at the storefront, ${line.storefrontSku ?? "no SKU"} (${line.storefrontKind}) here.`,
      parcel: openUnits(line) > 0,
    }));
  },
  grossMinor: (order, there) => figure(order, there, "grossMinor", "Price"),
  discountMinor: (order, there) => figure(order, there, "discountMinor", "Discount"),
  taxMinor: (order, there) => figure(order, there, "taxMinor", "Tax"),
};

/** A figure of the units that are left, where both sides have the same number of them. */
function figure(
  order: Order,
  there: NewOrderLine,
  field: "grossMinor" | "discountMinor" | "taxMinor",
  name: string,
): Difference[] {
  const lines = linesOf(order, there.externalId);
  const kept = lines.reduce((sum, line) => sum + line.ordered - line.cancelled, 0);
  if (kept !== there.quantity) return [];
  const here = lines.reduce(
    (sum, line) => sum + amountsOfUnits(line, 0, line.ordered - line.cancelled)[field],
    0,
  );
  return amount(order, `${name} of ${there.title}`, here, there[field]);
}

/** Units that are left on one side only. Those that staff cancelled count as agreed. */
function lines(order: Order, incoming: NewOrder): Difference[] {
  const ended = isEnded(incoming);
  const units = ended
    ? []
    : [
        ...new Set([...externalLineIds(order), ...incoming.lines.map(({ externalId }) => externalId)]),
      ].flatMap((id): Difference[] => {
        const there = Math.max(0, unitsLeftThere(incoming, id));
        const here = unitsLeft(order, id);
        const byStaff = linesOf(order, id).reduce((sum, line) => sum + line.cancelled - line.removed, 0);
        if (here <= there && there <= here + byStaff) return refundedUnsent(order, incoming, id);
        const isPrepared = linesOf(order, id).some((line) => openUnits(line) > 0);
        const detail = `${titleOf(order, id)}: ${there} units at the storefront, ${here} here.`;
        return [{ detail, parcel: here > there && isPrepared }];
      });
  const fields = ended
    ? []
    : incoming.lines.flatMap((line) =>
        Object.values(LINE_COMPARED).flatMap((compare) => compare(order, line)),
      );
  return [...units, ...fields];
}

const UNSENT: readonly string[] = ["cancel", "unknown"];

/**
 * Units that are open here, although the storefront has refunded them before they were sent: a refund that was reported
 * alone was taken for one of units that had been sent.
 */
function refundedUnsent(order: Order, { refunds: there }: NewOrder, id: string): Difference[] {
  const unsent = there
    .flatMap((refund) => refund.lines)
    .filter(({ externalLineId, restock }) => externalLineId === id && UNSENT.includes(restock))
    .reduce((sum, { quantity }) => sum + quantity, 0);
  const known = linesOf(order, id);
  const cancelled = known.reduce((sum, line) => sum + line.cancelled, 0);
  const open = known.reduce((sum, line) => sum + openUnits(line), 0);
  const units = Math.min(unsent - cancelled, open);
  if (units <= 0) return [];
  const detail = `${titleOf(order, id)}: ${units} units were refunded at the storefront before they were sent, and are to be sent here.`;
  return [{ detail, parcel: true }];
}

/** Of an order that the storefront has ended: units that are still prepared, and goods that are to come back. */
function ended(order: Order, incoming: NewOrder): Difference[] {
  if (!isEnded(incoming)) return [];
  const reason = incoming.isTest ? "a test" : "cancelled at the storefront";
  const prepared = order.lines
    .filter((line) => openUnits(line) > 0)
    .map((line) => ({
      detail: `It is ${reason}, and ${openUnits(line)} of ${line.title} are being prepared.`,
      parcel: true,
    }));
  const sent = order.lines
    .filter((line) => needsStock(line) && line.shipped > line.returned)
    .map((line) => ({
      detail: `It is ${reason}, and ${line.shipped - line.returned} of ${line.title} were shipped: goods to come back.`,
      parcel: false,
    }));
  return [...prepared, ...sent];
}

const yesOrNo = (value: boolean) => (value ? "yes" : "no");

const equal = (name: string, here: string, there: string): Difference[] =>
  here === there ? [] : [{ detail: `${name}: ${there} at the storefront, ${here} here.`, parcel: false }];

function amount(order: Order, name: string, hereMinor: number, thereMinor: number): Difference[] {
  const text = (amountMinor: number) => formatMoney(amountMinor, order.currency);
  return equal(name, text(hereMinor), text(thereMinor));
}
