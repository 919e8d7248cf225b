/**
 * Where an assignment begins: what each of the chosen sites must send because no other of them can, and what
 * is open.
 */
import { parcelCost, type Network } from "./network";
import type { Level } from "./price-levels";

/** A chosen site, with the price levels of a parcel that holds at least what it must send. */
export type Place = Readonly<{
  site: number;
  levels: readonly Level[];
  /** What it would send if it sent all it can. */
  most: Readonly<{ grams: number; mm3: number }>;
}>;

export type Part = Readonly<{ place: number; most: number; unitCost: number }>;

/** Units of an item that are not settled, and the places that have some. */
export type OpenItem = Readonly<{ item: number; left: number; parts: readonly Part[] }>;

export type Start = Readonly<{
  sites: readonly number[];
  places: readonly Place[];
  open: readonly OpenItem[];
  /** Units given, by place and item, and what they weigh. */
  units: readonly (readonly number[])[];
  loads: readonly Readonly<{ grams: number; mm3: number; count: number }>[];
  /** Of what is given, without the parcels' prices. */
  cost: number;
}>;

/** Null where one of the sites has nothing that is needed. */
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
