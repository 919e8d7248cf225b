/** Cron string -> command. A string nobody knows fails loudly. */
import { logLine } from "../../kernel/log-line";
import { recheckOverduePromises } from "../../orders/recheck-overdue-promises";
import { priceStockHourly } from "../../planning/price-stock";
import { reconcileNights } from "../../reconciliation/reconcile";
import { markWaitingOrders } from "../../orders/replan-due-orders";
import { runIsolatedSteps } from "./run-isolated-steps";
import { sweep } from "./sweep";
import { tidy } from "./delete-aged-rows";
import type { Context } from "../context";

export const CRONS: Readonly<Record<string, (context: Context) => Promise<unknown>>> = {
  "* * * * *": sweep,
  "7 * * * *": priceStockHourly,
  "23 * * * *": recheckOverduePromises,
  "10 1 * * *": night,
};

/** As many pages of waiting lines as a night can mark. */
const PAGES_A_NIGHT = 200;

function night(context: Context) {
  return runIsolatedSteps(async (attempt) => {
    await attempt("waiting orders", () => markWaitingOrders(context, PAGES_A_NIGHT));
    const reconciled = await attempt("reconciliation", () => reconcileNights(context));
    return { reconciled, tidied: await attempt("tidying", () => tidy(context)) };
  });
}

export async function runCron(context: Context, cron: string): Promise<void> {
  const command = CRONS[cron];
  if (!command) throw new Error(`no command for the cron "${cron}"`);
  const outcome = await command(context);
  console.log(logLine("info", "cron", { cron, outcome }));
}
