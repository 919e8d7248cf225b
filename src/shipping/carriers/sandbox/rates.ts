/** The sandbox's prices: by service, zone and weight, always the same for the same parcel. */
import { sameCustomsArea } from "../../../kernel/geography";
import type { LabelRequest, Rate } from "../../domain/label";
import type { ParcelSize } from "../../domain/parcel";

/** `mark`: the large letter on the label, by which parcels are sorted. */
export const SERVICES = [
  { service: "Ground", mark: "G", factor: 1, days: [1, 3, 5, 9] },
  { service: "Express", mark: "E", factor: 2.5, days: [1, 1, 2, 4] },
] as const;

export type Zone = 0 | 1 | 2 | 3;
const BASE_MINOR = [450, 600, 950, 1_900] as const;
const PER_KG_MINOR = [60, 90, 160, 420] as const;

export const MAX_GRAMS = 30_000;
/** Cubic millimetres that count as a gram. */
const VOLUME_DIVISOR = 5_000;

/** 0: the same postal area; 1: the same country; 2: no customs form; 3: any other. */
export function zoneOf({ from, to }: LabelRequest): Zone {
  if (from.countryCode === to.countryCode) {
    const area = (code: string | null) => code?.slice(0, 2).toUpperCase() ?? "";
    return area(from.postalCode) === area(to.postalCode) && area(to.postalCode) !== "" ? 0 : 1;
  }
  return sameCustomsArea(from.countryCode, to.countryCode) ? 2 : 3;
}

/** The weight that is paid for: that of the scales, or that of the volume if it is more. */
export function chargedGrams({ weightGrams, lengthMm, widthMm, heightMm }: ParcelSize): number {
  if (lengthMm === null || widthMm === null || heightMm === null) return weightGrams;
  return Math.max(weightGrams, Math.ceil((lengthMm * widthMm * heightMm) / VOLUME_DIVISOR));
}

/** @param currency of the prices. */
export function ratesFor(request: LabelRequest, currency: string): Rate[] {
  const zone = zoneOf(request);
  const kilograms = Math.ceil(chargedGrams(request.parcel) / 1_000);
  return SERVICES.map(({ service, factor, days }) => ({
    id: service.toLowerCase(),
    carrier: "Sandbox",
    service,
    costMinor: Math.round((BASE_MINOR[zone] + PER_KG_MINOR[zone] * kilograms) * factor),
    currency,
    transitDays: days[zone],
  }));
}

export const markOf = (service: string): string =>
  SERVICES.find((each) => each.service === service)?.mark ?? "";
