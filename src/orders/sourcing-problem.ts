/** Builds the input of the sourcing rules: the retailer's network, an order's request, and the supply of its SKUs. */
import type { OrdersContext } from "./context";
import { dayBounds, localDate } from "../kernel/calendar";
import { logLine } from "../kernel/log-line";
import type { NewOrder } from "./domain/new-order";
import type { Order } from "./domain/order";
import type { Channel } from "../catalog/domain/channel";
import type { Location } from "../catalog/domain/location";
import type { Result } from "../kernel/result";
import type { SkuSupply, SourcingNetwork, SourcingRequest } from "../sourcing/domain/problem";
import type { SourcingDecision } from "../sourcing/domain/decision";
import type { KnownSupply } from "../sourcing/domain/first-choice";
import type { AllocationRejection, AllocationResult } from "../inventory/domain/allocation-request";
import { cachedFulfillmentsOfDay } from "./storage/location-load-cache";

/** Read from caches that are refreshed every few seconds, so usually without a round trip. */
export async function sourcingNetwork(context: OrdersContext): Promise<SourcingNetwork> {
  const { locations, carrierServices } = await context.reference();
  const all = [...locations.values()];
  return { locations: all, carrierServices, capacityLeft: await capacityLeft(context, all) };
}

/** If the count cannot be read, no location counts as full: that must not stop an order. */
async function capacityLeft(
  context: OrdersContext,
  locations: readonly Location[],
): Promise<Readonly<Record<string, number>>> {
  const now = context.now();
  const limited = locations.filter(({ active, capacityPerDay }) => active && capacityPerDay !== null);
  if (limited.length === 0) return {};
  const days = limited.map(({ id, timeZone }) => ({
    locationId: id,
    ...dayBounds(localDate(now, timeZone), timeZone),
  }));
  try {
    const used = await cachedFulfillmentsOfDay(context.databases.allOrders, days, now);
    return Object.fromEntries(
      limited.map(({ id, capacityPerDay }) => [id, capacityPerDay! - (used.get(id) ?? 0)]),
    );
  } catch (error) {
    console.error(logLine("error", "capacity of locations could not be read and is not applied", { error }));
    return {};
  }
}

type Sourceable = Pick<Order | NewOrder, "currency" | "totalMinor" | "shippingAddress" | "pickupLocationId"> &
  Partial<Pick<Order, "shippingMethod">>;

/** Its value is known only in the books' currency. */
export const sourcingRequest = (
  context: OrdersContext,
  channel: Channel,
  order: Sourceable,
): SourcingRequest => ({
  channel,
  destination: order.shippingAddress,
  // Orders that were queued by an older version do not have the field.
  pickupLocationId: order.pickupLocationId ?? null,
  valueMinor: order.currency === context.config.booksCurrency ? order.totalMinor : null,
  shippingMethod: order.shippingMethod ?? null,
});

/** By location, the carrier service that its parcel is planned to go with. */
export const servicesOf = (decision: SourcingDecision | null): ReadonlyMap<string, string> =>
  new Map(
    (decision?.parcels ?? []).flatMap(({ locationId, serviceId }) =>
      serviceId === null ? [] : [[locationId, serviceId] as const],
    ),
  );

/** `result`: null if nothing was allocated. */
export type SkuResult = Readonly<{
  sku: string;
  quantity: number;
  result: Result<AllocationResult, AllocationRejection> | null;
}>;

/**
 * The supply of each SKU for all its lines together. An object allocates lines of one SKU one after the other, so
 * what is free after the last of them is the least that any of them saw; their own units count as free too. If the
 * lines are short, nothing else counts as free: units that were released meanwhile belong to other backorders.
 */
export function supplyFrom(results: readonly SkuResult[]): Record<string, SkuSupply> {
  const skus = [
    ...new Set(results.filter(({ result }) => result === null || result.ok).map(({ sku }) => sku)),
  ];
  return Object.fromEntries(
    skus.map((sku) => {
      const ofSku = results.filter((each) => each.sku === sku);
      const allocations = ofSku.flatMap(({ result }) => (result?.ok ? [result.value] : []));
      const quantity = ofSku.reduce((sum, each) => sum + each.quantity, 0);
      const allocated = allocations.flatMap((each) => each.allocated);
      const isShort = allocated.reduce((sum, each) => sum + each.quantity, 0) < quantity;
      const free: Record<string, number> = {};
      for (const id of Object.keys(allocations[0]?.free ?? {})) {
        free[id] = isShort ? 0 : Math.min(...allocations.map((each) => each.free[id] ?? 0));
      }
      for (const { locationId, quantity: own } of allocated) free[locationId] = (free[locationId] ?? 0) + own;
      const {
        weightGrams = 0,
        volumeMm3 = null,
        hazardous = false,
        oversize = false,
      } = allocations[0]?.facts ?? {};
      const stockPrices = allocations.at(-1)?.stockPrices ?? {};
      return [sku, { quantity, weightGrams, volumeMm3, hazardous, oversize, free, stockPrices }];
    }),
  );
}

/** What is free of a SKU after the allocation. */
export const knownFrom = ({ facts, free, stockPrices = {} }: AllocationResult): KnownSupply => {
  const { weightGrams, volumeMm3, hazardous, oversize } = facts;
  return { weightGrams, volumeMm3, hazardous, oversize, free, stockPrices };
};
