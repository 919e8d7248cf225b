/**
 * The network of the published multi-item fulfillment experiments (Jasin & Sinha 2015, Ma 2023): ten American cities with
 * their population, five fulfillment centres, and the shipping costs between them.
 */
import { distanceKm } from "../../src/kernel/geography.ts";

type City = Readonly<{ name: string; latitude: number; longitude: number; population: number }>;
type Centre = Readonly<{ name: string; latitude: number; longitude: number }>;

export const CITIES: readonly City[] = [
  { name: "New York", latitude: 40.6943, longitude: -73.9249, population: 18_680_025 },
  { name: "Los Angeles", latitude: 34.1141, longitude: -118.4068, population: 12_531_334 },
  { name: "Chicago", latitude: 41.8375, longitude: -87.6866, population: 8_586_888 },
  { name: "Miami", latitude: 25.784, longitude: -80.2101, population: 6_076_316 },
  { name: "Dallas", latitude: 32.7935, longitude: -96.7667, population: 5_910_669 },
  { name: "Houston", latitude: 29.786, longitude: -95.3885, population: 5_724_418 },
  { name: "Philadelphia", latitude: 40.0077, longitude: -75.1339, population: 5_540_199 },
  { name: "Atlanta", latitude: 33.7628, longitude: -84.422, population: 5_151_496 },
  { name: "Washington", latitude: 38.9047, longitude: -77.0163, population: 5_066_973 },
  { name: "Boston", latitude: 42.3188, longitude: -71.0852, population: 4_465_966 },
];

export const CENTRES: readonly Centre[] = [
  { name: "OAK4", latitude: 37.7448, longitude: -121.3985 },
  { name: "IND1", latitude: 39.9797, longitude: -86.3833 },
  { name: "AVP3", latitude: 41.2776, longitude: -75.4973 },
  { name: "CAE1", latitude: 33.9114, longitude: -81.0501 },
  { name: "DFW7", latitude: 32.9709, longitude: -97.3348 },
];

/** Kilometres in a mile, as the published experiments round it. */
const KM_IN_A_MILE = 1.61;

const milesBetween = (centre: Centre, city: City): number => distanceKm(centre, city) / KM_IN_A_MILE;

/** Dollars, as are all costs here. */
export const PARCEL = 8.759;
const UNIT = 0.423;
const UNIT_MILE = 0.000541;

/** By centre and city: the cost of a unit, without the parcel. */
export const UNIT_COSTS: readonly (readonly number[])[] = CENTRES.map((centre) =>
  CITIES.map((city) => UNIT + UNIT_MILE * milesBetween(centre, city)),
);

/** The cost of units that no centre ships: twice a parcel for the order, and twice the highest unit cost for each unit. */
export const NO_PARCEL = 2 * PARCEL;
export const NO_UNIT_COSTS: readonly number[] = CITIES.map(
  (_, city) => 2 * Math.max(...UNIT_COSTS.map((costs) => costs[city]!)),
);

/** By city: the centres, nearest first. */
export const NEAREST: readonly (readonly number[])[] = CITIES.map((_, city) =>
  [...CENTRES.keys()].toSorted((a, b) => UNIT_COSTS[a]![city]! - UNIT_COSTS[b]![city]!),
);
