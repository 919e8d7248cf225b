/** Checks a page with axe-core, the rules of WCAG 2.2 and its best practices. */
import axe from "axe-core";
import type { Page } from "playwright-core";

type Violation = { id: string; nodes: { html: string }[] };

/** One text for each violation, with the first element that has it. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations: Violation[] = await page.evaluate(
    "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.length} × ${nodes[0]?.html}`);
}
