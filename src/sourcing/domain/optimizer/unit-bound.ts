/**
 * Lower bounds for an assignment whose first open items are assigned: by the line under the parcels' prices, and by
 * the price levels that the parcels need to take everything.
 */
import type { OpenItem, Start } from "./assignment-start";
import type { Network } from "./network";

/** The loads of the places so far. */
export type Loads = Readonly<{ grams: readonly number[]; mm3: readonly number[] }>;

export type UnitBound = Readonly<{
  /** @param at the first open item that is not assigned. @param cost of the assigned units, without the parcels. */
  atLeast: (at: number, loads: Loads, cost: number) => number;
  /** Whether it may cost less than the cutoff. Call `atLeast` with the same arguments first: it sets the prices. */
  mayBeBelow: (cutoff: number, at: number, loads: Loads, cost: number) => boolean;
}>;

export function unitBound(network: Network, start: Start, slopes: readonly number[]): UnitBound {
  const { byVolume } = network;
  const { places, open } = start;
  const volumeCounts = places.map(({ site }) => byVolume[site]!);
  const levels = places.map(({ levels: all }, place) =>
    all.map((level) => ({ ...level, weight: volumeCounts[place]! ? level.mm3 : level.grams })),
  );
  const rest = restsOf(network, start, slopes, volumeCounts);
  const [allGrams, allMm3] = totalsOf(network, start);
  const prices = new Float64Array(places.length);
  const last = places.length - 1;

  const atLeast = (at: number, { grams, mm3 }: Loads, cost: number): number => {
    const { unit, linear: line, reach } = rest[at]!;
    let priced = cost + unit;
    let linear = cost + line;
    for (let place = 0; place <= last; place += 1) {
      const slope = slopes[place]!;
      const load = volumeCounts[place]! ? mm3[place]! : grams[place]!;
      const most = load + reach[place]!;
      let price = -1;
      let under = Number.POSITIVE_INFINITY;
      for (const level of levels[place]!) {
        if (level.grams < grams[place]! || level.mm3 < mm3[place]!) continue;
        if (price < 0) price = level.cost;
        under = Math.min(under, level.cost - slope * (Math.min(level.weight, most) - load));
        if (level.weight >= most) break;
      }
      priced += price;
      prices[place] = price;
      linear += under;
    }
    return Math.max(priced, linear);
  };

  /** Whether the places from this one on can take the rest within the budget, if units could be divided. */
  const affords = (
    place: number,
    at: number,
    { grams, mm3 }: Loads,
    [budget, gramsLeft, mm3Left]: readonly [number, number, number],
  ): boolean => {
    let later = 0;
    for (let other = place + 1; other <= last; other += 1) later += prices[other]!;
    const { cheapGrams, perGram } = rest[at]!;
    const wanted = grams[place]! + cheapGrams[place]!;
    for (const level of levels[place]!) {
      if (level.grams < grams[place]! || level.mm3 < mm3[place]!) continue;
      if (level.cost + later >= budget) return false;
      const moved = wanted > level.grams ? (wanted - level.grams) * perGram[place]! : 0;
      const left = budget - level.cost - moved;
      if (left <= later) continue;
      const [gramsOver, mm3Over] = [gramsLeft - level.grams, mm3Left - level.mm3];
      if (
        place === last
          ? gramsOver <= 0 && mm3Over <= 0
          : affords(place + 1, at, { grams, mm3 }, [left, gramsOver, mm3Over])
      ) {
        return true;
      }
    }
    return false;
  };

  return {
    atLeast,
    mayBeBelow: (cutoff, at, loads, cost) =>
      open.length === at || affords(0, at, loads, [cutoff - cost - rest[at]!.unit, allGrams, allMm3]),
  };
}

/** Sums over the open items from one on. */
type Rest = Readonly<{
  /** Their least cost without the parcels' prices, and with their weight at the slopes. */
  unit: number;
  linear: number;
  /** By place: the greatest load that they can add, in grams or mm³ as the slope measures it. */
  reach: readonly number[];
  /** By place: the grams of items that are cheapest there, and the least extra cost of a gram that goes elsewhere. */
  cheapGrams: readonly number[];
  perGram: readonly number[];
}>;

/** The index is that of the first item. */
function restsOf(
  { items }: Network,
  { places, open }: Start,
  slopes: readonly number[],
  volumeCounts: readonly boolean[],
): Rest[] {
  const nothing = places.map(() => 0);
  const never = places.map(() => Number.POSITIVE_INFINITY);
  const rests: Rest[] = [{ unit: 0, linear: 0, reach: nothing, cheapGrams: nothing, perGram: never }];
  for (const each of open.toReversed()) {
    const { item, left, parts } = each;
    const after = rests[0]!;
    const weightAt = (place: number) => (volumeCounts[place]! ? items[item]!.mm3 : items[item]!.grams);
    const byCost = parts.toSorted((a, b) => a.unitCost - b.unitCost);
    const [cheapest, second] = byCost as [OpenItem["parts"][number], OpenItem["parts"][number]];
    const { grams } = items[item]!;
    const dearer = grams === 0 ? Number.POSITIVE_INFINITY : (second.unitCost - cheapest.unitCost) / grams;
    const reach = [...after.reach];
    for (const { place, most } of parts) reach[place]! += Math.min(left, most) * weightAt(place);
    const priced = ({ place, unitCost }: OpenItem["parts"][number]) =>
      unitCost + slopes[place]! * weightAt(place);
    rests.unshift({
      unit: after.unit + leastCost(byCost, left, ({ unitCost }) => unitCost),
      linear:
        after.linear +
        leastCost(
          parts.toSorted((a, b) => priced(a) - priced(b)),
          left,
          priced,
        ),
      reach,
      cheapGrams: after.cheapGrams.with(
        cheapest.place,
        after.cheapGrams[cheapest.place]! + Math.min(left, cheapest.most) * grams,
      ),
      perGram: after.perGram.with(cheapest.place, Math.min(after.perGram[cheapest.place]!, dearer)),
    });
  }
  return rests.map((each) => ({
    ...each,
    perGram: each.perGram.map((cost) => (cost === Number.POSITIVE_INFINITY ? 0 : cost)),
  }));
}

function leastCost(
  parts: OpenItem["parts"],
  quantity: number,
  costOf: (part: OpenItem["parts"][number]) => number,
): number {
  let left = quantity;
  let sum = 0;
  for (const part of parts) {
    const taken = Math.min(left, part.most);
    sum += taken * costOf(part);
    left -= taken;
  }
  return sum;
}

function totalsOf({ items }: Network, { loads, open }: Start): readonly [grams: number, mm3: number] {
  let grams = loads.reduce((sum, load) => sum + load.grams, 0);
  let mm3 = loads.reduce((sum, load) => sum + load.mm3, 0);
  for (const { item, left } of open) {
    grams += left * items[item]!.grams;
    mm3 += left * items[item]!.mm3;
  }
  return [grams, mm3];
}
