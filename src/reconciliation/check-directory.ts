/** Reports the last comparison of the order directory with the orders. Reads only: the comparison has repaired it. */
import { lastComparison } from "../directory/compare-directory";
import type { ReconciliationContext } from "./context";
import { checkOf, type Check } from "./domain/report";

export async function checkDirectory(context: ReconciliationContext): Promise<Check> {
  const last = await lastComparison(context);
  const { compared, different, removed, failed } = last ?? {
    compared: 0,
    different: 0,
    removed: 0,
    failed: 0,
  };
  return checkOf("directory", "The order directory lists the orders as they are", {
    counted: compared,
    exceptions:
      failed === 0
        ? []
        : [
            {
              subject: "directory",
              expected: 0,
              actual: failed,
              detail: "orders cannot be listed; the log names each",
            },
          ],
    sums: [
      { name: "different", amount: different, currency: null },
      { name: "removed", amount: removed, currency: null },
    ],
    repaired: different === 0 ? [] : [`${different} rows differed from their orders and were written again`],
  });
}
