import { describe, expect, it } from "vitest";
import { addressIfAnywhere, fullName } from "../../../src/channels/shared/address";

const nowhere = {
  name: "Ada Byron",
  company: "Engines",
  line1: null,
  line2: "at the back",
  city: null,
  region: "Kent",
  postalCode: null,
  countryCode: "GB",
  phone: "1",
  latitude: 51,
  longitude: 0,
};

describe("addressIfAnywhere", () => {
  it("is null without a street, a city and a postal code, whatever else there is", () => {
    expect(addressIfAnywhere(nowhere)).toBeNull();
  });

  it.each(["line1", "city", "postalCode"])("is the address if it has its %s", (part) => {
    const address = { ...nowhere, [part]: "somewhere" };
    expect(addressIfAnywhere(address)).toEqual(address);
  });
});

describe("fullName", () => {
  it.each([
    { person: { first_name: "Ada", last_name: "Byron" }, name: "Ada Byron" },
    { person: { first_name: null, last_name: "Byron" }, name: "Byron" },
    { person: { first_name: "Ada", last_name: null }, name: "Ada" },
    { person: { first_name: null, last_name: null }, name: null },
    { person: null, name: null },
  ])("of $person is $name", ({ person, name }) => {
    expect(fullName(person)).toBe(name);
  });
});
