/** The checks of stock, from what was read of it and what of that was repaired. Pure. */
import type { StockEffect } from "../inventory/domain/stock-messages";
import type { ExpectedAllocation } from "../orders/domain/allocation-differences";
import { sumWhole } from "../kernel/whole-numbers";
import { checkOf, type Check } from "./domain/report";
import { effectValue } from "./domain/stock-checks";
import type { StockReading } from "./read-stock";
import type { AllocationRepair } from "./repair-allocations";

type StockFindings = Readonly<{
  reading: StockReading;
  /** What the open lines must hold. */
  allocations: readonly ExpectedAllocation[];
  allocationRepair: AllocationRepair;
  /** SKUs whose levels in the database were repaired. */
  repairedLevels: readonly string[];
  booksCurrency: string;
}>;

export const checkStock = ({
  reading,
  allocations,
  allocationRepair,
  repairedLevels,
  booksCurrency,
}: StockFindings): readonly Check[] => [
  checkInventoryAccount(reading, booksCurrency),
  checkOf("allocations", "Allocated units match the open order lines", {
    counted: allocations.length,
    exceptions: [...allocationRepair.exceptions, ...reading.expired],
    sums: [
      { name: "units of open lines", amount: sumOf(allocations, ({ quantity }) => quantity), currency: null },
    ],
    pending: allocationRepair.pending,
    repaired: allocationRepair.repaired,
  }),
  checkOf("movements", "Units on hand equal the sum of movements and cover the allocated units", {
    counted: reading.skus,
    exceptions: reading.movements,
    sums: [{ name: "units on hand", amount: reading.units, currency: null }],
  }),
  checkOf("stock_levels", "Stock levels in the database match the SKUs' objects", {
    counted: reading.skus,
    exceptions: [],
    repaired: repairedLevels,
  }),
];

function checkInventoryAccount(reading: StockReading, currency: string): Check {
  const { accountBeforeMinor, accountAfterMinor, undeliveredEvents, valueMinor } = reading;
  const { pendingEffects, unpostedMovements } = reading;
  const pendingMinor = sumWhole([
    ...pendingEffects.map(effectValue),
    ...unpostedMovements.map(({ movement }) => -movement.valueMinor),
  ]);
  const expected = sumWhole([valueMinor, pendingMinor]);
  const detail = [
    "the inventory account is not the value of stock",
    ...(accountBeforeMinor === accountAfterMinor ? [] : ["the books changed while stock was read"]),
    ...(undeliveredEvents > 0 ? [`${undeliveredEvents} stock events are not delivered yet`] : []),
  ].join("; ");
  return checkOf("inventory", "The inventory account equals units on hand × cost", {
    counted: reading.skus,
    exceptions:
      accountAfterMinor === expected
        ? []
        : [{ subject: "assets:inventory", expected, actual: accountAfterMinor, detail }],
    sums: [
      { name: "inventory account", amount: accountAfterMinor, currency },
      { name: "value of stock", amount: valueMinor, currency },
      { name: "pending effects", amount: pendingMinor, currency },
    ],
    pending: [
      ...pendingEffects
        .filter((effect) => effectValue(effect) !== 0)
        .map(({ sku, effect }) => `${effect.type} of ${unitsIn(effect)} × ${sku} (${effect.ref})`),
      ...unpostedMovements.map(
        ({ sku, movement: { kind, quantity, ref } }) =>
          `${kind} of ${quantity} × ${sku} (${ref}) is not posted yet`,
      ),
    ],
  });
}

const unitsIn = (effect: StockEffect): number => ("quantity" in effect ? effect.quantity : 0);

const sumOf = <Item>(items: readonly Item[], amount: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + amount(item), 0);
