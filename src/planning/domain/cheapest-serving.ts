/**
 * The least cost of serving an order if each unit also costs its stock price: which lines ship together, and from
 * which origin. A line is not split, and no origin runs out: scarcity is expressed by the prices alone.
 */
import { MAX_LINES, type Kind } from "./pricing-problem";

export type Serving = Readonly<{
  /** The least cost of one order of the kind. `chosen` then has the choice that gives it. */
  costOf: (kind: Kind, prices: Float64Array) => number;
  /** By line: the slot whose units it takes, or −1 if it is not shipped. The next call overwrites it. */
  chosen: Int32Array;
}>;

/**
 * Dynamic programming over the origins: the least cost of every set of lines from the origins so far. It is exact and
 * takes origins × lines × 2^lines steps. The bits of a number are a set of lines.
 */
export function createServing(): Serving {
  const chosen = new Int32Array(MAX_LINES);
  const least = new Float64Array(2 ** MAX_LINES);
  const here = new Float64Array(2 ** MAX_LINES);
  const taken = new Int32Array(2 ** MAX_LINES);
  let takenAt = new Int32Array(0);

  /** Opens a parcel from the origin for each set of lines, and moves the lines that are cheaper from there. */
  const offer = ({ quantities, parcels, lines, slots }: Kind, origin: number, prices: Float64Array) => {
    const width = quantities.length;
    const sets = 1 << width;
    for (let set = 0; set < sets; set += 1) {
      here[set] = least[set]! + parcels[origin]!;
      taken[set] = 0;
    }
    for (let line = 0; line < width; line += 1) {
      const at = origin * width + line;
      const slot = slots[at]!;
      const cost = lines[at]! + (slot < 0 ? 0 : prices[slot]! * quantities[line]!);
      if (cost === Number.POSITIVE_INFINITY) continue;
      const bit = 1 << line;
      for (let set = bit; set < sets; set = (set + 1) | bit) {
        const sent = here[set ^ bit]! + cost;
        if (sent >= here[set]!) continue;
        here[set] = sent;
        taken[set] = taken[set ^ bit]! | bit;
      }
    }
    for (let set = 0; set < sets; set += 1) {
      const better = here[set]! < least[set]!;
      takenAt[origin * sets + set] = better ? taken[set]! : 0;
      if (better) least[set] = here[set]!;
    }
  };

  const costOf = (kind: Kind, prices: Float64Array): number => {
    const origins = kind.parcels.length;
    const width = kind.quantities.length;
    const sets = 1 << width;
    if (takenAt.length < origins * sets) takenAt = new Int32Array(origins * sets);
    least.fill(Number.POSITIVE_INFINITY, 1, sets);
    least[0] = 0;
    for (let origin = 0; origin < origins; origin += 1) offer(kind, origin, prices);

    let left = sets - 1;
    for (let origin = origins - 1; origin >= 0; origin -= 1) {
      const sent = takenAt[origin * sets + left]!;
      for (let line = 0; line < width; line += 1) {
        if ((sent >> line) & 1) chosen[line] = kind.slots[origin * width + line]!;
      }
      left ^= sent;
    }
    return least[sets - 1]!;
  };
  return { costOf, chosen };
}
