/** The start of an assignment: the units that each chosen site must ship because no other can, and the open units. */
import { parcelCost, type Network } from "./network";
import type { Level } from "./price-levels";

/** A chosen site, with the price levels of a parcel that contains at least what it must ship. */
export type Place = Readonly<{
  site: number;
  levels: readonly Level[];
  /** The load if it ships all that it can. */
  most: Readonly<{ grams: number; mm3: number }>;
}>;

/** Units of an open item that a place can ship. `place` is an index of `places`. */
export type Part = Readonly<{ place: number; most: number; unitCost: number }>;

/** An item with units that are not assigned, and the places that have some. */
export type OpenItem = Readonly<{ item: number; left: number; parts: readonly Part[] }>;

export type Start = Readonly<{
  sites: readonly number[];
  places: readonly Place[];
  open: readonly OpenItem[];
  /** The assigned units by place and item, and their loads by place. */
  units: readonly (readonly number[])[];
  loads: readonly Readonly<{ grams: number; mm3: number; count: number }>[];
  /** The cost of the assigned units, without the parcels' prices. */
  cost: number;
}>;

/** Null if one of the sites has nothing that is needed. */
export function startOf(network: Network, chosen: readonly number[]): Start | null {
  const { items, tie } = network;
  const units = chosen.map(() => items.map(() => 0));
  const given = chosen.map(() => ({ grams: 0, mm3: 0, count: 0 }));
  const most = chosen.map(() => ({ grams: 0, mm3: 0, count: 0 }));
  const open: OpenItem[] = [];
  let cost = chosen.reduce((sum, site) => sum + network.fixed[site]!, -network.discount);
  for (const item of network.order) {
    const parts: Part[] = [];
    let had = 0;
    for (const { site, units: quantity, unitCost } of network.suppliers[item]!) {
      const place = chosen.indexOf(site);
      if (place < 0) continue;
      had += quantity;
      parts.push({ place, most: quantity, unitCost });
    }
    const need = Math.min(network.need[item]!, had);
    let left = need;
    const rest: Part[] = [];
    for (const part of parts) {
      const { place, unitCost } = part;
      add(most[place]!, items[item]!, part.most);
      const only = Math.max(0, need - (had - part.most));
      if (only > 0) {
        units[place]![item] = only;
        add(given[place]!, items[item]!, only);
        cost += only * unitCost + tie;
        left -= only;
      }
      if (part.most > only) rest.push({ ...part, most: part.most - only });
    }
    if (left > 0) open.push({ item, left, parts: rest });
  }
  if (most.some(({ count }) => count === 0)) return null;
  open.sort((a, b) => b.left * items[b.item]!.grams - a.left * items[a.item]!.grams || a.item - b.item);
  const places = chosen.map((site, place) => ({
    site,
    most: most[place]!,
    levels: levelsFrom(network, site, given[place]!),
  }));
  return { sites: chosen, places, open, units, loads: given, cost };
}

type Weighed = { grams: number; mm3: number; count: number };

function add(load: Weighed, item: Network["items"][number], quantity: number): void {
  load.grams += quantity * item.grams;
  load.mm3 += quantity * item.mm3;
  load.count += quantity;
}

function levelsFrom(network: Network, site: number, least: Weighed): Level[] {
  const cost = parcelCost(network.sites[site]!, least.grams, least.mm3);
  return network.levels[site]!.filter(({ grams, mm3 }) => grams >= least.grams && mm3 >= least.mm3).map(
    (level) => (level.cost >= cost ? level : { ...level, cost }),
  );
}
