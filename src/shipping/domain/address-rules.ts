/** What a carrier needs of an address, and how it is written in the format of its country. */
import { formatAddress } from "localized-address-format";
import type { Address } from "../../kernel/address";
import type { FieldError } from "../../kernel/field-errors";

/** Fields without which no label can be made. `path`: the field of the request or order that has the address. */
export function addressFaults(address: Address | null, path: string): FieldError[] {
  if (address === null) return [{ path, message: "is missing" }];
  const { name, company, line1, city, countryCode } = address;
  const needed = { line1, city, countryCode, name: name ?? company };
  return Object.entries(needed).flatMap(([field, value]) =>
    value === null || value.trim() === "" ? [{ path: `${path}.${field}`, message: "is missing" }] : [],
  );
}

/**
 * The lines of the address, first the name. The country stands last, in capitals and in English, if the parcel leaves
 * `fromCountry` (Universal Postal Union, S42).
 */
export function addressLines(address: Address, fromCountry: string | null): string[] {
  const { name, company, line1, line2, city, region, postalCode, countryCode } = address;
  const lines = formatAddress(
    {
      ...(countryCode === null ? {} : { postalCountry: countryCode }),
      ...(name === null ? {} : { name }),
      ...(company === null ? {} : { organization: company }),
      ...(region === null ? {} : { administrativeArea: region }),
      ...(city === null ? {} : { locality: city }),
      ...(postalCode === null ? {} : { postalCode }),
      addressLines: [line1, line2].filter((line) => line !== null),
    },
    "latin",
  );
  const country = countryCode === null || countryCode === fromCountry ? [] : [countryName(countryCode)];
  return [...lines, ...country];
}

const countryName = (code: string): string =>
  (new Intl.DisplayNames("en", { type: "region", fallback: "code" }).of(code) ?? code).toUpperCase();

/** Whether both name the same place and recipient. */
export const isSameAddress = (a: Address, b: Address): boolean =>
  (["name", "company", "line1", "line2", "city", "region", "postalCode", "countryCode"] as const).every(
    (field) => (a[field] ?? "") === (b[field] ?? ""),
  );
