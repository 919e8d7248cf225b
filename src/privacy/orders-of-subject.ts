/** Finds the orders of a customer: those that the request lists, and those that the directory finds by email or phone. */
import { directoryAsOf } from "../directory/as-of";
import { findOrders } from "../directory/found-orders";
import { orderIdOf, type OrderId } from "../kernel/ids";
import type { PrivacyContext } from "./context";
import { isSamePhone, type Subject } from "./domain/subject";

/** `listed`: how many of the listed orders were read. `key`: of the last order in the directory; null before the first. */
export type OrdersCursor = Readonly<{ listed: number; key: string | null }>;

export const FIRST_ORDERS: OrdersCursor = { listed: 0, key: null };

/** A page of ids; `next` is null after the last one. @param subject null for all orders of the channel. */
export async function ordersOfSubject(
  { databases }: PrivacyContext,
  channelId: string,
  subject: Subject | null,
  { listed, key }: OrdersCursor,
  limit: number,
): Promise<Readonly<{ orderIds: readonly OrderId[]; next: OrdersCursor | null }>> {
  const ids = subject?.externalOrderIds ?? [];
  if (listed < ids.length) {
    const page = ids.slice(listed, listed + limit);
    const orderIds = page.map((externalId) => orderIdOf(channelId, externalId));
    return { orderIds, next: { listed: listed + page.length, key } };
  }
  const filters = filtersOf(channelId, subject);
  if (filters === null) return { orderIds: [], next: null };
  const found = await findOrders(databases.directory, filters, key, limit);
  const orderIds = found
    .filter(({ phone }) => subject === null || subject.email !== null || isSamePhone(phone, subject.phone))
    .filter(({ externalId }) => !ids.includes(externalId))
    .map(({ id }) => id);
  return {
    orderIds,
    next: found.length < limit ? null : { listed, key: found.at(-1)!.key },
  };
}

/** The directory follows within seconds. If it takes longer than this, the request goes on without what it misses. */
const WAITS_FOR_DIRECTORY_MS = 3_600_000;

/** Whether the directory has every change that was made before the request. @param begunAt when the pass began. */
export async function isDirectoryFresh(
  context: PrivacyContext,
  { requestedAt }: Readonly<{ requestedAt: number }>,
  begunAt: number,
): Promise<boolean> {
  if (context.now() - begunAt > WAITS_FOR_DIRECTORY_MS) return true;
  const asOf = await directoryAsOf(context);
  return asOf !== null && asOf >= Math.min(requestedAt, context.now());
}

/** By email if there is one: a telephone may be that of several people. */
function filtersOf(channelId: string, subject: Subject | null) {
  if (subject === null) return { channelId };
  if (subject.email !== null) return { channelId, email: subject.email };
  return subject.phone === null ? null : { channelId, q: subject.phone };
}
