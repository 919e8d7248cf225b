/** A range of days of the books in a query, both included, and limited in length. */
import type { z } from "@hono/zod-openapi";
import { daysBetween } from "../../kernel/calendar";
import { LocalDate } from "./schemas";

const MAX_DAYS = 92;

/** The fields of the query. `checkDayRange` checks them together. */
export const dayRange = { from: LocalDate, to: LocalDate };

export function checkDayRange(
  { from, to }: Readonly<{ from: string; to: string }>,
  check: z.RefinementCtx,
): void {
  const refuse = (message: string) => check.addIssue({ code: "custom", path: ["to"], message });
  if (from > to) refuse("is before from");
  else if (daysBetween(from, to) >= MAX_DAYS) refuse(`is more than ${MAX_DAYS} days after from`);
}
