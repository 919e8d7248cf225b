/**
 * A sourcing decision as it is stored with its order: the chosen parcels, their costs, the alternatives and the
 * exclusions. It includes the supply that it was made from, so that a simulation can replay it.
 */
import type { SkuSupply } from "./problem";
import type { GoodsRule, ServingRule } from "./serving";

export type SourcedUnits = Readonly<{ lineId: string; locationId: string; quantity: number }>;

/**
 * Amounts in the books' currency. `stockMinor` is not spent: it is what the units are expected to save later if they
 * stay where they are.
 */
export type CostParts = Readonly<{
  parcelMinor: number;
  handlingMinor: number;
  latenessMinor: number;
  /** For the days until the parcel arrives. Not spent either. */
  speedMinor: number;
  stockMinor: number;
}>;

/** The units that one location ships, with the service that costs least for them. */
export type SourcedParcel = CostParts &
  Readonly<{
    locationId: string;
    serviceId: string | null;
    grams: number;
    lateDays: number;
    /** Units by SKU. */
    units: Readonly<Record<string, number>>;
  }>;

/** A location, and the costs of one parcel with all units of the order that it has. */
export type Candidate = CostParts & Readonly<{ locationId: string; serviceId: string | null; units: number }>;

/** The channel's rule that keeps units back although locations have them. */
export type OrderRule = "max_parcels" | "whole_under" | "ship_complete";

/** Why a location was left out of an order. */
export type ExclusionRule =
  | ServingRule
  | GoodsRule
  /** It can take no more fulfillments today. */
  | "capacity_reached"
  /** It does not send with the customer's choice of delivery, and others do. */
  | "not_chosen_service"
  /** No carrier's service goes from it to the destination. */
  | "no_service"
  | "not_stocked";

/** With a `sku`, the location is excluded for that SKU only. */
export type Exclusion = Readonly<{ locationId: string; rule: ExclusionRule; sku?: string }>;

export type SourcingDecision = Readonly<{
  parcels: readonly SourcedParcel[];
  splitMinor: number;
  /** The whole cost, with stock prices and lateness. */
  costMinor: number;
  /** `exact`: no plan that ships as many units costs less. `bounded`: none costs less than `lowerBoundMinor`. */
  method: "exact" | "bounded";
  lowerBoundMinor: number;
  /** The best plan that uses another set of locations. */
  runnerUp: Readonly<{ locationIds: readonly string[]; costMinor: number }> | null;
  candidates: readonly Candidate[];
  exclusions: readonly Exclusion[];
  rule: OrderRule | null;
  /** Units that no parcel contains, by SKU. */
  unsent: Readonly<Record<string, number>>;
  /** By SKU. */
  supply: Readonly<Record<string, SkuSupply>>;
}>;

/** With ids of any length these stay well under the size limit of a database row. */
const MAX_ENTRIES = 10_000;
const MAX_CANDIDATES = 100;

/**
 * The decision as it is stored. A decision that is too large for a row is stored without its supply: it can be
 * explained, but not replayed.
 */
export function forStorage(decision: SourcingDecision): SourcingDecision {
  const { supply, exclusions, candidates } = decision;
  const entries = Object.values(supply).reduce(
    (sum, { free, stockPrices }) => sum + Object.keys(free).length + Object.keys(stockPrices).length,
    0,
  );
  if (entries + exclusions.length + candidates.length <= MAX_ENTRIES) return decision;
  return {
    ...decision,
    supply: {},
    exclusions: exclusions.filter(({ sku }) => sku === undefined).slice(0, MAX_ENTRIES),
    candidates: candidates.slice(0, MAX_CANDIDATES),
  };
}

/** Whether the supply that it was made from is stored with it. */
export const isReplayable = ({ supply }: SourcingDecision): boolean => Object.keys(supply).length > 0;
