/** EasyPost's units: ounces and inches, with one decimal. Rounded up, so that no parcel is too light or too small for its price. */

const GRAMS_PER_OUNCE = 28.349523125;
const MM_PER_INCH = 25.4;

/** At least 0.1 ounces. */
export const ounces = (grams: number): number => upToTenths(grams / GRAMS_PER_OUNCE);

/** At least 0.1 inches. */
export const inches = (millimetres: number): number => upToTenths(millimetres / MM_PER_INCH);

/** The error of a division must not round 4.0 up to 4.1. */
const upToTenths = (value: number): number => Math.ceil(Number((value * 10).toFixed(6))) / 10;
