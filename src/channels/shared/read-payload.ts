/** Steps that readers of callbacks share: from a body to an event, or to the fields that are wrong. */
import type { z } from "zod";
import type { Channel } from "../../catalog/domain/channel";
import type { FieldError } from "../../kernel/field-errors";
import { currencyOfChannel, unknownCurrency, type CurrencyCode } from "../../kernel/money";
import { accept, reject, type Result } from "../../kernel/result";
import type { NewOrder } from "../../orders/domain/new-order";
import { computedTotal, unbookableReasons } from "../../orders/domain/new-order-checks";
import type { StorefrontEvent } from "../storefront-event";
import { amountReader, type AmountReader } from "./amounts";
import { parseJson, shape } from "./body";
import { mendOrder } from "./mend-order";

export type ReadEvent = Result<StorefrontEvent, readonly FieldError[]>;

/** A topic is stored, and is part of the event's key. */
const MAX_TOPIC = 100;

/** The topic, cut off at 100 characters; empty if there is none. */
export const topicFrom = (text: string | null): string => (text ?? "").slice(0, MAX_TOPIC);

export const ignored = (reason: string): ReadEvent => accept({ type: "ignored", reason });

/** Parses the body as JSON of the schema's shape, and maps it. */
export function readPayload<Schema extends z.ZodType>(
  body: Uint8Array,
  schema: Schema,
  map: (payload: z.output<Schema>) => ReadEvent,
): ReadEvent {
  const parsed = parseJson(body);
  if (!parsed.ok) return parsed;
  const shaped = shape(schema, parsed.value);
  return shaped.ok ? map(shaped.value) : shaped;
}

/** The currency as the storefront writes it, the channel's, and the payload's field that has it. */
export type NamedCurrency = Readonly<{ code: string; channel: Pick<Channel, "currency">; path: string }>;

/** Maps with a reader of amounts in the currency. */
export function inCurrency<Value>(
  { code, channel, path }: NamedCurrency,
  map: (currency: CurrencyCode, amounts: AmountReader) => Result<Value, readonly FieldError[]>,
): Result<Value, readonly FieldError[]> {
  const currency = currencyOfChannel(code, channel.currency);
  return currency === null
    ? reject([{ path, message: unknownCurrency(code) }])
    : map(currency, amountReader(currency));
}

/** The order, unless an amount or a line cannot be read. `linesPath`: where the lines are in the payload. */
export function readableOrder(
  order: NewOrder,
  linesPath: string,
  amounts: AmountReader,
): Result<NewOrder, readonly FieldError[]> {
  for (const message of unbookableReasons(order)) amounts.refuse(linesPath, message);
  if (isWithoutItsGoods(order))
    amounts.refuse(linesPath, "is empty, and the total is not that of fees alone");
  return amounts.errors.length > 0 ? reject(amounts.errors) : accept(mendOrder(order, linesPath));
}

/** Faults of storefronts' extensions send orders without their lines. Applied, such a state would cancel every unit. */
const isWithoutItsGoods = (order: NewOrder): boolean =>
  order.lines.every(({ kind }) => kind === "fee") && computedTotal(order) !== order.totalMinor;
