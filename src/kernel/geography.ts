/**
 * Estimates how far a parcel travels. Storefronts seldom send coordinates, so an address without them is placed at the
 * centre of its state or province, or else of its country. That is enough to compare locations; promises also use the
 * possible error.
 */

/** Degrees, WGS 84. */
export type Coordinates = Readonly<{ latitude: number; longitude: number }>;

export type Place = Readonly<{
  /** ISO 3166-1 alpha-2. */
  countryCode: string | null;
  /** The part of an ISO 3166-2 code after the country, such as `CA` for California. */
  region: string | null;
  latitude: number | null;
  longitude: number | null;
}>;

const EARTH_RADIUS_KM = 6371;

/** Great-circle distance in kilometres, by the haversine formula. */
export function distanceKm(a: Coordinates, b: Coordinates): number {
  const rad = Math.PI / 180;
  const havLatitude = Math.sin(((b.latitude - a.latitude) * rad) / 2) ** 2;
  const havLongitude = Math.sin(((b.longitude - a.longitude) * rad) / 2) ** 2;
  const h = havLatitude + Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * havLongitude;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** A point, and how far from it the place may be, in kilometres; null if it may be anywhere in its country. */
export type Position = Readonly<{ at: Coordinates; withinKm: number | null }>;

/** Most people of a state or province live within this distance of its centre. */
const REGION_RADIUS_KM = 500;

/** The best known position of the place; null if its country is unknown. */
export function positionOf(place: Place): Position | null {
  if (place.latitude !== null && place.longitude !== null) {
    return { at: { latitude: place.latitude, longitude: place.longitude }, withinKm: 0 };
  }
  const country = place.countryCode?.toUpperCase();
  if (country === undefined) return null;
  const region = place.region?.toUpperCase().replace(`${country}-`, "");
  const ofRegion = CENTRES.get(`${country}-${region}`);
  const centre = ofRegion ?? CENTRES.get(country);
  if (!centre) return null;
  return {
    at: { latitude: centre[0], longitude: centre[1] },
    withinKm: ofRegion ? REGION_RADIUS_KM : null,
  };
}

/** The point of `positionOf`. */
export const coordinatesOf = (place: Place): Coordinates | null => positionOf(place)?.at ?? null;

/** Whether parcels between the two countries need no customs form: the same country, or both in the European Union. */
export function sameCustomsArea(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return false;
  const [one, other] = [a.toUpperCase(), b.toUpperCase()];
  return one === other || (EUROPEAN_UNION.has(one) && EUROPEAN_UNION.has(other));
}

const EUROPEAN_UNION = new Set(
  "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" "),
);

/** Centres of states, provinces and countries, to a tenth of a degree: `code latitude longitude`. */
const CENTRES: ReadonlyMap<string, readonly [number, number]> = new Map(
  `US-AL 32.8 -86.8; US-AK 64.1 -152.3; US-AZ 34.3 -111.7; US-AR 34.9 -92.4; US-CA 37.2 -119.5;
  US-CO 39 -105.5; US-CT 41.6 -72.7; US-DE 39 -75.5; US-DC 38.9 -77; US-FL 28.6 -82.4; US-GA 32.6 -83.4;
  US-HI 20.3 -156.4; US-ID 44.4 -114.6; US-IL 40 -89.2; US-IN 39.9 -86.3; US-IA 42 -93.5; US-KS 38.5 -98.4;
  US-KY 37.5 -85.3; US-LA 31.1 -92; US-ME 45.4 -69.2; US-MD 39.1 -76.8; US-MA 42.2 -71.8; US-MI 44.3 -85.4;
  US-MN 46.3 -94.3; US-MS 32.7 -89.7; US-MO 38.4 -92.5; US-MT 47.1 -109.6; US-NE 41.5 -99.8;
  US-NV 39.3 -116.6; US-NH 43.7 -71.6; US-NJ 40.2 -74.7; US-NM 34.4 -106.1; US-NY 42.9 -75.5;
  US-NC 35.6 -79.4; US-ND 47.4 -100.5; US-OH 40.3 -82.8; US-OK 35.6 -97.5; US-OR 43.9 -120.6;
  US-PA 40.9 -77.8; US-PR 18.2 -66.5; US-RI 41.7 -71.6; US-SC 33.9 -80.9; US-SD 44.4 -100.2;
  US-TN 35.9 -86.4; US-TX 31.5 -99.3; US-UT 39.3 -111.7; US-VT 44.1 -72.7; US-VA 37.5 -78.9;
  US-WA 47.4 -120.4; US-WV 38.6 -80.6; US-WI 44.6 -90; US-WY 43 -107.6;
  CA-AB 55 -115; CA-BC 54.5 -125; CA-MB 54.9 -97.4; CA-NB 46.6 -66.4; CA-NL 53.2 -59.9; CA-NS 45.2 -63;
  CA-NT 66.4 -119; CA-NU 70.5 -90; CA-ON 50 -86; CA-PE 46.4 -63.2; CA-QC 52 -72; CA-SK 54.4 -105.9;
  CA-YT 63.6 -135.5;
  AU-ACT -35.5 149; AU-NSW -32.2 147; AU-NT -19.4 133.4; AU-QLD -22.6 144.6; AU-SA -30 135.8;
  AU-TAS -42 146.6; AU-VIC -36.9 144.3; AU-WA -25.5 122.3;
  US 39.8 -98.6; CA 56.1 -106.3; MX 23.6 -102.5; BR -10.8 -53.1; AR -35.4 -65.2; CL -35.7 -71.5;
  CO 3.9 -73.1; PE -9.2 -74.4; AT 47.6 14.1; BE 50.6 4.7; BG 42.8 25.2; CH 46.8 8.2; CY 35 33.2;
  CZ 49.7 15.3; DE 51.1 10.4; DK 56 10; EE 58.7 25.5; ES 40.2 -3.6; FI 64.5 26.3; FR 46.6 2.5;
  GB 54.1 -2.9; GR 39.1 22.9; HR 45.1 16.4; HU 47.2 19.4; IE 53.2 -8.1; IS 65 -18.6; IT 42.8 12.1;
  LI 47.1 9.5; LT 55.3 23.9; LU 49.8 6.1; LV 56.9 24.9; MT 35.9 14.4; NL 52.1 5.3; NO 64.6 13.1;
  PL 52.1 19.4; PT 39.6 -8.5; RO 45.9 25; RS 44.2 20.8; SE 62.8 16.7; SI 46.1 14.8; SK 48.7 19.5;
  TR 39.1 35.2; UA 49 31.4; AE 23.9 54.3; AU -25.7 134.5; CN 36.6 103.8; HK 22.3 114.2; ID -2.2 117.3;
  IL 31.4 35; IN 22.9 79.6; JP 37.6 138; KR 36.4 127.8; MY 3.8 109.7; NZ -41.8 171.5; PH 11.8 122.9;
  SA 24.1 44.5; SG 1.4 103.8; TH 15.1 101; TW 23.8 121; VN 16.6 106.3; EG 26.5 29.9; MA 31.9 -6.3;
  NG 9.6 8.1; ZA -29 25.1`
    .split(";")
    .map((row) => row.trim().split(" "))
    .map(([code, latitude, longitude]) => [code!, [Number(latitude), Number(longitude)]] as const),
);
