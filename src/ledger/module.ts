/**
 * The ledger keeps journal entries and closing balances, and knows none of the events behind them: each module says
 * in its own domain what its events post. It refuses an entry that does not balance.
 * Tables: journal_entries (of orders in their database, of stock movements in the primary), account_balances.
 */
import type { PlatformContext } from "../platform/context";
import type { Module } from "../platform/module";
import { registerJournal } from "./http/journal";

export const ledger: Module<PlatformContext> = { routes: registerJournal };
