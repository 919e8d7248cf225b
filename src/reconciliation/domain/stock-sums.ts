/** What an audit of all SKUs adds up to, and how it is compared with the inventory account. Pure. */
import type { Movement } from "../../inventory/domain/movement";
import { movementEventId, type StockEffect } from "../../inventory/domain/stock-messages";
import type { StockAudit } from "../../inventory/domain/stock-reading";
import type { CurrencyCode } from "../../kernel/money";
import { negated, sumWhole, type Whole } from "../../kernel/whole-numbers";
import type { EffectOnSku } from "../../orders/domain/stock-effects";
import { checkOf, type Check } from "./report";
import { effectValue, unitsOnHand } from "./stock-checks";

/** An effect of an order on stock is applied within this time, unless its message waits or is dead. */
export const EFFECT_TIMEOUT_MS = 15 * 60_000;

const MAX_LISTED = 100;
const MAX_UNPOSTED = 1_000;

/** A movement whose entry was under way when its object was read. */
export type UnpostedMovement = Readonly<{ id: string; at: number; valueMinor: number; text: string }>;

/** Sums over SKUs, as of one moment. */
export type StockSums = Readonly<{
  skus: number;
  units: number;
  valueMinor: Whole;
  /** The value of effects that are posted to the books and not applied to stock yet, and the first of them as texts. */
  pendingMinor: Whole;
  pendingEffects: readonly string[];
  unposted: readonly UnpostedMovement[];
  undeliveredEvents: number;
}>;

export const NO_STOCK: StockSums = {
  skus: 0,
  units: 0,
  valueMinor: 0,
  pendingMinor: 0,
  pendingEffects: [],
  unposted: [],
  undeliveredEvents: 0,
};

/** What the last audit of a SKU found. */
export type AuditedStock = Readonly<{
  sku: string;
  version: number;
  units: number;
  valueMinor: number;
  hasOpenEvents: boolean;
}>;

export const auditedStock = ({ reading, version, openEvents }: StockAudit): AuditedStock => ({
  sku: reading.facts.sku,
  version,
  units: unitsOnHand(reading),
  valueMinor: reading.valueMinor,
  hasOpenEvents: openEvents > 0,
});

/** A SKU of which one must decide whether its object is read. */
export type SkuState = Readonly<{
  /** The version of the stored snapshot; 0 without one. */
  version: number;
  audited: AuditedStock | undefined;
  /** Lines of changed orders are to be compared with it, or effects wait for it. */
  isConcerned: boolean;
}>;

/** Whether the object may hold something that its last audit did not find. */
export const mustAudit = ({ version, audited, isConcerned }: SkuState): boolean =>
  isConcerned || audited === undefined || audited.version !== version || audited.hasOpenEvents;

/** Adds a SKU that has not changed since its last audit. */
export const withAudited = (sums: StockSums, { units, valueMinor }: AuditedStock): StockSums => ({
  ...sums,
  skus: sums.skus + 1,
  units: sums.units + units,
  valueMinor: sumWhole([sums.valueMinor, valueMinor]),
});

/**
 * Adds an audit as of a moment: later movements are left out, and so are later effects.
 * @param effects those of the SKU whose messages waited before it was audited.
 */
export function withAudit(
  sums: StockSums,
  audit: StockAudit,
  { effects, asOf }: Readonly<{ effects: readonly EffectOnSku[]; asOf: number }>,
): StockSums {
  const { sku } = audit.reading.facts;
  const settled = new Set([...audit.appliedRefs, ...audit.tooOldRefs]);
  const pending = effects.filter(({ effect: { ref, at } }) => at <= asOf && !settled.has(ref));
  const texts = pending
    .filter((each) => effectValue(each) !== 0)
    .map(({ effect }) => `${effect.type} of ${unitsIn(effect)} × ${sku} (${effect.ref})`);
  const unposted = audit.undelivered.flatMap((event) =>
    event.type === "stock.moved" && isUnderWay(event.movement, asOf)
      ? [unpostedMovement(sku, event.movement)]
      : [],
  );
  return {
    skus: sums.skus + 1,
    units: sums.units + unitsOnHand(audit.reading),
    valueMinor: sumWhole([sums.valueMinor, audit.reading.valueMinor, negated(audit.movedAfterMinor)]),
    pendingMinor: sumWhole([sums.pendingMinor, ...pending.map(effectValue)]),
    pendingEffects: [...sums.pendingEffects, ...texts].slice(0, MAX_LISTED),
    unposted: [...sums.unposted, ...unposted].slice(0, MAX_UNPOSTED),
    undeliveredEvents: sums.undeliveredEvents + audit.openEvents,
  };
}

/** A movement is posted within minutes; one that takes longer is no more expected. */
const isUnderWay = ({ at, valueMinor }: Movement, asOf: number): boolean =>
  valueMinor !== 0 && at <= asOf && at >= asOf - EFFECT_TIMEOUT_MS;

const unpostedMovement = (
  sku: string,
  { kind, quantity, ref, at, valueMinor }: Movement,
): UnpostedMovement => ({
  id: movementEventId(sku, ref),
  at,
  valueMinor,
  text: `${kind} of ${quantity} × ${sku} (${ref}) is not posted yet`,
});

const unitsIn = (effect: StockEffect): number => ("quantity" in effect ? effect.quantity : 0);

/** What the account must be: the value of stock, less what is not posted yet, with what stock has not applied yet. */
const pendingValue = ({ pendingMinor, unposted }: StockSums): Whole =>
  sumWhole([pendingMinor, ...unposted.map(({ valueMinor }) => -valueMinor)]);

export const isExplained = (sums: StockSums, accountMinor: Whole): boolean =>
  accountMinor === sumWhole([sums.valueMinor, pendingValue(sums)]);

/** @param sums of which `unposted` has only movements that have no entry. @param accountMinor as of the same moment. */
export function checkInventory(sums: StockSums, accountMinor: Whole, currency: CurrencyCode): Check {
  const pendingMinor = pendingValue(sums);
  const detail = [
    "the inventory account is not the value of stock",
    ...(sums.undeliveredEvents > 0 ? [`${sums.undeliveredEvents} stock events are not delivered yet`] : []),
  ].join("; ");
  const expected = sumWhole([sums.valueMinor, pendingMinor]);
  return checkOf("inventory", "The inventory account equals units on hand × cost", {
    counted: sums.skus,
    exceptions: isExplained(sums, accountMinor)
      ? []
      : [{ subject: "assets:inventory", expected, actual: accountMinor, detail }],
    sums: [
      { name: "inventory account", amount: accountMinor, currency },
      { name: "value of stock", amount: sums.valueMinor, currency },
      { name: "pending effects", amount: pendingMinor, currency },
    ],
    pending: [...sums.pendingEffects, ...sums.unposted.map(({ text }) => text)],
  });
}
