/**
 * Lists the orders that changed since a time, from an API that sorts by the time of change and has pages. An order that
 * changes meanwhile moves to the end and would push another over the edge of a page: so the next page begins at the last
 * time seen, not at a number of orders. Orders of that second are listed again.
 */
import { accept, reject, type Result } from "../../kernel/result";
import type { ChangedOrders, ListChanged, StorefrontRejection } from "../storefront-api";

/** `modifiedAt`: epoch milliseconds; null if the storefront did not report it. */
export type ChangedOrder = Readonly<{ externalId: string; modifiedAt: number | null }>;

/** `part`: one of the parts. `since`: epoch milliseconds, inclusive. `page`: from 1. */
export type ChangedPage = Readonly<{ part: number; since: number; page: number }>;

type Options = Readonly<{
  /** How many lists there are, one after the other, such as the orders and those in the trash. */
  parts: number;
  pageSize: number;
  /** Sorted by the time of change, oldest first. */
  fetchPage: (page: ChangedPage) => Promise<Result<readonly ChangedOrder[], StorefrontRejection>>;
}>;

export const createListChanged =
  ({ parts, pageSize, fetchPage }: Options): ListChanged =>
  async (since, cursor): Promise<Result<ChangedOrders, StorefrontRejection>> => {
    const from = cursor === null ? { part: 0, since, page: 1 } : fromCursor(cursor);
    if (from === null) return reject({ code: "refused", detail: "the cursor is not one of this list" });
    const found = await fetchPage(from);
    if (!found.ok) return found;
    const externalIds = found.value.map(({ externalId }) => externalId);
    if (found.value.length >= pageSize) {
      return accept({ externalIds, cursor: toCursor(nextPage(from, found.value)) });
    }
    const next = from.part + 1;
    return accept({ externalIds, cursor: next < parts ? toCursor({ part: next, since, page: 1 }) : null });
  };

/** The page that begins at the last time, or the next page of that time if the whole page has it. */
function nextPage(from: ChangedPage, found: readonly ChangedOrder[]): ChangedPage {
  const last = Math.max(...found.map(({ modifiedAt }) => modifiedAt ?? from.since));
  return last > from.since ? { ...from, since: last, page: 1 } : { ...from, page: from.page + 1 };
}

const toCursor = ({ part, since, page }: ChangedPage): string => `${part}.${since}.${page}`;

function fromCursor(cursor: string): ChangedPage | null {
  const [, part, since, page] = /^(\d{1,3})\.(\d{1,16})\.(\d{1,9})$/.exec(cursor) ?? [];
  return part === undefined ? null : { part: Number(part), since: Number(since), page: Number(page) };
}
