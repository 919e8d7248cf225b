/** A parcel: a box with units of one fulfillment. Whole grams and millimetres. */
import type { FieldError } from "../../kernel/field-errors";
import type { UnitsOfLine } from "../../orders/domain/order-line";

export type ParcelSize = Readonly<{
  /** With the box and its filling. */
  weightGrams: number;
  /** Outer measures; null if they are not known. */
  lengthMm: number | null;
  widthMm: number | null;
  heightMm: number | null;
}>;

export type Parcel = ParcelSize & Readonly<{ lines: readonly UnitsOfLine[] }>;

/** No carrier here takes more, and a mistyped unit is found early. */
export const MAX_PARCEL_GRAMS = 1_000_000;
export const MAX_PARCEL_MM = 10_000;

/** What is wrong with the size, by field. A parcel without a weight has no price, so it is refused before a carrier is asked. */
export function parcelSizeFaults({ weightGrams, lengthMm, widthMm, heightMm }: ParcelSize): FieldError[] {
  const isWeight = Number.isInteger(weightGrams) && weightGrams >= 1 && weightGrams <= MAX_PARCEL_GRAMS;
  const sides = Object.entries({ lengthMm, widthMm, heightMm });
  const isMeasured = sides.some(([, side]) => side !== null);
  return [
    ...(isWeight
      ? []
      : [{ path: "parcel.weightGrams", message: `is not from 1 to ${MAX_PARCEL_GRAMS} grams` }]),
    ...sides.flatMap(([name, side]) => {
      const path = `parcel.${name}`;
      if (side === null)
        return isMeasured ? [{ path, message: "is missing: give all three sides or none" }] : [];
      const isSide = Number.isInteger(side) && side >= 1 && side <= MAX_PARCEL_MM;
      return isSide ? [] : [{ path, message: `is not from 1 to ${MAX_PARCEL_MM} millimetres` }];
    }),
  ];
}

/** Whether both have the same weight and measures. */
export const isSameSize = (a: ParcelSize, b: ParcelSize): boolean =>
  a.weightGrams === b.weightGrams &&
  a.lengthMm === b.lengthMm &&
  a.widthMm === b.widthMm &&
  a.heightMm === b.heightMm;

/** Whether both have the same units, in any sequence. */
export const isSameContent = (a: readonly UnitsOfLine[], b: readonly UnitsOfLine[]): boolean =>
  a.length === b.length &&
  a.every(({ lineId, quantity }) => b.some((each) => each.lineId === lineId && each.quantity === quantity));
