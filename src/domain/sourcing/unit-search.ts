/** Tries the open units of an assignment, one item after the other, where bounds on the parcels are not enough. */
import type { Incumbent } from "./assignment";
import type { Part, OpenItem, Start } from "./assignment-start";
import { parcelCost, type Network } from "./network";
import type { Work } from "./work";

/** Offers every plan it meets that is better than those before. */
export function tryUnits(
  network: Network,
  start: Start,
  slopes: readonly number[],
  incumbent: Incumbent,
  work: Work,
): void {
  const { items, sites, byVolume, tie } = network;
  const { places, open } = start;
  const units = start.units.map((row) => [...row]);
  const grams = start.loads.map((load) => load.grams);
  const mm3 = start.loads.map((load) => load.mm3);
  const count = start.loads.map((load) => load.count);
  const prices = places.map(() => 0);
  const perUnit = places.map(({ site }, place) =>
    items.map((item) => slopes[place]! * (byVolume[site]! ? item.mm3 : item.grams)),
  );
  const levels = places.map(({ site, levels: all }) =>
    all.map((level) => ({ ...level, weight: byVolume[site]! ? level.mm3 : level.grams })),
  );
  const least = leastOfRest(open, perUnit);
  const reach = reachOfRest(network, start);
  let cost = start.cost;

  const give = ({ place, unitCost }: Part, item: number, quantity: number, ties: number) => {
    units[place]![item]! += quantity;
    grams[place]! += quantity * items[item]!.grams;
    mm3[place]! += quantity * items[item]!.mm3;
    count[place]! += quantity;
    cost += quantity * unitCost + ties;
  };
  /** With the parcels as they are, and with the line under what they may become. */
  const bound = (at: number): number => {
    let priced = cost + least.unit[at]!;
    let linear = cost + least.linear[at]!;
    for (let place = 0; place < places.length; place += 1) {
      const slope = slopes[place]!;
      const load = byVolume[places[place]!.site]! ? mm3[place]! : grams[place]!;
      const most = load + reach[at]![place]!;
      let price = -1;
      let line = Infinity;
      for (const level of levels[place]!) {
        if (level.grams < grams[place]! || level.mm3 < mm3[place]!) continue;
        if (price < 0) price = level.cost;
        line = Math.min(line, level.cost - slope * (Math.min(level.weight, most) - load));
        if (level.weight >= most) break;
      }
      priced += price;
      prices[place] = price;
      linear += line;
    }
    return Math.max(priced, linear);
  };
  const totals = totalsOf(network, start);
  /** Whether parcels that cost less together than `budget` could take everything, if goods were liquid. */
  const affordable = (place: number, budget: number, restGrams: number, restMm3: number): boolean => {
    if (place === places.length) return restGrams <= 0 && restMm3 <= 0;
    for (const level of levels[place]!) {
      if (level.grams < grams[place]! || level.mm3 < mm3[place]!) continue;
      let least = level.cost;
      for (let later = place + 1; later < places.length; later += 1) least += prices[later]!;
      if (least >= budget) return false;
      if (affordable(place + 1, budget - level.cost, restGrams - level.grams, restMm3 - level.mm3))
        return true;
    }
    return false;
  };

  const settle = (at: number): void => {
    const atLeast = bound(at);
    if (atLeast >= incumbent.cutoff()) return;
    if (!affordable(0, incumbent.cutoff() - cost - least.unit[at]!, totals.grams, totals.mm3)) return;
    if (!work.spend(1)) return work.leave(atLeast);
    if (at < open.length) return share(at, 0, open[at]!.left);
    if (count.includes(0)) return;
    let priced = cost;
    for (const [place, { site }] of places.entries()) {
      priced += parcelCost(sites[site]!, grams[place]!, mm3[place]!);
    }
    incumbent.offer(
      start.sites,
      priced,
      units.map((row) => [...row]),
    );
  };

  /** Every way to take the rest of the item from its parts, the most from the first of them first. */
  const share = (at: number, from: number, left: number): void => {
    if (left === 0) return settle(at + 1);
    const { item, parts } = open[at]!;
    const part = parts[from];
    if (part === undefined) return;
    const { place } = part;
    const ties = units[place]![item] === 0 ? tie : 0;
    for (let quantity = Math.min(part.most, left); quantity > 0; quantity -= 1) {
      give(part, item, quantity, ties);
      share(at, from + 1, left - quantity);
      give(part, item, -quantity, -ties);
    }
    share(at, from + 1, left);
  };
  settle(0);
}

/** What the items from each on cost at least, beside the parcels and with their weight at its slope. */
function leastOfRest(open: readonly OpenItem[], perUnit: readonly (readonly number[])[]) {
  const unit = [0];
  const linear = [0];
  for (const { item, left, parts } of open.toReversed()) {
    const priced = parts.map(({ place, most, unitCost }) => ({
      most,
      cost: unitCost + perUnit[place]![item]!,
    }));
    unit.unshift(
      unit[0]! +
        cheapest(
          parts.map(({ most, unitCost }) => ({ most, cost: unitCost })),
          left,
        ),
    );
    linear.unshift(linear[0]! + cheapest(priced, left));
  }
  return { unit, linear };
}

function cheapest(parts: readonly Readonly<{ most: number; cost: number }>[], quantity: number): number {
  let left = quantity;
  let sum = 0;
  for (const { most, cost } of parts.toSorted((a, b) => a.cost - b.cost)) {
    const taken = Math.min(left, most);
    sum += taken * cost;
    left -= taken;
  }
  return sum;
}

/** The weight, as the bound measures it, that the items from each on can add at most to each place. */
function reachOfRest({ items, byVolume }: Network, { places, open }: Start): number[][] {
  const reach = [places.map(() => 0)];
  for (const { item, left, parts } of open.toReversed()) {
    const more = [...reach[0]!];
    for (const { place, most } of parts) {
      const { grams, mm3 } = items[item]!;
      more[place]! += Math.min(left, most) * (byVolume[places[place]!.site]! ? mm3 : grams);
    }
    reach.unshift(more);
  }
  return reach;
}

function totalsOf({ items }: Network, { loads, open }: Start): { grams: number; mm3: number } {
  let grams = loads.reduce((sum, load) => sum + load.grams, 0);
  let mm3 = loads.reduce((sum, load) => sum + load.mm3, 0);
  for (const { item, left } of open) {
    grams += left * items[item]!.grams;
    mm3 += left * items[item]!.mm3;
  }
  return { grams, mm3 };
}
