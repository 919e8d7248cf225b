/** What modules register about personal data in their tables, so that it can be erased and exported by customer. */

/** Rows of an order in its database, apart from the order's own. */
export type DataOfOrder = Readonly<{
  /** As the export names it. */
  name: string;
  /** Statements that erase the personal data in the rows. They run in one batch with those of the order, and are idempotent. */
  erase: (db: D1Database, orderId: string) => readonly D1PreparedStatement[];
  /** The rows with personal data, for the export. */
  read: (db: D1Database, orderId: string) => Promise<readonly unknown[]>;
}>;

/**
 * Whose data is to be found: texts that are theirs alone, in lower case. If `channelId` is not null, everything of that
 * channel, whatever it mentions.
 */
export type Mentioned = Readonly<{ words: readonly string[]; channelId: string | null }>;

/** `after`: the last key of the page before; "" before the first. */
export type ErasePage = Mentioned & Readonly<{ after: string; limit: number }>;

/** `waiting`: rows that somebody still has to handle, and which stay until then. `next`: null after the last page. */
export type ErasedPage = Readonly<{ erased: number; waiting: number; next: string | null }>;

/** A table whose texts may mention a customer, and which no order's id finds: it is read a page after the other. */
export type SearchedTexts = Readonly<{
  name: string;
  /** Which databases have it. */
  of: "primary" | "every";
  /** At most three queries. */
  erasePage: (db: D1Database, page: ErasePage) => Promise<ErasedPage>;
}>;

/** A condition of SQL: the text contains one of the words, which are the JSON list of the parameter. */
export const mentionsSql = (text: string, parameter: string): string =>
  `EXISTS (SELECT 1 FROM json_each(${parameter}) AS word WHERE instr(lower(${text}), word.value) > 0)`;
