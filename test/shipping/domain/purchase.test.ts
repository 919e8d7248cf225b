/** The life of a label: what is stored before and after each answer of a carrier. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ok,
  rejected,
  unknown,
  type CarrierResult,
  type Found,
} from "../../../src/shipping/domain/carrier-result";
import { isLive, labelReference, type Label, type LabelState } from "../../../src/shipping/domain/label";
import {
  afterAsking,
  afterBuy,
  afterVoid,
  decidePurchase,
  decideVoid,
  isUnused,
  LEASE_MS,
  MAX_ATTEMPTS,
  UNUSED_MS,
} from "../../../src/shipping/domain/purchase";
import { aLabel } from "../../support/a-label";
import { NOON } from "../../support/an-order";

const SOLD = { trackingNumber: "1Z9", trackingUrl: null };
const HOUR = 3_600_000;
const { parcel } = aLabel().request;
const buying = (over: Partial<Label> = {}): Label =>
  aLabel({ state: "buying", trackingNumber: null, boughtAt: null, dueAt: NOON + LEASE_MS, ...over });

describe("a request for a label", () => {
  const CASES: readonly Readonly<{
    name: string;
    states: readonly LabelState[];
    weightGrams?: number;
    decision: string;
  }>[] = [
    { name: "the first", states: [], decision: "begin 1" },
    { name: "a repeat while it is bought", states: ["buying"], decision: "known 1" },
    { name: "a repeat", states: ["bought"], decision: "known 1" },
    { name: "a repeat after it was used", states: ["used"], decision: "known 1" },
    {
      name: "another weight under the same reference",
      states: ["bought"],
      weightGrams: 9,
      decision: "parcel_reused",
    },
    { name: "after a rejection", states: ["rejected"], decision: "begin 2" },
    { name: "after a void", states: ["voided", "rejected"], decision: "begin 3" },
    { name: "while the last one is voided", states: ["voiding"], decision: "label_voiding" },
    { name: "a repeat of the second", states: ["voided", "bought"], decision: "known 2" },
  ];
  it.each(CASES)("$name: $decision", ({ states, weightGrams = parcel.weightGrams, decision }) => {
    const labels = states.map((state, i) => aLabel({ state, attempt: i + 1 }));
    const decided = decidePurchase(labels, "shp_1", { ...parcel, weightGrams });
    const said = !decided.ok
      ? decided.rejection.code
      : "known" in decided.value
        ? `known ${decided.value.known.attempt}`
        : `begin ${decided.value.begin}`;
    expect(said).toBe(decision);
  });

  it("is refused after very many attempts", () => {
    const labels = Array.from({ length: MAX_ATTEMPTS }, (_, i) =>
      aLabel({ state: "rejected", attempt: i + 1 }),
    );
    expect(decidePurchase(labels, "shp_1", parcel)).toMatchObject({ rejection: { code: "too_many_labels" } });
  });

  it("has a reference of its own for each attempt", () => {
    expect(labelReference("shp_1", 1)).not.toBe(labelReference("shp_1", 2));
  });
});

describe("after the carrier was asked to sell", () => {
  it("is bought, and must be used or voided within a week", () => {
    const label = afterBuy(buying(), ok(SOLD), NOON);
    expect(label).toMatchObject({
      state: "bought",
      trackingNumber: "1Z9",
      boughtAt: NOON,
      dueAt: NOON + UNUSED_MS,
    });
    expect(isUnused(label, NOON + UNUSED_MS - 1)).toBe(false);
    expect(isUnused(label, NOON + UNUSED_MS)).toBe(true);
  });

  it("is rejected with the carrier's reason", () => {
    expect(afterBuy(buying(), rejected("no such street"), NOON)).toMatchObject({
      state: "rejected",
      problem: "no such street",
      dueAt: null,
    });
  });

  it("is asked for if the answer was lost, first after a minute, then more seldom, and staff are told", () => {
    let label = buying();
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      label = afterBuy(label, unknown("no answer"), NOON);
      waits.push((label.dueAt! - NOON) / 60_000);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(label.state).toBe("buying");
    expect(label.attention.map(({ code }) => code)).toEqual(["purchase_unknown"]);
  });

  it("is not asked for before the carrier wants to be asked", () => {
    expect(afterBuy(buying(), unknown("429", 20 * 60_000), NOON).dueAt).toBe(NOON + 20 * 60_000);
  });

  it("is looked at once more if it was rejected after an answer was lost", () => {
    const label = afterBuy(buying({ tries: 1 }), rejected("no funds"), NOON);
    expect(label.dueAt).toBe(NOON + HOUR);
    const late = afterAsking(label, ok({ state: "bought", label: SOLD }), NOON + HOUR);
    expect(late.next.state).toBe("voiding");
    expect(afterAsking(label, ok({ state: "none" }), NOON + HOUR).next.dueAt).toBeNull();
  });
});

describe("after the carrier was asked what it has", () => {
  const lost = buying({ tries: 1 });
  it("is bought if the carrier has it", () => {
    const { next, again } = afterAsking(lost, ok({ state: "bought", label: SOLD }), NOON);
    expect([next.state, next.trackingNumber, again]).toEqual(["bought", "1Z9", false]);
  });
  it("is bought again, under the same handle, if the carrier has nothing", () => {
    const { next, again } = afterAsking(lost, ok({ state: "none" }), NOON);
    expect([next.state, next.handle, again]).toEqual(["buying", lost.handle, true]);
  });
  it("is not bought again as long as the carrier does not answer, or refuses to", () => {
    for (const answer of [unknown("no answer"), rejected("unknown id")]) {
      const { next, again } = afterAsking(lost, answer, NOON);
      expect([next.state, again]).toEqual(["buying", false]);
    }
  });
});

describe("a void", () => {
  const CASES: readonly Readonly<{ state: LabelState; outcome: string }>[] = [
    { state: "bought", outcome: "voiding" },
    { state: "voiding", outcome: "voiding" },
    { state: "voided", outcome: "voided" },
    { state: "used", outcome: "label_used" },
    { state: "buying", outcome: "label_not_bought" },
    { state: "rejected", outcome: "label_not_bought" },
  ];
  it.each(CASES)("of a label that is $state: $outcome", ({ state, outcome }) => {
    const decided = decideVoid(aLabel({ state }), NOON);
    expect(decided.ok ? decided.value.state : decided.rejection.code).toBe(outcome);
  });

  it("that the carrier refuses leaves a label that can be used, for staff to decide", () => {
    const label = afterVoid(aLabel({ state: "voiding" }), rejected("scanned already"), NOON);
    expect(label).toMatchObject({ state: "bought", problem: "scanned already", dueAt: null });
    expect(label.attention.map(({ code }) => code)).toEqual(["void_refused"]);
    expect(isUnused(label, NOON + 100 * UNUSED_MS)).toBe(false);
  });

  it("without an answer is tried again", () => {
    const label = afterVoid(aLabel({ state: "voiding" }), unknown("no answer"), NOON);
    expect(label).toMatchObject({ state: "voiding", dueAt: NOON + 60_000 });
  });

  it("is not made by the sweep of a parcel that a carrier has scanned", () => {
    const label = aLabel();
    const scanned = { ...label, tracking: { ...label.tracking, status: "in_transit" as const } };
    expect(isUnused(scanned, NOON + UNUSED_MS)).toBe(false);
  });
});

/** A carrier that sells one label for a handle, and whose answers may be lost before or after it acts. */
type Fate = "done" | "reply lost" | "request lost";
class Carrier {
  readonly sold = new Set<string>();
  readonly voided = new Set<string>();
  readonly late: (() => void)[] = [];
  #done<Value>(fate: Fate, act: () => CarrierResult<Value>): CarrierResult<Value> {
    if (fate === "request lost") {
      this.late.push(() => void act());
      return unknown("no answer");
    }
    const answer = act();
    return fate === "done" ? answer : unknown("no answer");
  }
  buy = (handle: string, fate: Fate) =>
    this.#done(fate, () => {
      this.sold.add(handle);
      return ok({ trackingNumber: handle, trackingUrl: null });
    });
  void = (handle: string, fate: Fate) =>
    this.#done(fate, () => {
      this.voided.add(handle);
      return ok(null);
    });
  find = (handle: string, fate: Fate) =>
    this.#done<Found>(fate, () => {
      if (this.voided.has(handle)) return ok({ state: "voided" });
      if (!this.sold.has(handle)) return ok({ state: "none" });
      return ok({ state: "bought", label: { trackingNumber: handle, trackingUrl: null } });
    });
}

