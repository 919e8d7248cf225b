/**
 * The journal as hledger reads it: https://hledger.org/hledger.html. Accounts and currencies are declared, so
 * that `hledger check --strict` accepts the file and refuses one with a slip in it.
 */
import { ACCOUNTS } from "./accounts";
import type { JournalEntry } from "./ledger";
import { formatMoney, minorUnitDigits, type CurrencyCode } from "./money";

/** What every journal begins with. `currencies`: all that its entries use. */
export function hledgerHeader(currencies: readonly CurrencyCode[]): string {
  const commodities = [...new Set(currencies)].toSorted().map((currency) => {
    const digits = minorUnitDigits(currency);
    // hledger takes the sample's decimal mark and digits for the currency's own; 1000. has no decimals.
    return `commodity 1000.${"0".repeat(digits)} ${currency}`;
  });
  const accounts = ACCOUNTS.map((account) => `account ${account}`);
  return `${[...commodities, "", ...accounts].join("\n")}\n`;
}

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
