/** Deadlines: each module lists the work that may wait, and a query that finds work which waits too long. */

export type Deadline = Readonly<{
  /** The text of the exception, such as `not released`. */
  what: string;
  of: "orders" | "primary";
  /** `late`: waits longer than allowed. `day`: happened on the day. `ever`: exists at all. */
  within: "late" | "day" | "ever";
  /** Selects `id`, `since` and `detail` by an index. ?1 and ?2 bound `since` in epoch milliseconds; ?3 is the limit. */
  query: string;
}>;
