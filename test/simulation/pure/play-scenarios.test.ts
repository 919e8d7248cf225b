import { expect, it } from "vitest";
import { SHARES } from "./play-scenarios";

it("plays two hundred thousand scenarios of the domain alone", () => {
  expect(Object.values(SHARES).reduce((sum, share) => sum + share, 0)).toBe(200_000);
});
