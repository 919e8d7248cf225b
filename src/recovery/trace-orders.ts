/**
 * The phase that finds, outside of the orders databases, orders and versions that they no longer have. The directory has a row
 * for each order with its version; other readers may be registered, such as one of archived orders.
 */
import type { IdRange } from "../kernel/buckets";
import type { OrderId } from "../kernel/ids";
import { orderVersions } from "../orders/orders";
import type { RecoveryContext } from "./context";
import { finding } from "./domain/findings";
import { counted, withLost } from "./domain/recovery";
import { tracesToLose } from "./domain/traces";
import type { Phase } from "./phase";
import { restoredRanges } from "./restored-databases";
import { storeFindings } from "./storage/findings";

/** What is known of an order outside of its database. `version`: the highest that was seen there. */
export type OrderTrace = Readonly<{
  id: OrderId;
  version: number;
  channelId: string;
  externalId: string;
  number: string;
}>;

/** Reads traces by ascending ids, after one and within the range: at most `limit`, in at most two queries. */
export type TraceReader = Readonly<{
  /** Stored in findings. */
  name: string;
  tracesAfter: (
    context: RecoveryContext,
    page: Readonly<{ after: string; before: IdRange["before"]; limit: number }>,
  ) => Promise<readonly OrderTrace[]>;
}>;

const IDS_A_PAGE = 500;
/** So many orders are held before the next page is read. */
type Place = Readonly<{ reader: number; range: number; after: string }>;

export const traceOrders =
  (readers: readonly TraceReader[]): Phase<Place> =>
  async (context, recovery, at) => {
    const { reader, range, after } = at ?? { reader: 0, range: 0, after: "" };
    const [source, within] = [readers[reader], restoredRanges(context, recovery.restored)[range]];
    if (source === undefined) return { recovery, at: null };
    if (within === undefined) return { recovery, at: { reader: reader + 1, range: 0, after: "" } };
    const from = after < within.ids.from ? within.ids.from : after;
    const { before } = within.ids;
    const traces = await source.tracesAfter(context, { after: from, before, limit: IDS_A_PAGE });
    const last = traces.at(-1)?.id;
    if (last === undefined) return { recovery, at: { reader, range: range + 1, after: "" } };
    // Orders that the reader does not have are none of its business.
    const upTo = `${last}~`;
    const stored = await storedVersions(within.db, { after: from, before: upTo });
    const { lost, behind } = tracesToLose(traces, stored);
    const findings = lost.map((trace) => orderLost(trace, source.name));
    await storeFindings(context.databases.primary, findings, context.now());
    const held = behind.map(({ trace, version }) => ({
      orderId: trace.id,
      reasons: [versionsLost(version + 1, trace.version)],
    }));
    const counts = { ordersTraced: traces.length, ordersLost: lost.length, ordersBehind: behind.length };
    return { recovery: counted(withLost(recovery, held), counts), at: { reader, range, after: last } };
  };

async function storedVersions(
  db: D1Database,
  { after, before }: Readonly<{ after: string; before: string }>,
): Promise<ReadonlyMap<OrderId, number>> {
  const versions = new Map<OrderId, number>();
  let from = after;
  for (;;) {
    const page = await orderVersions(db, { after: from, before, limit: IDS_A_PAGE * 2 });
    for (const { id, version } of page) versions.set(id, version);
    if (page.length < IDS_A_PAGE * 2) return versions;
    from = page.at(-1)!.id;
  }
}

export const versionsLost = (from: number, to: number): string =>
  from === to ? `Version ${from} was lost.` : `Versions ${from} to ${to} were lost.`;

const orderLost = ({ id, version, channelId, externalId, number }: OrderTrace, source: string) =>
  finding("order_lost", id, {
    orderId: id,
    detail: `The order ${number} (${externalId}) of ${channelId} was stored in version ${version}, and the database has lost it.`,
    facts: { version, channelId, externalId, number, source },
  });
