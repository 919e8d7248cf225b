/**
 * A holding: all units of the SKU that one holder has or waits for. Its allocations are units at locations, its
 * backorder the units that no location could give yet.
 */
import type { OrderId } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import type { Holder } from "./allocation-request";

/** The holder's units at one location. */
export type Allocation = Readonly<{
  locationId: string;
  /** Held now. */
  live: number;
  shipped: number;
  /** Filled here (negative: cut here) while the order was not known to exist: no event has reported them yet. */
  unreported: number;
}>;

/**
 * `pending`: the order is not known to exist, and the holding expires. `confirmed`: the order exists.
 * `voided` and `expired` hold nothing; a row of an order's line stays, so that a repeated request is detected.
 */
export type HoldingStatus = "pending" | "confirmed" | "voided" | "expired";

export type Holding = Readonly<{
  holder: Holder;
  /** Null for a reservation. */
  orderId: OrderId | null;
  status: HoldingStatus;
  fill: "partial" | "whole";
  placedAt: number;
  /** Where it may be filled from, best location first. */
  locations: readonly string[];
  /** Null unless pending. */
  expiresAt: number | null;
  /** When the alarm must check the holding. Null unless pending. */
  dueAt: number | null;
  backordered: number;
  /** Units that the order gave back: a repeated request does not allocate them again. */
  released: number;
  /** Events published for the line so far: the last one has this number. */
  eventCount: number;
  allocations: readonly Allocation[];
  /** References of the effects that were applied to it, so that a repeat is detected. */
  refs: readonly string[];
}>;

/** Grace period: an order may commit just after its allocations expire. */
export const EXPIRY_GRACE_MS = 60_000;

/** When an order is looked up first: its commit follows the allocation at once. */
export const FIRST_LOOKUP_MS = 5_000;

export const allocationAt = (holding: Holding, locationId: string): Allocation =>
  holding.allocations.find((allocation) => allocation.locationId === locationId) ?? {
    locationId,
    live: 0,
    shipped: 0,
    unreported: 0,
  };

export const liveUnits = ({ allocations }: Holding): number =>
  allocations.reduce((sum, { live }) => sum + live, 0);

export const shippedUnits = ({ allocations }: Holding): number =>
  allocations.reduce((sum, { shipped }) => sum + shipped, 0);

/** Units that are held or backordered. */
export const openUnits = (holding: Holding): number => liveUnits(holding) + holding.backordered;

/** Every unit of a confirmed holding was shipped or released. It needs no locations: a later request names its own. */
export const isFinished = (holding: Holding): boolean =>
  holding.status === "confirmed" && openUnits(holding) === 0;

export const hasUnreported = ({ allocations }: Holding): boolean =>
  allocations.some(({ unreported }) => unreported !== 0);

/** The holding with this allocation in place of the one at the same location. */
export function withAllocation(holding: Holding, allocation: Allocation): Holding {
  invariant(allocation.live >= 0 && allocation.shipped >= 0, "an allocation is never below zero");
  const others = holding.allocations.filter(({ locationId }) => locationId !== allocation.locationId);
  return { ...holding, allocations: [...others, allocation] };
}

/** When the alarm must check whether the holding expires; null if it is not pending or has no units. */
export function expiryCheckAt(holding: Holding): number | null {
  const { status, orderId, expiresAt } = holding;
  if (status !== "pending" || expiresAt === null || openUnits(holding) === 0) return null;
  return orderId === null ? expiresAt : expiresAt + EXPIRY_GRACE_MS;
}

/**
 * When the alarm must check a holding whose units a request at `now` allocated or moved. A renewal delays no check that
 * is due already: the check itself sets the next one.
 */
export function nextCheckAt(holding: Holding, now: number): number | null {
  const checkAt = expiryCheckAt(holding);
  if (checkAt === null) return null;
  if (holding.dueAt !== null) return Math.min(checkAt, holding.dueAt);
  return holding.orderId === null ? checkAt : Math.min(checkAt, now + FIRST_LOOKUP_MS);
}

/**
 * Whether the row may be deleted: a reservation that ended, or whose units an order has taken over. A later request with
 * its id starts anew.
 */
export const mayBeForgotten = (holding: Holding): boolean =>
  holding.orderId === null &&
  holding.status !== "confirmed" &&
  openUnits(holding) === 0 &&
  shippedUnits(holding) === 0;
