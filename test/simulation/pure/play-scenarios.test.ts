import { expect, it } from "vitest";
import { COUNTS } from "./play-scenarios";

it("plays 200,000 scenarios of the pure domain", () => {
  expect(Object.values(COUNTS).reduce((sum, count) => sum + count, 0)).toBe(200_000);
});
