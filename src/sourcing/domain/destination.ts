/** Where an order goes. In countries whose states have centres of their own, the postal code gives the state. */
import type { Place } from "../../kernel/geography";

/** An `Address` is one. */
export type Destination = Place & Readonly<{ postalCode: string | null }>;

/** The destination with its region, taken from the postal code if it is missing. */
export const destinationOf = (address: Destination | null): Destination | null =>
  address && address.region === null
    ? { ...address, region: regionOfPostalCode(address.countryCode, address.postalCode) }
    : address;

/**
 * The part of an ISO 3166-2 code after the country, such as `CA` for California; null if the postal code is not
 * known.
 */
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

/** The first three digits from which ZIP codes belong to a state, until the next entry; `-` is no state. */
const US_FROM = rangesOf(
  `0 -; 5 NY; 6 PR; 8 -; 9 PR; 10 MA; 28 RI; 30 NH; 39 ME; 50 VT; 55 MA; 56 VT; 60 CT; 70 NJ; 90 -; 100 NY;
  150 PA; 197 DE; 200 DC; 201 VA; 202 DC; 206 MD; 220 VA; 247 WV; 270 NC; 290 SC; 300 GA; 320 FL; 340 -; 341 FL;
  350 AL; 370 TN; 386 MS; 398 GA; 400 KY; 430 OH; 460 IN; 480 MI; 500 IA; 530 WI; 550 MN; 569 DC; 570 SD;
  580 ND; 590 MT; 600 IL; 630 MO; 660 KS; 680 NE; 700 LA; 716 AR; 730 OK; 733 TX; 734 OK; 750 TX; 800 CO; 820 WY;
  832 ID; 840 UT; 850 AZ; 870 NM; 885 TX; 889 NV; 900 CA; 962 -; 967 HI; 969 -; 970 OR; 980 WA; 995 AK`,
);

/** The postal codes from which a state begins. */
const AU_FROM = rangesOf(
  "0 -; 200 ACT; 300 -; 800 NT; 1000 NSW; 2600 ACT; 2619 NSW; 2900 ACT; 2921 NSW; 3000 VIC; 4000 QLD; 5000 SA; 6000 WA; 7000 TAS; 8000 VIC; 9000 QLD",
);

/** Provinces by the first letter of the postal code. */
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
