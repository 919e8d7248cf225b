/**
 * Where something goes, as closely as an address or a postal code tells. Of the countries whose states and
 * provinces have middles of their own, the postal code says which it is.
 */
import type { Place } from "../../kernel/geography";

export type Destination = Place & Readonly<{ postalCode: string | null }>;

/** The address with its region, where only the postal code tells it. */
export const destinationOf = (address: Destination | null): Destination | null =>
  address && address.region === null
    ? { ...address, region: regionOfPostalCode(address.countryCode, address.postalCode) }
    : address;

/** The part of an ISO 3166-2 code after the country, as `CA` for California; null where the code does not tell. */
export function regionOfPostalCode(countryCode: string | null, postalCode: string | null): string | null {
  const code = postalCode?.trim().toUpperCase() ?? "";
  switch (countryCode?.toUpperCase() ?? "") {
    case "US":
      return /^\d{5}(?:-?\d{4})?$/.test(code) ? lastFrom(US_FROM, Number(code.slice(0, 3))) : null;
    case "AU":
      return /^\d{4}$/.test(code) ? lastFrom(AU_FROM, Number(code)) : null;
    case "CA":
      return /^[A-Z]\d[A-Z] ?\d[A-Z]\d$/.test(code) ? (CA_BY_LETTER[code[0]!] ?? null) : null;
    default:
      return null;
  }
}

function lastFrom(ranges: readonly (readonly [number, string])[], code: number): string | null {
  const found = ranges.findLast(([from]) => from <= code)?.[1];
  return found === undefined || found === "-" ? null : found;
}

const rangesOf = (text: string) =>
  text.split(";").map((range): readonly [number, string] => {
    const [from, region] = range.trim().split(" ");
    return [Number(from), region!];
  });

/** From which first three digits on a ZIP code is in which state; `-` is the armed forces', or nobody's. */
const US_FROM = rangesOf(
  `0 -; 5 NY; 6 PR; 8 -; 9 PR; 10 MA; 28 RI; 30 NH; 39 ME; 50 VT; 55 MA; 56 VT; 60 CT; 70 NJ; 90 -; 100 NY;
  150 PA; 197 DE; 200 DC; 201 VA; 202 DC; 206 MD; 220 VA; 247 WV; 270 NC; 290 SC; 300 GA; 320 FL; 340 -; 341 FL;
  350 AL; 370 TN; 386 MS; 398 GA; 400 KY; 430 OH; 460 IN; 480 MI; 500 IA; 530 WI; 550 MN; 569 DC; 570 SD;
  580 ND; 590 MT; 600 IL; 630 MO; 660 KS; 680 NE; 700 LA; 716 AR; 730 OK; 733 TX; 734 OK; 750 TX; 800 CO; 820 WY;
  832 ID; 840 UT; 850 AZ; 870 NM; 885 TX; 889 NV; 900 CA; 962 -; 967 HI; 969 -; 970 OR; 980 WA; 995 AK`,
);

const AU_FROM = rangesOf(
  "0 -; 200 ACT; 300 -; 800 NT; 1000 NSW; 2600 ACT; 2619 NSW; 2900 ACT; 2921 NSW; 3000 VIC; 4000 QLD; 5000 SA; 6000 WA; 7000 TAS; 8000 VIC; 9000 QLD",
);

const CA_BY_LETTER: Readonly<Record<string, string>> = {
  A: "NL",
  B: "NS",
  C: "PE",
  E: "NB",
  G: "QC",
  H: "QC",
  J: "QC",
  K: "ON",
  L: "ON",
  M: "ON",
  N: "ON",
  P: "ON",
  R: "MB",
  S: "SK",
  T: "AB",
  V: "BC",
  X: "NT",
  Y: "YT",
};
