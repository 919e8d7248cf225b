/** What the directory has of an order: one row. */
import type { OrderId } from "../../kernel/ids";
import type { OrderStatus } from "../../orders/domain/order";

export const ORDER_STATUSES = [
  "open",
  "on_hold",
  "cancelled",
  "closed",
] as const satisfies readonly OrderStatus[];

/**
 * SKU, 1 if the line needs stock and else 0, units ordered, unsourced, backordered, allocated, shipped, cancelled and
 * returned, and its amount after discount and without tax.
 */
export type ListedLine = readonly [
  sku: string | null,
  needsStock: 0 | 1,
  ordered: number,
  unsourced: number,
  backordered: number,
  allocated: number,
  shipped: number,
  cancelled: number,
  returned: number,
  netMinor: number,
];

/** Units of a line that left: when, the line's SKU, the units, and their amount as in `ListedLine`. */
export type ListedShipped = readonly [at: number, sku: string | null, units: number, netMinor: number];

/** How the promise of a line ended: the day, the location and the carrier that sent it, days late, changes of its dates. */
export type ListedOutcome = readonly [
  settledOn: string,
  locationId: string | null,
  carrier: string | null,
  daysLate: number,
  moves: number,
];

export type Destination = Readonly<{
  countryCode: string | null;
  region: string | null;
  postalCode: string | null;
  latitude: number | null;
  longitude: number | null;
}>;

export type ListedOrder = Readonly<{
  id: OrderId;
  version: number;
  updatedAt: number;
  channelId: string;
  externalId: string;
  number: string;
  status: OrderStatus;
  currency: string;
  totalMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  placedAt: number;
  email: string | null;
  phone: string | null;
  customerName: string | null;
  destination: Destination | null;
  isPickup: boolean;
  holds: readonly string[];
  lines: readonly ListedLine[];
  shipped: readonly ListedShipped[];
  outcomes: readonly ListedOutcome[];
}>;

/** A row as it is written: with the words by which it is found. */
export type ProjectedOrder = ListedOrder & Readonly<{ terms: string }>;
