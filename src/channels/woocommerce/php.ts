/**
 * JSON as PHP writes it. An empty map is `[]`, a list with gaps is an object, a value that is not set is `""`, `false` or
 * null, and plugins write numbers as text or text as numbers. All of that is read; what has no sense is an error.
 */
import { z } from "zod";
import { lines as linesOrNull, money as moneyOrNull, text as textOrNull } from "../shared/body";

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === false || value === "";

const textOf = (schema: typeof textOrNull) =>
  z.preprocess(
    (value) => (isEmpty(value) || (Array.isArray(value) && value.length === 0) ? null : value),
    schema,
  );

export const text = textOf(textOrNull);
export const lines = textOf(linesOrNull);

export const money = z.preprocess((value) => (isEmpty(value) ? null : value), moneyOrNull);

/** A number of units, which need not be whole: plugins sell by weight and length. Below zero at points of sale. */
export const quantity = z.preprocess(
  (value) => (typeof value === "string" && value.trim() !== "" ? Number(value) : value),
  z.number({ error: "is not a number" }).min(-1_000_000).max(1_000_000),
);

/** The items of a list; none for null. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => {
    if (isEmpty(value)) return [];
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.values(value)
      : value;
  }, z.array(item));

/** An object; null for an empty one. */
export const mapOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(
    (value) => (isEmpty(value) || (Array.isArray(value) && value.length === 0) ? null : value),
    z.object(shape).nullable(),
  );
