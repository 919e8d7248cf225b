/**
 * The phase that finds, outside of the orders databases, orders and versions that they no longer have. The directory has a row
 * for each order with its version; the archive has a document of each order that was archived.
 */
import type { IdRange } from "../kernel/buckets";
import type { OrderId } from "../kernel/ids";
import { versionsOf } from "../orders/orders";
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

/** Reads traces by ascending ids, after one and within the range: at most `limit`, in at most two queries. None at the end. */
export type TraceReader = Readonly<{
  /** Stored in findings. */
  name: string;
  tracesAfter: (
    context: RecoveryContext,
    page: Readonly<{ after: string; before: IdRange["before"]; limit: number }>,
  ) => Promise<readonly OrderTrace[]>;
  /** Stores the order in the version of its trace. Returns whether it can; without it, lost orders are named or held. */
  bringBack?: (context: RecoveryContext, orderId: OrderId) => Promise<boolean>;
}>;

const IDS_A_PAGE = 500;
/** Each is a document and a batch. */
const BROUGHT_BACK_A_PART = 10;
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
    const ids = traces.map(({ id }) => id);
    const stored = await versionsOf(within.db, ids);
    const differing = tracesToLose(traces, stored);
    const { broughtBack, failed, upTo } = await bringBack(context, source, differing);
    const { lost, behind } = failed;
    const findings = lost.map((trace) => orderLost(trace, source.name));
    await storeFindings(context.databases.primary, findings, context.now());
    const held = behind.map(({ trace, version }) => ({
      orderId: trace.id,
      reasons: [versionsLost(version + 1, trace.version)],
    }));
    const end = upTo ?? last;
    const counts = {
      ordersTraced: ids.filter((id) => id <= end).length,
      ordersBroughtBack: broughtBack,
      ordersLost: lost.length,
      ordersBehind: behind.length,
    };
    return {
      recovery: counted(withLost(recovery, held), counts),
      at: { reader, range, after: end },
    };
  };

type Differing = ReturnType<typeof tracesToLose<OrderTrace>>;
type BroughtBack = Readonly<{
  broughtBack: number;
  failed: Differing;
  /** The last one, if others are left for the next part. */
  upTo: OrderId | null;
}>;

/** Brings back what the reader has, so many at once. Those that it cannot bring back are left to a person. */
async function bringBack(
  context: RecoveryContext,
  source: TraceReader,
  { lost, behind }: Differing,
): Promise<BroughtBack> {
  if (source.bringBack === undefined) return { broughtBack: 0, failed: { lost, behind }, upTo: null };
  const ids = [...lost, ...behind.map(({ trace }) => trace)].map(({ id }) => id).toSorted();
  const now = ids.slice(0, BROUGHT_BACK_A_PART);
  const failed = new Set<OrderId>();
  for (const id of now) if (!(await source.bringBack(context, id))) failed.add(id);
  return {
    broughtBack: now.length - failed.size,
    failed: {
      lost: lost.filter(({ id }) => failed.has(id)),
      behind: behind.filter(({ trace }) => failed.has(trace.id)),
    },
    upTo: now.length < ids.length ? now.at(-1)! : null,
  };
}

export const versionsLost = (from: number, to: number): string =>
  from === to ? `Version ${from} was lost.` : `Versions ${from} to ${to} were lost.`;

const orderLost = ({ id, version, channelId, externalId, number }: OrderTrace, source: string) =>
  finding("order_lost", id, {
    orderId: id,
    detail: `The order ${number} (${externalId}) of ${channelId} was stored in version ${version}, and the database has lost it.`,
    facts: { version, channelId, externalId, number, source },
  });
