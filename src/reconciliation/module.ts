/**
 * Reconciliation: the nightly close, which compares stock, orders, storefronts and money. Files called read-… and check-…
 * read and compare; files called repair-… write. A difference that no repair removes is an exception for a person. A day
 * is reported once, and closing it stores its balances in the ledger. The work is one job; its phases are listed in
 * reconcile.ts.
 * Tables: reconciliations, expected_allocations, audited_stock.
 */
import type { Module } from "../platform/module";
import type { ReconciliationContext } from "./context";
import { registerReconciliationPage, registerReconciliations } from "./http/reconciliations";
import { reconciliationJob } from "./reconcile";

export const reconciliation: Module<ReconciliationContext> = {
  routes: (app) => {
    registerReconciliations(app);
    registerReconciliationPage(app);
  },
  jobs: [reconciliationJob],
};