describe("any sequence of answers that are lost", () => {
  const fate = fc.constantFrom<Fate>("done", "reply lost", "request lost");
  const step = fc.record({ do: fc.constantFrom("settle", "void", "again", "late"), fate, second: fate });

  it("never leads to two live labels of a parcel, and ends with each label used, voided or known", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const carrier = new Carrier();
        const labels = new Map<number, Label>();
        const put = (label: Label) => labels.set(label.attempt, label);
        const settle = (label: Label, one: Fate, two: Fate): void => {
          if (label.state === "buying" || (label.state === "rejected" && label.dueAt !== null)) {
            const { next, again } = afterAsking(label, carrier.find(label.handle, one), NOON);
            put(next);
            if (again) put(afterBuy(next, carrier.buy(label.handle, two), NOON));
          } else if (label.state === "voiding") put(afterVoid(label, carrier.void(label.handle, one), NOON));
        };
        const begin = (one: Fate) => {
          const decided = decidePurchase([...labels.values()], "shp_1", parcel);
          if (!decided.ok || "known" in decided.value) return;
          const attempt = decided.value.begin;
          const label = buying({ attempt, handle: `handle ${attempt}` });
          put(label);
          put(afterBuy(label, carrier.buy(label.handle, one), NOON));
        };
        begin("reply lost");
        for (const { do: what, fate: one, second } of steps) {
          const last = [...labels.values()].at(-1)!;
          if (what === "settle") for (const label of labels.values()) settle(label, one, second);
          if (what === "again") begin(one);
          if (what === "late") for (const act of carrier.late.splice(0)) act();
          if (what === "void") {
            const decided = decideVoid(last, NOON);
            if (decided.ok && decided.value !== last)
              put(afterVoid(decided.value, carrier.void(last.handle, one), NOON));
          }
          const live = [...carrier.sold].filter((handle) => !carrier.voided.has(handle));
          expect(live.length).toBeLessThanOrEqual(1);
          expect([...labels.values()].filter(isLive).length).toBeLessThanOrEqual(1);
        }
        for (const act of carrier.late.splice(0)) act();
        for (let i = 0; i < 3; i += 1) for (const label of labels.values()) settle(label, "done", "done");
        for (const label of labels.values()) {
          const isSold = carrier.sold.has(label.handle) && !carrier.voided.has(label.handle);
          expect(label.state).toBe(isSold ? "bought" : "voided");
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
