/** Finds the quote that an order was placed on: by the id that it names, or by what it is for. */
import { logLine } from "../kernel/log-line";
import type { PlatformContext } from "../platform/context";
import { withDatabaseDeadline } from "../platform/d1/errors";
import { quotedDay, type QuoteFault } from "./domain/quote-id";
import type { PlacedOrder } from "./domain/quoted-order";
import { rememberedDay } from "./domain/remembered-quote";
import { quotesForOrder } from "./storage/remembered-quotes";

/** The order waits for it, so reading may not take longer. */
const DEADLINE_MS = 500;

/** `quotedOn`: the day by which everything was to arrive. It is null if the quote does not count, which `fault` names. */
export type FoundQuote = Readonly<{
  quoteId: string | null;
  quotedOn: string | null;
  fault: QuoteFault | null;
}>;

/** The quote that the order names by its id. No round trip: the id contains what was quoted. */
export const quoteById = (quoteId: string, order: PlacedOrder, signingKey: string): FoundQuote => {
  const day = quotedDay(quoteId, order, signingKey);
  return day.ok
    ? { quoteId, quotedOn: day.value, fault: null }
    : { quoteId, quotedOn: null, fault: day.rejection };
};

/** For an order that names no quote; null if none was remembered for it. Never throws: a quote must not stop an order. */
export async function quoteByContent(
  { databases, config }: Pick<PlatformContext, "databases" | "config">,
  order: PlacedOrder,
): Promise<FoundQuote | null> {
  try {
    const quotes = await withDatabaseDeadline(Math.min(DEADLINE_MS, config.databaseDeadlineMs), () =>
      quotesForOrder(databases.primary, order),
    );
    const quotedOn = rememberedDay(quotes, order);
    return quotedOn === null ? null : { quoteId: null, quotedOn, fault: null };
  } catch (error) {
    console.error(logLine("error", "remembered quotes could not be read, and none is applied", { error }));
    return { quoteId: null, quotedOn: null, fault: "not_read" };
  }
}
