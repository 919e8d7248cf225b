/** Quantities of units: whole numbers. */

/** A larger quantity of one SKU at one location is a typing mistake. */
export const MAX_UNITS = 1_000_000_000;

/**
 * The most that all our units of one SKU may be worth, in minor units of the books' currency. What orders ship and
 * return later is booked in any case, and stays far below 2^53.
 */
export const MAX_STOCK_VALUE_MINOR = 1_000_000_000_000_000;

/**
 * The most locations at which a SKU may ever have had stock. Every decision about the SKU reads all of them, and its
 * snapshot is one parameter of a statement.
 */
export const MAX_LOCATIONS_OF_SKU = 2_000;

/** Whether so many of our units of a SKU can be booked at the cost. */
export const isBookable = (units: number, unitCostMinor: number): boolean =>
  units * unitCostMinor <= MAX_STOCK_VALUE_MINOR;

export const isPositiveInteger = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

export const isNonNegativeInteger = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

export const unitsIn = (rows: readonly Readonly<{ quantity: number }>[]): number =>
  rows.reduce((sum, { quantity }) => sum + quantity, 0);
