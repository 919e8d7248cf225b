/**
 * What an order is. Every later file speaks of these types.
 *
 * Lines are conserved: ordered = unsourced + backordered + allocated + shipped + cancelled, and
 * returned ≤ shipped. Shipped units are counted from the front of a line and cancelled ones from its
 * back, so that each unit has its own fixed share of the line's money whatever the sequence.
 */
import type { Address } from "../../kernel/address";
import type { FulfillmentId, LineId, OrderId, ShipmentId } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import { unitShare, type CurrencyCode } from "../../kernel/money";
import type { StandingPromise } from "../../promises/domain/promise";

/** `physical` is sent; `digital`, `gift_card` and `fee` need no stock and no parcel. */
export type LineKind = "physical" | "digital" | "gift_card" | "fee";

/**
 * Amounts of a whole line, as the storefront showed them. When `taxIncluded`, gross and discount hold the
 * tax; otherwise the tax comes on top.
 */
export type Amounts = Readonly<{ grossMinor: number; discountMinor: number; taxMinor: number }>;

export type NewOrderLine = Amounts &
  Readonly<{
    externalId: string;
    sku: string | null;
    title: string;
    kind: LineKind;
    /** As first ordered, whatever was taken off since. */
    quantity: number;
    /** Of those, the units an edit took off: not those of a refund, which says so itself. */
    removed: number;
    unitPriceMinor: number;
  }>;

/**
 * Cumulative: what was captured (or authorized) under this external id so far. A storefront that tells only
 * sums has one payment `captured` that grows; each state is taken in up to its amount.
 */
export type NewPayment = Readonly<{
  externalId: string;
  kind: "captured" | "authorized";
  amountMinor: number;
  at: number;
}>;

export type NewRefundLine = Readonly<{
  externalLineId: string;
  quantity: number;
  /** What happens to the units: given back before shipping, came back, or only the money went. */
  restock: "cancel" | "return" | "none";
}>;

export type NewRefund = Readonly<{
  externalId: string;
  /** What was paid back to the customer. */
  amountMinor: number;
  /** Of shipping, tax included. */
  shippingMinor: number;
  lines: readonly NewRefundLine[];
  reason: string | null;
  at: number;
}>;

/** An order as a storefront tells it, in our words: what every adapter maps to. */
export type NewOrder = Readonly<{
  channelId: string;
  externalId: string;
  /** What customers and staff call it, such as `#1002`. */
  number: string;
  currency: CurrencyCode;
  taxIncluded: boolean;
  placedAt: number;
  /** When the storefront last changed it; an older state never overwrites a newer. */
  storefrontUpdatedAt: number;
  cancelledAt: number | null;
  cancelReason: string | null;
  email: string | null;
  phone: string | null;
  customerName: string | null;
  locale: string | null;
  shippingAddress: Address | null;
  billingAddress: Address | null;
  shippingMethod: string | null;
  /** Where the customer fetches it; null where it is sent. */
  pickupLocationId: string | null;
  lines: readonly NewOrderLine[];
  shipping: Amounts;
  /** What the storefront says it all comes to, before any refund. */
  totalMinor: number;
  payments: readonly NewPayment[];
  refunds: readonly NewRefund[];
  note: string | null;
  /** Cart and checkout tokens a reservation may have been made under. */
  reservationTokens: readonly string[];
  /** What the storefront sent that we can take but not act on; each puts the order on hold. */
  problems: readonly HoldReason[];
}>;

export type HoldCode =
  | "unknown_sku"
  | "sku_missing"
  | "totals_mismatch"
  | "stock_short"
  | "address_missing"
  | "payment_pending"
  | "edited_after_release"
  | "refund_unmatched"
  | "amount_inexact"
  /** The storefront itself does not want it sent yet: it verifies, disputes or has archived it. */
  | "held_at_storefront"
  /** Its parts go to more than one address. */
  | "several_destinations"
  /** No location may send some of it. */
  | "no_location"
  /** It leaves as a whole, and not all of it can yet. */
  | "ship_complete"
  /** Nobody can tell which country it goes to. */
  | "destination_unknown"
  | "staff";

export type HoldReason = Readonly<{ code: HoldCode; detail: string }>;
export type Hold = HoldReason & Readonly<{ placedAt: number; placedBy: string }>;

export type OrderLine = Amounts &
  Readonly<{
    id: LineId;
    /** The storefront's line. Units that an edit added to it are a line of their own here, of the same id there. */
    externalId: string;
    sku: string | null;
    title: string;
    kind: LineKind;
    unitPriceMinor: number;
    /** Standard cost of one unit in the books' currency, as of creation; null where no stock is kept. */
    unitCostMinor: number | null;
    ordered: number;
    unsourced: number;
    backordered: number;
    allocated: number;
    shipped: number;
    cancelled: number;
    /** Of cancelled, what an edit at the storefront took off: not what staff or a refund did. */
    removed: number;
    returned: number;
    /** Null until something was said, and for what is not sent anywhere. */
    promise: StandingPromise | null;
  }>;

export type FulfillmentStatus =
  | "planned"
  | "released"
  | "picked"
  | "packed"
  | "shipped"
  | "delivered"
  | "cancelled"
  | "rejected";

export type FulfillmentLine = Readonly<{ lineId: LineId; quantity: number; shipped: number }>;

export type Fulfillment = Readonly<{
  id: FulfillmentId;
  /** Null for lines that need no parcel. */
  locationId: string | null;
  status: FulfillmentStatus;
  /** When it may be released, if nothing holds the order. */
  releaseAt: number;
  releasedAt: number | null;
  /** Why it was rejected, or is released later. */
  reason: string | null;
  /** The day, local to the location, by which it is to leave; null until it is known. */
  shipByOn: string | null;
  /** When that day is over there. */
  lateAt: number | null;
  /** Moves that stock has yet to answer; it is not released before. */
  pendingMoves: number;
  lines: readonly FulfillmentLine[];
}>;

