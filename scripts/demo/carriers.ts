/** The demo retailer's carrier services, with prices by weight and zone in US cents, the currency of its books. */

type Price = Readonly<{ upToGrams: number; priceMinor: number }>;

export type DemoService = Readonly<{
  id: string;
  carrier: string;
  service: string;
  name: string;
  volumeDivisor: number;
  locationIds: readonly string[];
  zones: readonly Readonly<{
    name: string;
    countries: readonly string[];
    maxDistanceKm: number | null;
    minTransitDays: number;
    maxTransitDays: number;
    prices: readonly Price[];
    perExtraKgMinor: number;
  }>[];
}>;

const AMERICAN = ["reno", "columbus", "chicago-store"];
const EUROPEAN = ["rotterdam", "berlin-store", "porto-vendor"];
const EU = "AT BE DE DK ES FR IE IT LU NL PL PT SE".split(" ");

/** A price list with equal increases from step to step. */
const stepsFrom = (priceMinor: number, perStepMinor: number): Price[] =>
  [500, 1_000, 2_000, 5_000, 10_000].map((upToGrams, step) => ({
    upToGrams,
    priceMinor: priceMinor + step * perStepMinor,
  }));

const zone = (
  name: string,
  countries: readonly string[],
  maxDistanceKm: number | null,
  [minTransitDays, maxTransitDays]: readonly [number, number],
  [firstMinor, perStepMinor]: readonly [number, number],
) => ({
  name,
  countries,
  maxDistanceKm,
  minTransitDays,
  maxTransitDays,
  prices: stepsFrom(firstMinor, perStepMinor),
  perExtraKgMinor: perStepMinor,
});

export const CARRIER_SERVICES: readonly DemoService[] = [
  {
    id: "ups-ground",
    carrier: "UPS",
    service: "Ground",
    name: "UPS Ground",
    volumeDivisor: 5_000,
    locationIds: AMERICAN,
    zones: [
      zone("Zone 2", ["US"], 240, [1, 1], [690, 60]),
      zone("Zone 4", ["US"], 970, [1, 3], [760, 95]),
      zone("Zone 6", ["US"], 2_250, [2, 4], [830, 150]),
      zone("Zone 8", ["US"], null, [3, 5], [910, 220]),
    ],
  },
  {
    id: "ups-second-day",
    carrier: "UPS",
    service: "2nd Day Air",
    name: "UPS 2nd Day Air",
    volumeDivisor: 5_000,
    locationIds: AMERICAN,
    zones: [zone("Near", ["US"], 970, [2, 2], [1_290, 210]), zone("Far", ["US"], null, [2, 2], [1_680, 420])],
  },
  {
    id: "dhl-paket",
    carrier: "DHL",
    service: "Paket",
    name: "DHL Paket",
    volumeDivisor: 5_000,
    locationIds: EUROPEAN,
    zones: [
      zone("Neighbours", EU, 700, [1, 2], [520, 70]),
      zone("European Union", EU, null, [2, 5], [940, 160]),
      zone("Europe", ["GB", "CH", "NO"], null, [3, 6], [1_390, 260]),
    ],
  },
  {
    id: "dhl-express",
    carrier: "DHL",
    service: "Express Worldwide",
    name: "DHL Express Worldwide",
    volumeDivisor: 5_000,
    locationIds: [],
    zones: [zone("World", [], null, [1, 3], [3_900, 980])],
  },
];
