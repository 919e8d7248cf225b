/** Nothing waits forever: each module names what may wait and how to find what waits too long. */

export type Deadline = Readonly<{
  /** What an exception says, such as `not released`. */
  what: string;
  of: "orders" | "primary";
  /** `late`: everything that waited longer than it may. `day`: everything that happened on the day. */
  within: "late" | "day" | "ever";
  /** Answers `id`, `since` and `detail`, by an index; ?1 and ?2 bound the time it waits since, ?3 is the limit. */
  query: string;
}>;
