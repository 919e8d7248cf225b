/** Stores a quote, so that an order is recognized as placed on it without naming its id. */
import { logLine } from "../kernel/log-line";
import type { PlatformContext } from "../platform/context";
import type { QuotedTime } from "./domain/quote-id";
import type { QuotedOrder } from "./domain/quoted-order";
import { rememberedQuote } from "./domain/remembered-quote";
import { putRememberedQuote } from "./storage/remembered-quotes";

/** Whether it is stored. A database that does not answer must not keep a customer from the quote. */
export async function rememberQuote(
  { databases }: Pick<PlatformContext, "databases">,
  order: QuotedOrder,
  time: QuotedTime,
): Promise<boolean> {
  try {
    await putRememberedQuote(databases.primary, rememberedQuote(order, time));
    return true;
  } catch (error) {
    console.error(logLine("error", "a quote could not be remembered, and counts only by its id", { error }));
    return false;
  }
}
