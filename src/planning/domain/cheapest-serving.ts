/**
 * How an order is served at the least cost when each unit costs its stock price as well: which lines go
 * together, and from where. A line goes whole, and no place runs out: that stock is short is what prices say.
 */
import { MAX_LINES, type Kind } from "./pricing-problem";

export type Serving = Readonly<{
  /** The least cost of one order of the kind, and in `chosen` how it is reached. */
  costOf: (kind: Kind, prices: Float64Array) => number;
  /** Of each line, the slot whose units it takes; −1 where it is not sent. The next call writes over it. */
  chosen: Int32Array;
}>;

/**
 * Place after place, the least cost of every set of lines from the places so far: exact, in time of
 * places × lines × 2^lines. A set of lines is the bits of a number.
 */
export function createServing(): Serving {
  const chosen = new Int32Array(MAX_LINES);
  const least = new Float64Array(2 ** MAX_LINES);
  const here = new Float64Array(2 ** MAX_LINES);
  const taken = new Int32Array(2 ** MAX_LINES);
  let takenAt = new Int32Array(0);

  /** Opens the place for each set, and lets it take whichever lines are cheaper from here. */
  const offer = ({ quantities, parcels, lines, slots }: Kind, place: number, prices: Float64Array) => {
    const width = quantities.length;
    const sets = 1 << width;
    for (let set = 0; set < sets; set += 1) {
      here[set] = least[set]! + parcels[place]!;
      taken[set] = 0;
    }
    for (let line = 0; line < width; line += 1) {
      const at = place * width + line;
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
      takenAt[place * sets + set] = better ? taken[set]! : 0;
      if (better) least[set] = here[set]!;
    }
  };

  const costOf = (kind: Kind, prices: Float64Array): number => {
    const places = kind.parcels.length;
    const width = kind.quantities.length;
    const sets = 1 << width;
    if (takenAt.length < places * sets) takenAt = new Int32Array(places * sets);
    least.fill(Number.POSITIVE_INFINITY, 1, sets);
    least[0] = 0;
    for (let place = 0; place < places; place += 1) offer(kind, place, prices);

    let left = sets - 1;
    for (let place = places - 1; place >= 0; place -= 1) {
      const sent = takenAt[place * sets + left]!;
      for (let line = 0; line < width; line += 1) {
        if ((sent >> line) & 1) chosen[line] = kind.slots[place * width + line]!;
      }
      left ^= sent;
    }
    return least[sets - 1]!;
  };
  return { costOf, chosen };
}
