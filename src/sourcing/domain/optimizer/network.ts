/** The optimizer's input with what its searches derive from it: suppliers of each item, bounds and ties. */
import { invariant } from "../../../kernel/invariant";
import type { Item, NetworkInput, Site } from "./input";
import { supportingLine } from "./parcel-bound";
import { cheapestRate } from "../parcel-price";
import { priceLevels, type Level } from "./price-levels";

export type Supplier = Readonly<{
  site: number;
  units: number;
  /** The cost of a unit without its part of the parcel's price. */
  unitCost: number;
  /** `unitCost` plus a lower bound of what the unit's weight adds to the parcel's price. */
  linearCost: number;
}>;

export type Network = Readonly<{
  items: readonly Item[];
  sites: readonly Site[];
  /** By item: the units needed, or those that all sites have together if that is less. */
  need: readonly number[];
  /** By item: the sites that have it, in order of `linearCost`. */
  suppliers: readonly (readonly Supplier[])[];
  /** The items needed, those with the fewest suppliers first: the bound is highest in this order. */
  order: readonly number[];
  /** By site: a lower bound of the cost of using it, whatever it ships. */
  opening: readonly number[];
  /** By site: the cost of using it without the parcel's price. */
  fixed: readonly number[];
  /** By site: the price levels of its parcels. */
  levels: readonly (readonly Level[])[];
  /** By site: whether the bound weighs goods by their volume, and its price for a gram or mm³. */
  byVolume: readonly boolean[];
  slopes: readonly number[];
  /** One split penalty: `fixed` counts it for each parcel, and the first parcel is no split. */
  discount: number;
  maxParcels: number;
  /**
   * A very small cost that decides between plans of equal cost. All of them together are less than one minor unit, so that
   * they never outweigh a real cost.
   */
  tie: number;
}>;

/** The lowest cost of one parcel: its price plus the cost of lateness. Infinite if the site has no rates. */
export const parcelCost = (site: Site, grams: number, mm3: number): number =>
  cheapestRate(site.rates, { grams, mm3 })?.costMinor ?? Number.POSITIVE_INFINITY;

export function networkOf({ items, sites, splitPenalty, maxParcels }: NetworkInput): Network {
  invariant(
    sites.every(({ perParcel, unitCosts }) => perParcel >= 0 && unitCosts.every((cost) => cost >= 0)),
    "sourcing costs are not negative",
  );
  const need = items.map(({ quantity }, i) =>
    Math.min(
      quantity,
      sites.reduce((sum, site) => sum + site.units[i]!, 0),
    ),
  );
  const units = need.reduce((sum, quantity) => sum + quantity, 0);
  // A step in preference outweighs all splits of items; together they are less than one minor unit.
  const parts = units + 1;
  const tie = 1 / (parts * (1 + (sites.length * (sites.length + 1)) / 2) + 1);
  const lines = sites.map((site) => supportingLine(site, items, need));
  const fixed = sites.map(({ perParcel }, rank) => perParcel + splitPenalty + tie * parts * (rank + 1));
  const suppliers = need.map((quantity, i) =>
    sites
      .map((site, at) => ({
        site: at,
        units: Math.min(site.units[i]!, quantity),
        unitCost: site.unitCosts[i]!,
        linearCost: site.unitCosts[i]! + lines[at]!.perUnit[i]!,
      }))
      .filter((supplier) => supplier.units > 0)
      .toSorted((a, b) => a.linearCost - b.linearCost || a.site - b.site),
  );
  return {
    items,
    sites,
    need,
    suppliers,
    order: need
      .map((_, i) => i)
      .filter((i) => need[i]! > 0)
      .toSorted((a, b) => suppliers[a]!.length - suppliers[b]!.length || a - b),
    opening: fixed.map((cost, at) => cost + lines[at]!.base),
    fixed,
    levels: sites.map((site) => priceLevels(site.rates, loadOf(site, items, need))),
    byVolume: lines.map(({ byVolume }) => byVolume),
    slopes: lines.map(({ slope }) => slope),
    discount: splitPenalty,
    maxParcels: maxParcels ?? sites.length,
    tie,
  };
}

function loadOf(site: Site, items: readonly Item[], need: readonly number[]) {
  let [grams, mm3] = [0, 0];
  for (const [i, item] of items.entries()) {
    const units = Math.min(need[i]!, site.units[i]!);
    grams += units * item.grams;
    mm3 += units * item.mm3;
  }
  return { grams, mm3 };
}
