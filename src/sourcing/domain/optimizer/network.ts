/**
 * What the search for the best plan works on: items to be sent, sites that may send them, and what it costs,
 * laid out in numbers. An item is all the units an order asks of one SKU; lines of one SKU share its stock.
 */
import { invariant } from "../../../kernel/invariant";
import type { Item, NetworkInput, Site } from "./input";
import { supportingLine } from "./parcel-bound";
import { cheapestRate } from "../parcel-price";
import { priceLevels, type Level } from "./price-levels";

export type Supplier = Readonly<{
  site: number;
  units: number;
  /** A unit's cost beside the parcel, and with the least that its weight adds to the parcel's price. */
  unitCost: number;
  linearCost: number;
}>;

export type Network = Readonly<{
  items: readonly Item[];
  sites: readonly Site[];
  /** Units of each item that can be sent by all sites together. */
  need: readonly number[];
  /** Of each item, the sites that have it, by `linearCost`. */
  suppliers: readonly (readonly Supplier[])[];
  /** Scarce items first: the bound is best when they raise it. */
  order: readonly number[];
  /** Of each site: what using it costs at least, whatever is sent; and what it costs beside the parcel's price. */
  opening: readonly number[];
  fixed: readonly number[];
  /** Of each site: the price levels of its parcels, and how the bound weighs what is put into one. */
  levels: readonly (readonly Level[])[];
  byVolume: readonly boolean[];
  slopes: readonly number[];
  /** Of an order's parcels one is no split. */
  discount: number;
  maxParcels: number;
  /** Less than any difference of costs: how much a step in preference, or another part of an item, weighs. */
  tie: number;
}>;

export const parcelCost = (site: Site, grams: number, mm3: number): number =>
  cheapestRate(site.rates, { grams, mm3 })?.costMinor ?? Number.POSITIVE_INFINITY;

export function networkOf({ items, sites, splitPenalty, maxParcels }: NetworkInput): Network {
  invariant(
    sites.every(({ perParcel, unitCosts }) => perParcel >= 0 && unitCosts.every((cost) => cost >= 0)),
    "no cost of sourcing is under zero",
  );
  const need = items.map(({ quantity }, i) =>
    Math.min(
      quantity,
      sites.reduce((sum, site) => sum + site.units[i]!, 0),
    ),
  );
  const units = need.reduce((sum, quantity) => sum + quantity, 0);
  // Preference weighs more than all the parts, and both together less than one minor unit.
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
