/**
 * What would become of an order that is placed now: sourcing's own decision on the stock that is known, and what would be
 * promised from that plan. So what is quoted is what is promised. A quote holds no stock.
 */
import type { CarrierService } from "../../catalog/domain/carrier-service";
import type { SourcingDecision } from "../../sourcing/domain/decision";
import { locationsThatMaySend } from "../../sourcing/domain/eligibility";
import type { SourcingNetwork, SourcingRequest, Supply } from "../../sourcing/domain/problem";
import { leavesTogether, sourceOrder } from "../../sourcing/domain/source-order";
import { awaitedLegs, legFrom, promiseOfLegs, serviceFinder, type BackorderSupply, type Leg } from "./legs";
import type { LinePromise, NoDate } from "./promise";
import { releaseOfNewOrder, timedNetwork } from "./timed-network";

/** An order that is not placed, without its goods. Terms are made once for quotes of many SKUs. */
export type QuoteTerms = Readonly<{
  request: SourcingRequest;
  /** With the days on which parcels of an order arrive that is placed now. */
  network: SourcingNetwork;
  now: number;
}>;

/** @param now when the order would be placed, in epoch milliseconds. */
export function quoteTerms(request: SourcingRequest, network: SourcingNetwork, now: number): QuoteTerms {
  const releasedAt = releaseOfNewOrder(request.channel, now);
  return { request, network: timedNetwork(network, request, { now, releasedAt, quotedOn: null }), now };
}

export type QuotedLine = Readonly<{
  sku: string;
  quantity: number;
  promise: LinePromise;
  /** The service that its last units go with; null for a pickup, and if none goes there. */
  service: CarrierService | null;
}>;

export type Quote = Readonly<{ decision: SourcingDecision; lines: readonly QuotedLine[] }>;

/**
 * One line for each SKU, in the order of the supply.
 * @param backorders by SKU, what backordered units would be served from; null if it could not be read.
 */
export function quoteOf(
  { request, network, now }: QuoteTerms,
  supply: Supply,
  backorders: ReadonlyMap<string, BackorderSupply> | null,
): Quote {
  const releasedAt = releaseOfNewOrder(request.channel, now);
  const decision = sourceOrder({ request, network, supply });
  const locations = new Map(network.locations.map((location) => [location.id, location]));
  const findService = serviceFinder(
    {
      destination: request.destination,
      shippingMethod: request.shippingMethod ?? null,
      isPickup: request.pickupLocationId !== null,
      dayValueMinor: request.channel.sourcing.dayValueMinor,
    },
    network.carrierServices,
  );
  const legs = new Map(
    Object.keys(supply).map((sku): [string, readonly (Leg | NoDate)[]] => {
      if (locationsThatMaySend(network, request, supply[sku]!).length === 0) return [sku, ["not_sourced"]];
      const planned = decision.parcels
        .filter(({ units }) => units[sku] !== undefined)
        .map(({ locationId, serviceId }) => legFrom(locations.get(locationId), releasedAt, serviceId));
      return [sku, [...planned, ...awaitedLegs(decision.unsent[sku] ?? 0, backorders?.get(sku), locations)]];
    }),
  );
  const waits = leavesTogether(request) && Object.keys(decision.unsent).length > 0;
  const lines = Object.entries(supply).map(([sku, { quantity }]): QuotedLine => {
    const own = waits ? [...legs.values()].flat() : legs.get(sku)!;
    const promise = promiseOfLegs(own, findService);
    const last = own.find((leg) => typeof leg !== "string" && leg.location.id === promise.locationId);
    const leg = typeof last === "object" ? last : null;
    return { sku, quantity, promise, service: leg && serviceOf(leg, findService) };
  });
  return { decision, lines };
}

const serviceOf = (leg: Leg, findService: ReturnType<typeof serviceFinder>): CarrierService | null =>
  findService?.(leg.location, leg.serviceId)?.service ?? null;
