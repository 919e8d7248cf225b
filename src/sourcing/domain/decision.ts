/**
 * A sourcing decision as it is stored with its order: what was chosen, at what cost, instead of what, and what
 * ruled the others out. It holds all that the decision was made from, so that the day can be played again.
 */
import type { SkuSupply } from "./problem";
import type { GoodsRule, ServingRule } from "./serving";

export type SourcedUnits = Readonly<{ lineId: string; locationId: string; quantity: number }>;

/** Amounts in the books' currency. `stockMinor` is no money spent: it is what the units were expected to save later. */
export type CostParts = Readonly<{
  parcelMinor: number;
  handlingMinor: number;
  latenessMinor: number;
  stockMinor: number;
}>;

/** What goes from one location, with the service that is cheapest for it. */
export type SourcedParcel = CostParts &
  Readonly<{
    locationId: string;
    serviceId: string | null;
    grams: number;
    lateDays: number;
    /** Units by SKU. */
    units: Readonly<Record<string, number>>;
  }>;

/** What a location would cost that sent alone whatever it has of the order. */
export type Candidate = CostParts & Readonly<{ locationId: string; serviceId: string | null; units: number }>;

/** The rule of the order itself that kept units back, though locations have them. */
export type OrderRule = "max_parcels" | "whole_under" | "ship_complete";

/** Why a location was left out of an order. */
export type ExclusionRule =
  | ServingRule
  | GoodsRule
  /** It can take no more fulfillments today. */
  | "capacity_reached"
  /** No carrier's service goes from it to the destination. */
  | "no_service"
  | "not_stocked";

/** `sku`: only of that is the location left out. */
export type Exclusion = Readonly<{ locationId: string; rule: ExclusionRule; sku?: string }>;

export type SourcingDecision = Readonly<{
  parcels: readonly SourcedParcel[];
  splitMinor: number;
  /** All of it, stock prices and lateness included. */
  costMinor: number;
  /** `bounded`: any plan that sends as much costs at least `lowerBoundMinor`, and maybe less than this one. */
  method: "exact" | "bounded";
  lowerBoundMinor: number;
  /** The best plan with other locations. */
  runnerUp: Readonly<{ locationIds: readonly string[]; costMinor: number }> | null;
  candidates: readonly Candidate[];
  exclusions: readonly Exclusion[];
  rule: OrderRule | null;
  /** Units that nothing sends, by SKU. */
  unsent: Readonly<Record<string, number>>;
  /** By SKU. */
  supply: Readonly<Record<string, SkuSupply>>;
}>;

/** Well within what a row of the database may hold, whatever the ids are. */
const MAX_KEPT = 10_000;
const MAX_CANDIDATES = 100;

/**
 * The decision as it is kept. Of an order so large, at so many locations, that the database would not take all it
 * was made from, what was chosen is kept without: it can be explained, and not played again.
 */
export function toKeep(decision: SourcingDecision): SourcingDecision {
  const { supply, exclusions, candidates } = decision;
  const known = Object.values(supply).reduce(
    (sum, { free, stockPrices }) => sum + Object.keys(free).length + Object.keys(stockPrices).length,
    0,
  );
  if (known + exclusions.length + candidates.length <= MAX_KEPT) return decision;
  return {
    ...decision,
    supply: {},
    exclusions: exclusions.filter(({ sku }) => sku === undefined).slice(0, MAX_KEPT),
    candidates: candidates.slice(0, MAX_CANDIDATES),
  };
}

/** Whether what it was made from is kept with it. */
export const canBePlayedAgain = ({ supply }: SourcingDecision): boolean => Object.keys(supply).length > 0;
