/** Quantities of units: whole numbers. */

/** A larger quantity of one SKU at one location is a typing mistake. The limit keeps sums of values exact. */
export const MAX_UNITS = 1_000_000_000;

/**
 * The most locations at which a SKU may ever have had stock. Every decision about the SKU reads all of them, and its
 * snapshot is one parameter of a statement.
 */
export const MAX_LOCATIONS_OF_SKU = 2_000;

export const isPositiveInteger = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

export const isNonNegativeInteger = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

export const unitsIn = (rows: readonly Readonly<{ quantity: number }>[]): number =>
  rows.reduce((sum, { quantity }) => sum + quantity, 0);
