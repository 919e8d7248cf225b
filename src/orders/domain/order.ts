/** The order: its lines, payments, refunds, holds, fulfillments and shipments. Only events change it. */
import type { Address } from "../../kernel/address";
import type { LineId, OrderId } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import type { CurrencyCode } from "../../kernel/money";
import type { Amounts } from "./amounts";
import type { Fulfillment, Shipment } from "./fulfillments/fulfillment";
import type { Hold, HoldReason } from "./holds/hold";
import type { NewRefundLine } from "./new-order";
import { openUnits, type OrderLine } from "./order-line";

/** Stored. The other states of an order are computed from quantities and amounts. */
export type OrderStatus = "open" | "on_hold" | "cancelled" | "closed";

/**
 * What we owe on this order and what is owed to us. `deposits` is paid and not earned yet; `receivable` is earned and
 * not paid yet; `refundPayable` is due to the customer and not paid out yet. None is ever negative.
 */
export type Balances = Readonly<{
  depositsMinor: number;
  receivableMinor: number;
  refundPayableMinor: number;
}>;

export type RecordedPayment = Readonly<{ externalId: string; amountMinor: number; at: number }>;

export type RecordedRefund = Readonly<{
  externalId: string;
  amountMinor: number;
  at: number;
  lines: readonly Pick<NewRefundLine, "externalLineId" | "quantity">[];
  /** What was kept of the value of the returned units; negative if it was paid back later. */
  feeMinor?: number;
}>;

export type Order = Readonly<{
  id: OrderId;
  version: number;
  channelId: string;
  externalId: string;
  number: string;
  status: OrderStatus;
  currency: CurrencyCode;
  taxIncluded: boolean;
  placedAt: number;
  createdAt: number;
  storefrontUpdatedAt: number;
  closedAt: number | null;
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
  shipping: Amounts;
  totalMinor: number;
  /** What was recorded under each external id, so that nothing counts twice; entries of one id add up. */
  payments: readonly RecordedPayment[];
  refunds: readonly RecordedRefund[];
  authorizedMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  /** Of the shipping charge, tax included: what was earned, and what was cancelled. */
  shippingEarnedMinor: number;
  shippingCancelledMinor: number;
  balances: Balances;
  holds: readonly Hold[];
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

export const hasOpenUnits = (order: Order): boolean => order.lines.some((line) => openUnits(line) > 0);
