/** What of taking an order in can be left out, and how a request names it. */
export type Part = "messages" | "batch" | "allocations";

export const WITHOUT_HEADER = "x-without";
