/**
 * The journal as hledger reads it: https://hledger.org/hledger.html. Accounts and currencies are declared, so
 * that `hledger check --strict` accepts the file and refuses one with a slip in it.
 */
import { ACCOUNTS } from "./accounts";
import type { JournalEntry } from "./journal-entry";
import { formatMoney, minorUnitDigits, type CurrencyCode } from "../../kernel/money";

/** What every journal begins with: the chart of accounts, and the currencies if they are known by then. */
export const hledgerHeader = (currencies: readonly CurrencyCode[] = []): string =>
  [...new Set(currencies)].toSorted().map(hledgerCommodity).join("") +
  ACCOUNTS.map((account) => `account ${account}\n`).join("");

/** Declares a currency, anywhere before its first use. */
export const hledgerCommodity = (currency: CurrencyCode): string =>
  // hledger takes the sample's digits for the currency's own; `1000.` has none.
  `commodity 1000.${"0".repeat(minorUnitDigits(currency))} ${currency}\n`;

/** One entry, its id as the code, its order as a tag. Amounts are decimals with all their digits. */
export function hledgerEntry(entry: JournalEntry): string {
  const tag = entry.orderId === null ? "" : `  ; order:${entry.orderId}`;
  const lines = entry.postings.map(({ account, amountMinor, currency }) => {
    const amount = formatMoney(amountMinor, currency);
    return `    ${account.padEnd(42)}  ${amount.padStart(16)} ${currency}`;
  });
  return `\n${entry.postedOn} (${safe(entry.id)}) ${safe(entry.description)}${tag}\n${lines.join("\n")}\n`;
}

/** SKUs and references are callers' text: nothing in them may end the code, the line or begin a comment. */
const safe = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}();|]/gu, "_").trim();
