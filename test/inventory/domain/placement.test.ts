import { describe, expect, it } from "vitest";
import { freeAmong, place } from "../../../src/inventory/domain/placement";

const free = new Map([
  ["east", 2],
  ["west", 3],
  ["far", 0],
]);

describe("place", () => {
  it.each([
    {
      name: "uses the first location that has exactly all units",
      quantity: 2,
      locations: ["east", "west"],
      expected: { east: 2 },
    },
    {
      name: "prefers a later location that has all units to a split",
      quantity: 3,
      locations: ["east", "west"],
      expected: { west: 3 },
    },
    {
      name: "uses the first of several locations that have all units",
      quantity: 2,
      locations: ["west", "east"],
      expected: { west: 2 },
    },
    {
      name: "splits in the order of the locations if none has all units",
      quantity: 4,
      locations: ["west", "east"],
      expected: { west: 3, east: 1 },
    },
    {
      name: "skips a location without free units",
      quantity: 4,
      locations: ["far", "east", "west"],
      expected: { east: 2, west: 2 },
    },
    {
      name: "stops when all units are placed",
      quantity: 5,
      locations: ["west", "east", "far"],
      expected: { west: 3, east: 2 },
    },
    {
      name: "places fewer units if the locations have fewer",
      quantity: 9,
      locations: ["east", "west"],
      expected: { east: 2, west: 3 },
    },
    {
      name: "counts a location that is listed twice once",
      quantity: 9,
      locations: ["east", "east"],
      expected: { east: 2 },
    },
    { name: "ignores an unknown location", quantity: 1, locations: ["moon"], expected: {} },
    { name: "places nothing for a quantity of zero", quantity: 0, locations: ["east"], expected: {} },
    { name: "places nothing without locations", quantity: 1, locations: [], expected: {} },
  ])("$name", ({ quantity, locations, expected }) => {
    const placed = place(quantity, locations, free);
    expect(placed.map((at) => [at.locationId, at.quantity])).toEqual(Object.entries(expected));
  });
});

describe("freeAmong", () => {
  it.each([
    { name: "adds up the locations", locations: ["east", "west", "far"], expected: 5 },
    { name: "counts a location that is listed twice once", locations: ["east", "east"], expected: 2 },
    { name: "counts an unknown location as empty", locations: ["moon"], expected: 0 },
  ])("$name", ({ locations, expected }) => {
    expect(freeAmong(locations, free)).toBe(expected);
  });
});
