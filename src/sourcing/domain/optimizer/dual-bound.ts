/**
 * A lower bound for all plans that use some chosen sites and none of the ruled-out ones: the dual of the plan's
 * linear program, raised item by item (Erlenkotter's dual ascent for facility location, 1978).
 */
import type { Network } from "./network";

export const OPEN = 0;
export const CHOSEN = 1;
export const RULED_OUT = 2;

/** Rounding errors of the sums are smaller. Costs are whole numbers, and ties are far greater. */
const EPSILON = 1e-9;

/**
 * @param state of each site: OPEN, CHOSEN or RULED_OUT.
 * @param slack is written to. By site: how much more a plan costs at least if it uses that site too.
 * @returns the bound; infinite if the remaining sites cannot ship every unit.
 */
export function dualBound(network: Network, state: Uint8Array, slack: Float64Array): number {
  const { opening, order } = network;
  let bound = -network.discount + order.length * network.tie;
  for (let site = 0; site < slack.length; site += 1) {
    const chosen = state[site] === CHOSEN;
    if (chosen) bound += opening[site]!;
    slack[site] = chosen ? 0 : opening[site]!;
  }
  for (const item of order) bound += raise(network, item, state, slack);
  return bound;
}

/** Raises the item's price until sites without slack offer enough units at or below it. */
function raise({ suppliers, need }: Network, item: number, state: Uint8Array, slack: Float64Array): number {
  const offers = suppliers[item]!;
  const paying: (typeof offers)[number][] = [];
  let left = need[item]!;
  let price = -1;
  let value = 0;
  let next = 0;
  for (;;) {
    while (next < offers.length) {
      const offer = offers[next]!;
      if (state[offer.site] === RULED_OUT) {
        next += 1;
        continue;
      }
      if (price < 0) {
        price = offer.linearCost;
        value = left * price;
      }
      if (offer.linearCost > price) break;
      next += 1;
      if (slack[offer.site]! > EPSILON) paying.push(offer);
      else left -= offer.units;
    }
    if (left <= 0) return value;
    let rise = next < offers.length ? offers[next]!.linearCost - price : Number.POSITIVE_INFINITY;
    for (const { site, units } of paying) rise = Math.min(rise, slack[site]! / units);
    if (rise === Number.POSITIVE_INFINITY) return rise;
    price += rise;
    value += left * rise;
    let kept = 0;
    for (const offer of paying) {
      slack[offer.site]! -= offer.units * rise;
      if (slack[offer.site]! > EPSILON) paying[kept++] = offer;
      else left -= offer.units;
    }
    paying.length = kept;
  }
}
