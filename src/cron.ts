/** Cron string -> command. A string nobody knows fails loudly. */
import { logLine } from "./domain/log-line";
import { keepPromises } from "./commands/keep-promises";
import { priceStockHourly } from "./commands/price-stock";
import { reconcileNights } from "./commands/reconcile";
import { sweep } from "./commands/sweep";
import { tidy } from "./commands/tidy";
import type { Context } from "./context";

export const CRONS: Readonly<Record<string, (context: Context) => Promise<unknown>>> = {
  "* * * * *": sweep,
  "7 * * * *": priceStockHourly,
  "23 * * * *": keepPromises,
  "10 1 * * *": night,
};

async function night(context: Context) {
  return { reconciled: await reconcileNights(context), tidied: await tidy(context) };
}

export async function runCron(context: Context, cron: string): Promise<void> {
  const command = CRONS[cron];
  if (!command) throw new Error(`no command for the cron "${cron}"`);
  const outcome = await command(context);
  console.log(logLine("info", "cron", { cron, outcome }));
}
