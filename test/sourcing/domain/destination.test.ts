import { expect, it } from "vitest";
import { coordinatesOf } from "../../../src/kernel/geography";
import { destinationOf, regionOfPostalCode } from "../../../src/sourcing/domain/destination";
import { anAddress } from "../../support/an-order";

it.each([
  ["US", "10001", "NY"],
  ["US", "06510", "CT"],
  ["US", "18101-1234", "PA"],
  ["US", "89501", "NV"],
  ["US", "99950", "AK"],
  ["us", " 40202 ", "KY"],
  ["US", "09012", null],
  ["US", "1000", null],
  ["US", "ABCDE", null],
  ["CA", "M5V 3L9", "ON"],
  ["CA", "h2y1c6", "QC"],
  ["CA", "M5V", null],
  ["AU", "2000", "NSW"],
  ["AU", "2601", "ACT"],
  ["AU", "0800", "NT"],
  ["DE", "10115", null],
  ["US", null, null],
  [null, "10001", null],
])("the postal code of %s %s is in %s", (country, code, region) => {
  expect(regionOfPostalCode(country, code)).toBe(region);
});

it("leaves an address that names its region as it is, and fills in what its postal code tells", () => {
  const address = { ...anAddress, countryCode: "US", postalCode: "40202" };
  expect(destinationOf({ ...address, region: "OH" })?.region).toBe("OH");
  expect(destinationOf({ ...address, region: null })?.region).toBe("KY");
  expect(destinationOf(null)).toBeNull();
});

it("names no region of which nobody knows the middle", () => {
  const regions = new Set(
    Array.from({ length: 1_000 }, (_, i) => regionOfPostalCode("US", `${String(i).padStart(3, "0")}01`)),
  );
  for (const region of regions) {
    if (region === null) continue;
    const place = { countryCode: "US", region, latitude: null, longitude: null };
    expect([region, coordinatesOf(place)]).not.toEqual([region, coordinatesOf({ ...place, region: null })]);
  }
  expect(regions.size).toBe(53);
});
