/** Plays arrivals with a rule: takes the units from stock and adds up the costs. */
import type { Arrival, Instance } from "./instance.ts";
import { CENTRES, NO_PARCEL, NO_UNIT_COSTS, PARCEL, UNIT_COSTS } from "./network.ts";
import type { Rule } from "./rules.ts";

export type Played = { cost: number; orders: number; parcels: number; units: number; unsent: number };

export function play({ types, stock: start }: Instance, arrivals: readonly Arrival[], rule: Rule): Played {
  const stock = start.map((row) => [...row]);
  const played = { cost: 0, orders: 0, parcels: 0, units: 0, unsent: 0 };
  for (const [at, arrival] of arrivals.entries()) {
    if (arrival === null) continue;
    const { type, city } = arrival;
    const items = types[type]!;
    const from = rule({ type, city, items, at }, stock).map((centre, i) =>
      centre !== null && stock[centre]![items[i]!]! > 0 ? centre : null,
    );
    for (const [i, centre] of from.entries()) {
      played.cost += centre === null ? NO_UNIT_COSTS[city]! : UNIT_COSTS[centre]![city]!;
      if (centre === null) played.unsent += 1;
      else stock[centre]![items[i]!]! -= 1;
    }
    const parcels = CENTRES.filter((_, centre) => from.includes(centre)).length;
    played.cost += parcels * PARCEL + (from.includes(null) ? NO_PARCEL : 0);
    played.orders += 1;
    played.parcels += parcels;
    played.units += items.length;
  }
  return played;
}
