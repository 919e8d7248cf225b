/** The pieces that requests and answers are described with, each once. */
import { z } from "@hono/zod-openapi";
import { isDate } from "../../kernel/calendar";
import { isCurrency } from "../../kernel/money";

/** Text without control characters or halves of a character. */
export const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), "must not hold control characters");

export const SkuCode = text(100)
  .refine((sku) => sku !== "." && sku !== "..", "cannot stand in a path")
  .openapi({ description: "The merchant's own code, URL-encoded in a path.", example: "MUG-BLUE" });

/** An id the merchant chooses: a location's, a channel's. Records have it for a key. */
export const Slug = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$/, "takes letters, digits, `-` and `_`, at most 50")
  .refine((slug) => !(slug in {}), "is what every object has")
  .openapi({ example: "berlin-1" });

/** A purchase order's line or a transfer, under the merchant's own id. */
export const InboundId = text(100)
  .refine((id) => id !== "." && id !== "..", "cannot stand in a path")
  .openapi({ example: "po-4711-1" });

export const Quantity = z.int().min(1).max(1_000_000);
export const Currency = z
  .string()
  .refine(isCurrency, "is not an ISO 4217 currency")
  .openapi({ description: "ISO 4217", example: "EUR" });
export const CountryCode = z
  .string()
  .regex(/^[A-Z]{2}$/, "is not an ISO 3166-1 alpha-2 code")
  .openapi({ example: "DE" });
export const Instant = z.iso
  .datetime()
  .openapi({ description: "ISO 8601, UTC", example: "2026-11-22T09:00:00.000Z" });

/** A day somewhere: its zone is that of the place it is said of. */
/** Days are counted from there and on: what other systems write for never is no day to rely on. */
const FIRST_DAY = "1900-01-01";
const LAST_DAY = "2999-12-31";

export const LocalDay = z
  .string()
  .refine(isDate, { error: "is not a date (YYYY-MM-DD)", abort: true })
  .refine((on) => on >= FIRST_DAY && on <= LAST_DAY, {
    error: `is not from ${FIRST_DAY} to ${LAST_DAY}`,
    abort: true,
  })
  .openapi({ format: "date", example: "2026-11-22" });

/** A day of the books. */
export const LocalDate = LocalDay.openapi({ description: "In the books' time zone." });

/** Epoch milliseconds as the API tells them. */
export const instantOf = (at: number): string => new Date(at).toISOString();

const optionalText = (max: number) => text(max).nullable().default(null);

export const AddressSchema = z
  .strictObject({
    name: optionalText(200),
    company: optionalText(200),
    line1: optionalText(200),
    line2: optionalText(200),
    city: optionalText(100),
    region: optionalText(100),
    postalCode: optionalText(20),
    countryCode: CountryCode.nullable().default(null),
    phone: optionalText(50),
    latitude: z.number().min(-90).max(90).nullable().default(null),
    longitude: z.number().min(-180).max(180).nullable().default(null),
  })
  .openapi("Address");

/** Pages of a list. `cursor` comes out as the key to start after; the empty text is before all keys. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ example: 50 }),
  cursor: z
    .string()
    .max(1_000)
    .optional()
    .openapi({ description: "`nextCursor` of the page before." })
    .transform((cursor, check) => {
      const key = cursor === undefined ? "" : decodeCursor(cursor);
      if (key === null) check.addIssue({ code: "custom", message: "is not a cursor of ours" });
      return key ?? "";
    }),
});

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().openapi({ description: "Null on the last page." }),
  });

/** An opaque cursor from the last key of a page. */
export function encodeCursor(key: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(key));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The key of a cursor, or null where the text is no cursor of ours. */
export function decodeCursor(cursor: string): string | null {
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const key = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return encodeCursor(key) === cursor ? key : null;
  } catch {
    return null;
  }
}

/**
 * A page from one row more than was asked for: that row says only that there is a next page.
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null;
  return { items: shown.map(toItem), nextCursor };
}

/** A JSON body that must be there. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/json": { schema } },
});

/** A JSON answer. */
export const jsonAnswer = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

export const IdempotencyHeader = z.object({
  "idempotency-key": z.string().min(1).max(255).optional().openapi({
    description: "The caller's own id of the request; a repeat gets the first one's answer.",
    example: "5f7c1a52-receipt-1",
  }),
});
