import { describe, expect, it } from "vitest";
import type { StockEffect } from "../../../src/inventory/domain/stock-messages";
import type { Movement } from "../../../src/inventory/domain/movement";
import type { StockAudit } from "../../../src/inventory/domain/stock-reading";
import type { EffectOnSku } from "../../../src/orders/domain/stock-effects";
import {
  auditedStock,
  checkInventory,
  isExplained,
  mustAudit,
  NO_STOCK,
  withAudit,
  withAudited,
  type AuditedStock,
  type StockSums,
} from "../../../src/reconciliation/domain/stock-sums";
import { plainFacts } from "../../support/reference-defaults";

const MINUTE = 60_000;
const AS_OF = Date.UTC(2026, 10, 24, 1);

const shipped: StockEffect = {
  type: "ship",
  ref: "ord_1/2/0",
  orderId: "ord_1",
  lineId: "line_mug",
  locationId: "reno",
  quantity: 2,
  unitCostMinor: 700,
  at: AS_OF,
};
const released: StockEffect = {
  type: "release",
  ref: "ord_1/3/0",
  orderId: "ord_1",
  lineId: "line_mug",
  locationId: "reno",
  quantity: 1,
  at: AS_OF,
};
const received: Movement = {
  ref: "asn-7",
  kind: "receive",
  locationId: "reno",
  quantity: 3,
  valueMinor: 2_100,
  reason: null,
  at: AS_OF,
};

/** 13 units at 7.00. */
const audit = (over: Partial<StockAudit> = {}): StockAudit => ({
  reading: {
    facts: { sku: "MUG", policy: "deny", unitCostMinor: 700, weightGrams: 200, ...plainFacts },
    levels: [{ locationId: "reno", onHand: 13, allocated: 0, safetyStock: 0, available: 13 }],
    backordered: 0,
    valueMinor: 9_100,
  },
  holdings: [],
  nextAfter: null,
  movedAfterMinor: 0,
  movedByLocation: { reno: 13 },
  movedValueMinor: 9_100,
  appliedRefs: [],
  tooOldRefs: [],
  checkpoint: { foldedBefore: 0, lastSeq: 0, hash: "", holdings: 0, refs: 0, sums: [] },
  openEvents: 0,
  undelivered: [],
  version: 5,
  ...over,
});

const onMug = (...effects: StockEffect[]): EffectOnSku[] => effects.map((effect) => ({ sku: "MUG", effect }));

const sumsOf = (over: Partial<StockAudit> = {}, effects: readonly EffectOnSku[] = []): StockSums =>
  withAudit(NO_STOCK, audit(over), { effects, asOf: AS_OF });

const moved = (movement: Partial<Movement>): Partial<StockAudit> => ({
  openEvents: 1,
  undelivered: [{ type: "stock.moved", id: "MUG/asn-7", movement: { ...received, ...movement } }],
});

describe("the check of the inventory account", () => {
  it("names the account, the value of stock and the value of pending effects", () => {
    expect(checkInventory(sumsOf(), 9_100, "USD")).toMatchObject({
      ok: true,
      counted: 1,
      sums: [
        { name: "inventory account", amount: 9_100, currency: "USD" },
        { name: "value of stock", amount: 9_100, currency: "USD" },
        { name: "pending effects", amount: 0, currency: "USD" },
      ],
    });
  });

  it("finds an account that is not the value of stock, and counts events that are not delivered", () => {
    const found = checkInventory(sumsOf({ openEvents: 3 }), 9_101, "USD");
    expect(found.exceptions).toEqual([
      {
        subject: "assets:inventory",
        expected: 9_100,
        actual: 9_101,
        detail: "the inventory account is not the value of stock; 3 stock events are not delivered yet",
      },
    ]);
  });

  it("allows for effects that are posted and not applied, and names those that have a value", () => {
    const found = checkInventory(sumsOf({}, onMug(shipped, released)), 7_700, "USD");
    expect(found).toMatchObject({ ok: true, pending: ["ship of 2 × MUG (ord_1/2/0)"] });
    expect(found.sums.at(-1)).toMatchObject({ amount: -1_400 });
  });

  it("counts an effect that was applied, or of which that is not known, as no more pending", () => {
    for (const over of [{ appliedRefs: [shipped.ref] }, { tooOldRefs: [shipped.ref] }]) {
      expect(sumsOf(over, onMug(shipped)).pendingMinor).toBe(0);
    }
  });

  it("leaves out movements and effects after the moment", () => {
    const later = { ...shipped, at: AS_OF + 1 };
    const sums = sumsOf({ movedAfterMinor: -1_400 }, onMug(later));
    expect(isExplained(sums, 10_500)).toBe(true);
    expect(sums).toMatchObject({ valueMinor: 10_500, pendingMinor: 0 });
  });

  it("allows for movements whose entry is under way, and names them", () => {
    const found = checkInventory(sumsOf(moved({})), 7_000, "USD");
    expect(found).toMatchObject({ ok: true, pending: ["receive of 3 × MUG (asn-7) is not posted yet"] });
    expect(found.sums.at(-1)).toMatchObject({ amount: -2_100 });
  });

  type Case = Readonly<{ name: string; movement: Partial<Movement> }>;
  it.each<Case>([
    { name: "without value", movement: { valueMinor: 0 } },
    { name: "after the moment", movement: { at: AS_OF + 1 } },
    { name: "that takes too long", movement: { at: AS_OF - 15 * MINUTE - 1 } },
  ])("does not expect a movement $name", ({ movement }) => {
    expect(sumsOf(moved(movement)).unposted).toEqual([]);
  });

  it("adds up sums that a number cannot hold", () => {
    const large = { ...audit(), reading: { ...audit().reading, valueMinor: Number.MAX_SAFE_INTEGER } };
    const twice = [large, large].reduce(
      (sums, each) => withAudit(sums, each, { effects: [], asOf: AS_OF }),
      NO_STOCK,
    );
    expect(twice.valueMinor).toBe(18_014_398_509_481_982n);
  });
});

describe("a SKU that has not changed since its last audit", () => {
  const last: AuditedStock = auditedStock(audit());

  it("is added with what the audit found", () => {
    expect(last).toEqual({ sku: "MUG", version: 5, units: 13, valueMinor: 9_100, hasOpenEvents: false });
    expect(withAudited(sumsOf(), last)).toMatchObject({ skus: 2, units: 26, valueMinor: 18_200 });
  });

  type Case = Readonly<{ name: string; state: Partial<Parameters<typeof mustAudit>[0]>; isRead: boolean }>;
  it.each<Case>([
    { name: "is not read", state: {}, isRead: false },
    { name: "is read if its stock has changed", state: { version: 6 }, isRead: true },
    { name: "is read if it was never audited", state: { audited: undefined }, isRead: true },
    { name: "is read if a line or an effect concerns it", state: { isConcerned: true }, isRead: true },
    {
      name: "is read if its events were not delivered",
      state: { audited: { ...last, hasOpenEvents: true } },
      isRead: true,
    },
  ])("$name", ({ state, isRead }) => {
    expect(mustAudit({ version: 5, audited: last, isConcerned: false, ...state })).toBe(isRead);
  });
});