export type UnitsOfLine = Readonly<{ lineId: LineId; quantity: number }>;

export type Shipment = Readonly<{
  id: ShipmentId;
  fulfillmentId: FulfillmentId;
  locationId: string | null;
  carrier: string | null;
  service: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  shippedAt: number;
  deliveredAt: number | null;
  lines: readonly UnitsOfLine[];
}>;

/** Stored only where it cannot be computed; the rest are functions of quantities and amounts. */
export type OrderStatus = "open" | "on_hold" | "cancelled" | "closed";

/**
 * What we owe and are owed on this order. `deposits` is paid and not yet earned; `receivable` earned and
 * not yet paid; `refundPayable` given back and not yet paid out. None is ever under zero.
 */
export type Balances = Readonly<{
  depositsMinor: number;
  receivableMinor: number;
  refundPayableMinor: number;
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
  acceptedAt: number;
  storefrontUpdatedAt: number;
  closedAt: number | null;
  email: string | null;
  phone: string | null;
  customerName: string | null;
  locale: string | null;
  shippingAddress: Address | null;
  billingAddress: Address | null;
  shippingMethod: string | null;
  /** Where the customer fetches it; null where it is sent. */
  pickupLocationId: string | null;
  note: string | null;
  shipping: Amounts;
  totalMinor: number;
  /** What was taken in under each external id, so that nothing counts twice; several entries add up. */
  payments: readonly Readonly<{ externalId: string; amountMinor: number; at: number }>[];
  refunds: readonly Readonly<{
    externalId: string;
    amountMinor: number;
    at: number;
    lines: readonly Pick<NewRefundLine, "externalLineId" | "quantity">[];
    /** Of the worth of what came back, what was kept; negative where that was paid back later. */
    feeMinor?: number;
  }>[];
  authorizedMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  /** Of the shipping charge, tax included: earned, and given back. */
  shippingEarnedMinor: number;
  shippingCancelledMinor: number;
  balances: Balances;
  holds: readonly Hold[];
  /** Reasons that were let go of: the same reason does not hold it again. */
  releasedHolds: readonly HoldReason[];
  lines: readonly OrderLine[];
  fulfillments: readonly Fulfillment[];
  shipments: readonly Shipment[];
}>;

/** What the customer pays for the amounts: the discount taken off, the tax in. */
export const payable = ({ grossMinor, discountMinor, taxMinor }: Amounts, taxIncluded: boolean): number =>
  grossMinor - discountMinor + (taxIncluded ? 0 : taxMinor);

/** The amounts of units `from` up to `to` of a line. */
export const amountsOfUnits = (line: OrderLine, from: number, to: number): Amounts => ({
  grossMinor: unitShare(line.grossMinor, line.ordered, from, to),
  discountMinor: unitShare(line.discountMinor, line.ordered, from, to),
  taxMinor: unitShare(line.taxMinor, line.ordered, from, to),
});

/** The lines here that are one line at the storefront: the one it sold, then those its edits added. */
export const linesOf = (order: Order, externalLineId: string): OrderLine[] =>
  order.lines.filter((line) => line.externalId === externalLineId);

export const hasOpenUnits = (order: Order): boolean => order.lines.some((line) => openUnits(line) > 0);

/** Each line once, with all units that were named of it. */
export function oncePerLine(units: readonly UnitsOfLine[]): UnitsOfLine[] {
  const byLine = new Map<LineId, number>();
  for (const { lineId, quantity } of units) byLine.set(lineId, (byLine.get(lineId) ?? 0) + quantity);
  return [...byLine].map(([lineId, quantity]) => ({ lineId, quantity }));
}

export const openUnits = (line: OrderLine): number => line.unsourced + line.backordered + line.allocated;

/** G4, asserted after every change. */
export function assertLineConserved(line: OrderLine): void {
  const { ordered, unsourced, backordered, allocated, shipped, cancelled, removed, returned } = line;
  for (const quantity of [unsourced, backordered, allocated, shipped, cancelled, removed, returned]) {
    invariant(Number.isSafeInteger(quantity) && quantity >= 0, "a quantity is whole and not negative");
  }
  invariant(
    ordered === unsourced + backordered + allocated + shipped + cancelled,
    "ordered = unsourced + backordered + allocated + shipped + cancelled",
  );
  invariant(returned <= shipped, "returned ≤ shipped");
  invariant(removed <= cancelled, "removed ≤ cancelled");
}

export type PaymentStatus =
  | "pending"
  | "authorized"
  | "partially_paid"
  | "paid"
  | "partially_refunded"
  | "refunded";

export function paymentStatus(order: Order): PaymentStatus {
  if (order.refundedMinor > 0) {
    return order.refundedMinor >= order.capturedMinor ? "refunded" : "partially_refunded";
  }
  if (order.capturedMinor >= order.totalMinor) return "paid";
  if (order.capturedMinor > 0) return "partially_paid";
  return order.authorizedMinor > 0 ? "authorized" : "pending";
}

export type FulfillmentState = "unfulfilled" | "partially_shipped" | "shipped" | "delivered";

/** How far the order's parcels are, by its units; lines cancelled whole do not count. */
export function fulfillmentState(order: Order): FulfillmentState {
  const shipped = order.lines.reduce((sum, line) => sum + line.shipped, 0);
  const open = order.lines.reduce((sum, line) => sum + openUnits(line), 0);
  if (shipped === 0) return "unfulfilled";
  if (open > 0) return "partially_shipped";
  return order.shipments.every((shipment) => shipment.deliveredAt !== null) ? "delivered" : "shipped";
}
