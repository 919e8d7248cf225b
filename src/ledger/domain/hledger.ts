/**
 * The journal in the format of hledger: https://hledger.org/hledger.html. Accounts and currencies are declared, so that
 * `hledger check --strict` accepts the file and rejects one with a mistake in it.
 */
import { ACCOUNTS } from "./accounts";
import type { JournalEntry } from "./journal-entry";
import { formatMoney, minorUnitDigits, type CurrencyCode } from "../../kernel/money";

/** The head of a journal: declares the currencies that are known by then, and all accounts. */
export const hledgerHeader = (currencies: readonly CurrencyCode[] = []): string =>
  [...new Set(currencies)].toSorted().map(hledgerCommodity).join("") +
  ACCOUNTS.map((account) => `account ${account}\n`).join("");

/** Declares a currency. It stands anywhere before the currency's first use. */
export const hledgerCommodity = (currency: CurrencyCode): string =>
  // hledger takes the number of decimals from this sample; `1000.` has none.
  `commodity 1000.${"0".repeat(minorUnitDigits(currency))} ${commodity(currency)}\n`;

/** hledger takes letters as they are, and wants quotes around anything else. */
const commodity = (currency: CurrencyCode): string =>
  /^[A-Z]+$/.test(currency) ? currency : `"${currency}"`;

/** One entry, with its id as the code and its order as a tag. Amounts have all decimals of their currency. */
export function hledgerEntry(entry: JournalEntry): string {
  const tag = entry.orderId === null ? "" : `  ; order:${entry.orderId}`;
  const lines = entry.postings.map(({ account, amountMinor, currency }) => {
    const amount = formatMoney(amountMinor, currency);
    return `    ${account.padEnd(42)}  ${amount.padStart(16)} ${commodity(currency)}`;
  });
  return `\n${entry.postedOn} (${safe(entry.id)}) ${safe(entry.description)}${tag}\n${lines.join("\n")}\n`;
}

/** SKUs and references are text from callers. It must not end the code or the line, or begin a comment. */
const safe = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}();|]/gu, "_").trim();
