/**
 * Promises: when an order's units leave and arrive, computed from working days, cut-offs and carriers' transit times.
 * If there is no date, there is a reason. It decides what a quote is and which orders were placed on it; orders store
 * the promises of their lines.
 * Table: remembered_quotes.
 */
import type { InventoryContext } from "../inventory/context";
import type { Module } from "../platform/module";
import { deleteRememberedQuotes } from "./storage/remembered-quotes";

const DAY_MS = 86_400_000;

export const promises: Module<InventoryContext> = {
  // A callback may bring an order days after it was placed.
  retention: [
    {
      name: "rememberedQuotes",
      tables: ["primary.remembered_quotes"],
      keptMs: 3 * DAY_MS,
      deleteBefore: ({ databases }, before, limit) =>
        deleteRememberedQuotes(databases.primary, before, limit),
    },
  ],
};
