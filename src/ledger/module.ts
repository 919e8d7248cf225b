/**
 * Ledger: journal entries and closing balances. It knows none of the events behind the entries: each module decides in its
 * own domain what its events post. An entry that does not balance is rejected.
 * Tables: journal_entries (entries of orders in the order's database, of stock movements in the primary),
 * account_balances.
 */
import type { PlatformContext } from "../platform/context";
import type { Module } from "../platform/module";
import { registerJournal } from "./http/journal";

export const ledger: Module<PlatformContext> = {
  routes: registerJournal,
  movedTables: [{ name: "journal_entries", key: ["posted_on", "id"], orderId: "id", find: "days" }],
};
