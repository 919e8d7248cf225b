/**
 * From the bytes of a callback to a payload of a known shape, or to the fields that are wrong.
 *
 * Storefronts document ids and money as numbers or text, and leave out or set to null what an order does not have.
 * The shapes built from these parts accept all of that, and nothing else.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { z } from "zod";
import { accept, reject, type Result } from "../../kernel/result";
import { asLine, asLines } from "../../kernel/text";
import type { FieldError } from "../../kernel/field-errors";

const MAX_DEPTH = 64;
const MAX_ERRORS = 20;

/** JSON from bytes that must be UTF-8 and nested at most 64 deep. Integers beyond 2^53 stay exact, as text. */
export function parseJson(body: Uint8Array): Result<unknown, FieldError[]> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body);
  } catch {
    return reject([{ path: "", message: "is not UTF-8" }]);
  }
  if (isDeeperThan(MAX_DEPTH, text)) {
    return reject([{ path: "", message: `is nested deeper than ${MAX_DEPTH}` }]);
  }
  try {
    return accept(JSON.parse(text, exactNumbers) as unknown);
  } catch {
    return reject([{ path: "", message: "is not JSON" }]);
  }
}

/** Shopify's ids are greater than 2^53, where two of them can be the same number: such an id is kept as its digits. */
function exactNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

function isDeeperThan(limit: number, json: string): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (inText) {
      if (character === "\\") i++;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === "{" || character === "[") {
      depth++;
      if (depth > limit) return true;
    } else if (character === "}" || character === "]") depth--;
  }
  return false;
}

/** The value in the schema's shape. Rejects every field that is not, by its path. */
export function shape<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Result<z.output<Schema>, FieldError[]> {
  const parsed = schema.safeParse(value);
  return parsed.success ? accept(parsed.data) : reject(fieldErrors(parsed.error));
}

/** An unknown field is named itself, not the object that contains it. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({ path: [...issue.path, key].join("."), message: "is not a known field" }))
        : [{ path: issue.path.join("."), message: issue.message }],
    )
    .slice(0, MAX_ERRORS);
}

/** Short enough for a key, and long enough that no two bodies have the same. */
export const digestOf = (body: Uint8Array): string => bytesToHex(sha256(body)).slice(0, 32);

const orNull = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

const textCleanedBy = (clean: (value: string) => string) =>
  orNull(z.union([z.string(), z.number()], { error: "is not a text" })).transform((value) =>
    value === null ? null : clean(String(value)) || null,
  );

/**
 * A line of text, or null if it is empty: storefronts write `""` for what is missing. A number is its digits: plugins
 * write SKUs, postal codes and phone numbers so. What cannot be in a line is cleaned, as the order is sold already.
 */
export const text = textCleanedBy(asLine);

/** As `text`, with its line breaks: a customer's note. */
export const lines = textCleanedBy(asLines);

export const externalId = z
  .union([z.string().transform(asLine).pipe(z.string().min(1).max(255)), z.number().int()], {
    error: "is not an id",
  })
  .transform(String);

/** Decimal text, as storefronts document it, or the JSON number that some send. */
export const money = orNull(z.union([z.string(), z.number()], { error: "is not an amount" }));

export const flag = orNull(z.boolean());

/** A number, or a number as text. It may have decimals: `mendOrder` makes units of it. */
export const quantity = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\s*\d+(?:\.\d+)?\s*$/)
        .transform(Number),
    ],
    {
      error: "is not a quantity",
    },
  )
  .pipe(z.number().min(0).max(1_000_000));

export const listOf = <T extends z.ZodType>(item: T) =>
  orNull(z.array(item)).transform((items) => items ?? []);

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?$/;

/** ISO 8601 in epoch milliseconds. A time without a zone is UTC, as WooCommerce's `…_gmt` fields are. */
export const time = text.transform((value, context) => {
  if (value === null) return null;
  const [, day, clock, zone = "Z"] = TIME.exec(value) ?? [];
  const at = Date.parse(`${day}T${clock}${zone.replace(/(\d\d)(\d\d)$/, "$1:$2")}`);
  if (!Number.isNaN(at)) return at;
  context.addIssue({ code: "custom", message: "is not an ISO 8601 time" });
  return z.NEVER;
});

export const coordinate = orNull(z.union([z.number(), z.string()])).transform((value) => {
  const number = value === null || value === "" ? NaN : Number(value);
  return Number.isFinite(number) ? number : null;
});
