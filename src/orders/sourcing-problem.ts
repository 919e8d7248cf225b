/** What sourcing is asked: the retailer's network as it is now, and an order in sourcing's words. */
import type { OrdersContext } from "./context";
import { dayBounds, localDate } from "../kernel/calendar";
import { logLine } from "../kernel/log-line";
import type { NewOrder } from "./domain/new-order";
import type { Order } from "./domain/order";
import type { Channel, Location } from "../catalog/domain/reference";
import type { Result } from "../kernel/result";
import type { SkuSupply, SourcingNetwork, SourcingRequest } from "../sourcing/domain/problem";
import type { KnownSupply } from "../sourcing/domain/first-choice";
import type { AllocationRejection, AllocationResult } from "../inventory/domain/allocation-request";
import { cachedFulfillmentsOfDay } from "./storage/capacity";

/** No round trip, but for what is read anew every few seconds. */
export async function sourcingNetwork(context: OrdersContext): Promise<SourcingNetwork> {
  const { locations, carrierServices } = await context.reference();
  const all = [...locations.values()];
  return { locations: all, carrierServices, capacityLeft: await capacityLeft(context, all) };
}

/** Where nobody can count, no location is full: an order is not turned away for that. */
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
    const taken = await cachedFulfillmentsOfDay(context.databases.allOrders, days, now);
    return Object.fromEntries(
      limited.map(({ id, capacityPerDay }) => [id, capacityPerDay! - (taken.get(id) ?? 0)]),
    );
  } catch (error) {
    console.error(logLine("error", "locations' capacity could not be read, and limits nothing", { error }));
    return {};
  }
}

type Sourceable = Pick<Order | NewOrder, "currency" | "totalMinor" | "shippingAddress" | "pickupLocationId">;

export const sourcingRequest = (
  context: OrdersContext,
  channel: Channel,
  order: Sourceable,
): SourcingRequest => ({
  channel,
  destination: order.shippingAddress,
  // Whoever queued the order before there was such a field did not say.
  pickupLocationId: order.pickupLocationId ?? null,
  valueMinor: order.currency === context.config.booksCurrency ? order.totalMinor : null,
});

/** Null where stock was not asked. */
export type SkuAnswer = Readonly<{
  sku: string;
  quantity: number;
  answer: Result<AllocationResult, AllocationRejection> | null;
}>;

/**
 * What stock answered, by SKU, for all lines of it together. Lines of one SKU are answered one after the other:
 * the least that any of them saw free was free after the last, and what they allocated was free before. Where
 * they are short nothing more is free, whatever was given back meanwhile: that is for whom it was given back to.
 */
export function supplyFrom(answers: readonly SkuAnswer[]): Record<string, SkuSupply> {
  const skus = [
    ...new Set(answers.filter(({ answer }) => answer === null || answer.ok).map(({ sku }) => sku)),
  ];
  return Object.fromEntries(
    skus.map((sku) => {
      const ofSku = answers.filter((each) => each.sku === sku);
      const allocations = ofSku.flatMap(({ answer }) => (answer?.ok ? [answer.value] : []));
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

/** What is left of a SKU after the answer. */
export const knownFrom = ({ facts, free, stockPrices = {} }: AllocationResult): KnownSupply => {
  const { weightGrams, volumeMm3, hazardous, oversize } = facts;
  return { weightGrams, volumeMm3, hazardous, oversize, free, stockPrices };
};
