/** The parts of creating an order that can be omitted. A request names them in a header. */
export type Part = "messages" | "batch" | "allocations";

export const WITHOUT_HEADER = "x-without";
