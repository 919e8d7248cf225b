/** Schemas and helpers that the routes of several modules share. */
import { z } from "@hono/zod-openapi";
import { isDate } from "../../kernel/calendar";
import { isCurrency } from "../../kernel/money";
import { isLine } from "../../kernel/text";

/** A line of text: without control characters, separators of lines and lone surrogates. */
export const text = (max: number) =>
  z.string().min(1).max(max).refine(isLine, "must not contain control characters");

export const SkuCode = text(100)
  .refine((sku) => sku !== "." && sku !== "..", "cannot stand in a path")
  .openapi({ description: "The retailer's code. URL-encoded in a path.", example: "MUG-BLUE" });

/** An id that the retailer chooses, such as a location's. It is a key of plain objects, so their own names are excluded. */
export const Slug = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$/, "takes letters, digits, `-` and `_`, at most 50")
  .refine((slug) => !(slug in {}), "is a reserved name")
  .openapi({ example: "berlin-1" });

/** The retailer's id of inbound stock, such as a line of a purchase order. */
export const InboundId = text(100)
  .refine((id) => id !== "." && id !== "..", "cannot stand in a path")
  .openapi({ example: "po-4711-1" });

export const Quantity = z.int().min(1).max(1_000_000);
export const Currency = z
  .string()
  .refine(isCurrency, "is not an ISO 4217 currency, nor an unlisted code with its decimals (`BTC:8`)")
  .openapi({
    description:
      "ISO 4217. A code that ISO does not list stands with the decimals of its minor unit: `BTC:8`.",
    example: "EUR",
  });
export const CountryCode = z
  .string()
  .regex(/^[A-Z]{2}$/, "is not an ISO 3166-1 alpha-2 code")
  .openapi({ example: "DE" });
export const Instant = z.iso
  .datetime()
  .openapi({ description: "ISO 8601, UTC", example: "2026-11-22T09:00:00.000Z" });

/** Other systems write dates outside of this range for "never". */
const FIRST_DAY = "1900-01-01";
const LAST_DAY = "2999-12-31";

/** A date in the time zone of its place, such as the location that ships. */
export const LocalDay = z
  .string()
  .refine(isDate, { error: "is not a date (YYYY-MM-DD)", abort: true })
  .refine((on) => on >= FIRST_DAY && on <= LAST_DAY, {
    error: `is not from ${FIRST_DAY} to ${LAST_DAY}`,
    abort: true,
  })
  .openapi({ format: "date", example: "2026-11-22" });

/** A date in the books' time zone. */
export const LocalDate = LocalDay.openapi({ description: "In the books' time zone." });

/** Epoch milliseconds as ISO 8601. */
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

/** The query of a paged list. `cursor` is parsed to the key after which the page starts; "" is before all keys. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi({ example: 50 }),
  cursor: z
    .string()
    .max(1_000)
    .optional()
    .openapi({ description: "`nextCursor` of the previous page." })
    .transform((cursor, check) => {
      const key = cursor === undefined ? "" : decodeCursor(cursor);
      if (key === null) check.addIssue({ code: "custom", message: "is not a valid cursor" });
      return key ?? "";
    }),
});

/** @param name of the page's schema in the OpenAPI document. */
export const pageOf = <Item extends z.ZodType>(name: string, item: Item) =>
  z
    .object({
      items: z.array(item),
      nextCursor: z.string().nullable().openapi({ description: "Null on the last page." }),
    })
    .openapi(name);

/** An opaque cursor from the last key of a page. */
export function encodeCursor(key: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(key));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The key of a cursor, or null if the text is not one. */
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

/** @param rows at most one row more than the limit: that row is not shown, and means that there is a next page. */
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

export const HtmlPage = z.string().openapi("HtmlPage", { description: "For a browser." });

/** A required JSON body. */
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
  "idempotency-key": z
    .string()
    .min(1)
    .max(255)
    .optional()
    .openapi({
      description: [
        "The caller's id of the request. For 30 days, a repeat with the same path and body gets the first answer again,",
        "status and body, with the header `Idempotency-Replayed: true`. Another request under the key is refused.",
        "Answers that a repeat may change are not kept: an invalid or malformed request, a lost race, too many requests,",
        "and failures. An answer of more than 500,000 characters is not kept either: a repeat gets `answer_not_kept`.",
      ].join(" "),
      example: "5f7c1a52-receipt-1",
    }),
});
