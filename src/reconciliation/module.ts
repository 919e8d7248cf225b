/**
 * Reconciliation: the nightly close, which proves that stock, orders, storefronts and money agree. Checks read and
 * compare; what can be repaired is repaired by functions that say so, and the rest is an exception for a person.
 * Table: reconciliations.
 */
import type { Module } from "../platform/module";
import type { ReconciliationContext } from "./context";
import { registerReconciliationPage, registerReconciliations } from "./http/reconciliations";
import { reconcileNights } from "./reconcile";

export const reconciliation: Module<ReconciliationContext> = {
  routes: (app) => {
    registerReconciliations(app);
    registerReconciliationPage(app);
  },
  jobs: [{ schedule: "nightly", name: "reconciliation", run: reconcileNights }],
};
