import { describe, expect, it } from "vitest";
import { coordinatesOf } from "../../../src/kernel/geography";
import { destinationOf, regionOfPostalCode } from "../../../src/sourcing/domain/destination";
import { anAddress } from "../../support/an-order";

describe("regionOfPostalCode", () => {
  it.each([
    { country: "US", code: "10001", region: "NY" },
    { country: "US", code: "06510", region: "CT" },
    { country: "US", code: "18101-1234", region: "PA" },
    { country: "US", code: "89501", region: "NV" },
    { country: "US", code: "99950", region: "AK" },
    { country: "us", code: " 40202 ", region: "KY" },
    { country: "US", code: "09012", region: null },
    { country: "US", code: "1000", region: null },
    { country: "US", code: "ABCDE", region: null },
    { country: "CA", code: "M5V 3L9", region: "ON" },
    { country: "CA", code: "h2y1c6", region: "QC" },
    { country: "CA", code: "M5V", region: null },
    { country: "AU", code: "2000", region: "NSW" },
    { country: "AU", code: "2601", region: "ACT" },
    { country: "AU", code: "0800", region: "NT" },
    { country: "DE", code: "10115", region: null },
    { country: "US", code: null, region: null },
    { country: null, code: "10001", region: null },
  ])("returns $region for $country $code", ({ country, code, region }) => {
    expect(regionOfPostalCode(country, code)).toBe(region);
  });

  it("returns only regions with a known centre", () => {
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
});

describe("destinationOf", () => {
  const address = { ...anAddress, countryCode: "US", postalCode: "40202" };

  it("keeps the region of an address", () => {
    expect(destinationOf({ ...address, region: "OH" })?.region).toBe("OH");
  });

  it("takes a missing region from the postal code", () => {
    expect(destinationOf({ ...address, region: null })?.region).toBe("KY");
  });

  it("returns null without an address", () => {
    expect(destinationOf(null)).toBeNull();
  });
});
