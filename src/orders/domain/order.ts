/** The order: its lines, payments, refunds, holds, fulfillments and shipments. Only events change it. */
import type { Address } from "../../kernel/address";
import type { LineId, OrderId } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import type { CurrencyCode } from "../../kernel/money";
import type { Amounts } from "./amounts";
import type { Fulfillment, Shipment } from "./fulfillments/fulfillment";
import type { Hold, HoldReason } from "./holds/hold";
import type { RefundedLine } from "./events/money-events";
import type { NewOrder, NewPayment } from "./new-order";
import { needsStock, openUnits, type OrderLine } from "./order-line";

/** Stored. The other states of an order are computed from quantities and amounts. */
export type OrderStatus = "open" | "on_hold" | "cancelled" | "closed";

/**
 * What we owe on this order and what is owed to us: a function of its other fields, payments/settlement.ts. `deposits`
 * is paid and not earned yet; `receivable` is earned and not paid yet; `refundPayable` is due to the customer and not
 * paid out yet. None is ever negative.
 */
export type Balances = Readonly<{
  depositsMinor: number;
  receivableMinor: number;
  refundPayableMinor: number;
}>;

/** What is captured or authorized now under an external id of the storefront. */
export type RecordedPayment = Readonly<{
  externalId: string;
  kind: NewPayment["kind"];
  amountMinor: number;
  at: number;
}>;

/** A refund as it is now at the storefront. */
export type RecordedRefund = Readonly<{
  externalId: string;
  amountMinor: number;
  /** Of the amount, for shipping, tax included. */
  shippingMinor: number;
  /** Of the worth of its units, what the storefront lists as kept; absent if nothing. */
  keptMinor?: number;
  /** Whether it is known which units it is for. */
  itemized: boolean;
  at: number;
  /** `returned`: how many of the units were shipped, and came back. The others were cancelled. */
  lines: readonly (RefundedLine & Readonly<{ returned: number }>)[];
}>;

/** What the storefront may change at any time without a change of units or money. */
export type OrderDetails = Readonly<{
  number: string;
  placedAt: number;
  email: string | null;
  phone: string | null;
  customerName: string | null;
  locale: string | null;
  shippingAddress: Address | null;
  billingAddress: Address | null;
  shippingMethod: string | null;
  /** Where the customer collects it; null if it is shipped. */
  pickupLocationId: string | null;
  note: string | null;
}>;

export type Order = OrderDetails &
  Readonly<{
    id: OrderId;
    version: number;
    channelId: string;
    externalId: string;
    status: OrderStatus;
    currency: CurrencyCode;
    taxIncluded: boolean;
    createdAt: number;
    storefrontUpdatedAt: number;
    closedAt: number | null;
    /** When its customer's data was erased; null if it was not. What the storefront sends of it later does not come back. */
    erasedAt: number | null;
    shipping: Amounts;
    /** What the storefront's rounding adds to lines and shipping, or takes off. */
    roundingMinor: number;
    totalMinor: number;
    /** A test of the checkout: nothing of it is sent or booked. */
    isTest: boolean;
    /** The day by which the quote that it was placed on promised all of it; null if it was placed on none. */
    quotedOn: string | null;
    /** One for each kind and external id. */
    payments: readonly RecordedPayment[];
    /** One for each external id. */
    refunds: readonly RecordedRefund[];
    /** The sums of what is authorized, and of what was captured, gift cards included. */
    authorizedMinor: number;
    capturedMinor: number;
    refundedMinor: number;
    balances: Balances;
    holds: readonly Hold[];
    /** The storefront's last state, while some of it waits for a location to give units back. */
    differing: NewOrder | null;
    /** Reasons that were released: the same reason does not hold the order again. */
    releasedHolds: readonly HoldReason[];
    lines: readonly OrderLine[];
    fulfillments: readonly Fulfillment[];
    shipments: readonly Shipment[];
  }>;

/** The lines here that are one line at the storefront: first the one it sold, then those that edits added. */
export const linesOf = (order: Order, externalLineId: string): OrderLine[] =>
  order.lines.filter((line) => line.externalId === externalLineId);

/** @throws InvariantViolation if the order has no such line. */
export function lineOf(order: Order, lineId: LineId): OrderLine {
  const line = order.lines.find(({ id }) => id === lineId);
  invariant(line !== undefined, "the line is one of the order's");
  return line;
}

/** Its lines without fees, which are earned and cancelled with the others; all of them if it has only fees. */
export function goodsOf({ lines }: Pick<Order, "lines">): readonly OrderLine[] {
  const goods = lines.filter(({ kind }) => kind !== "fee");
  return goods.length > 0 ? goods : lines;
}

/** Whether a unit of its goods is neither shipped nor cancelled. */
export const hasOpenUnits = (order: Order): boolean => goodsOf(order).some((line) => openUnits(line) > 0);

/** Whether a unit that needs stock, and so an address, is neither shipped nor cancelled. */
export const hasUnitsToSend = ({ lines }: Order): boolean =>
  lines.some((line) => needsStock(line) && openUnits(line) > 0);
