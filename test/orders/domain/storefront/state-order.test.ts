import { describe, expect, it } from "vitest";
import { clampUpdateTime, isNewer, isStale } from "../../../../src/orders/domain/storefront/state-order";
import { NOON } from "../../../support/an-order";
import { create } from "../order-steps";
import { aSale } from "../sales";

const order = create(aSale());

describe("a state of the storefront", () => {
  it.each([
    { name: "a millisecond older", at: NOON - 1, stale: true, newer: false },
    { name: "of the same time", at: NOON, stale: false, newer: false },
    { name: "a millisecond newer", at: NOON + 1, stale: false, newer: true },
  ])("$name: stale $stale, newer $newer", ({ at, stale, newer }) => {
    const state = aSale({ storefrontUpdatedAt: at });
    expect([isStale(order, state), isNewer(order, state)]).toEqual([stale, newer]);
  });
});

describe("clampUpdateTime", () => {
  const MINUTE = 60_000;
  it.each([
    { name: "keeps a time in the past", at: NOON - MINUTE, expected: NOON - MINUTE },
    { name: "keeps a time five minutes ahead", at: NOON + 5 * MINUTE, expected: NOON + 5 * MINUTE },
    {
      name: "takes now for a later time, so that the next state is not older",
      at: NOON + 5 * MINUTE + 1,
      expected: NOON,
    },
  ])("$name", ({ at, expected }) => {
    const state = aSale({ storefrontUpdatedAt: at });
    expect(clampUpdateTime(state, NOON)).toEqual({ ...state, storefrontUpdatedAt: expected });
  });
});
