/**
 * Jobs that walk over all orders by their ids, and bring the directory in line with them: the comparison of every night
 * projects orders that differ, a rebuild projects every order again. Orders may change meanwhile: a row is written only
 * if it is newer, and removed only in the version that was seen.
 */
import type { OrderId } from "../kernel/ids";
import { logLine } from "../kernel/log-line";
import type { OrdersContext } from "../orders/context";
import { committedOrders, orderVersions, type CommittedOrder, type OrderVersion } from "../orders/orders";
import { databaseFailure, DatabaseUnavailable } from "../platform/d1/errors";
import type { Job } from "../platform/jobs/job";
import { runsBefore } from "../platform/jobs/job-runs";
import { directoryAsOf } from "./as-of";
import { differingIds } from "./domain/differences";
import { projectOrders, withAllParts } from "./project-orders";
import { removalStatement } from "./storage/listed-orders";
import { listedVersions } from "./storage/listed-versions";

const IDS_A_PAGE = 1_000;
/** Whole orders that are read and written together. */
const ORDERS_AT_ONCE = 100;

type Cursor = Readonly<{ after: string }>;
type Outcome = Readonly<{
  compared: number;
  projected: number;
  different: number;
  removed: number;
  failed: number;
}>;

const NONE: Outcome = { compared: 0, projected: 0, different: 0, removed: 0, failed: 0 };

const walk =
  (everyOrder: boolean): Job<OrdersContext, unknown, Cursor>["step"] =>
  async (context, { cursor, progress, hasBudget }) => {
    let after = cursor?.after ?? "";
    const done = { ...NONE, ...progress };
    const asOf = await directoryAsOf(context);
    for (;;) {
      const { outcome, next } = await comparePage(context, { after, everyOrder, asOf });
      done.compared += outcome.compared;
      done.projected += outcome.projected;
      done.different += outcome.different;
      done.removed += outcome.removed;
      done.failed += outcome.failed;
      if (next === null) return { cursor: { after }, isDone: true, progress: done };
      after = next;
      if (!hasBudget()) return { cursor: { after }, isDone: false, progress: done };
    }
  };

/**
 * Compares ids and versions of every order, and projects those that differ. Its progress: `different` counts orders whose
 * change the directory lacked although its `asOf` said that it had it; `projected` also those that were on their way;
 * `failed` those that cannot be projected.
 */
export const comparisonJob: Job<OrdersContext, unknown, Cursor> = {
  name: "directory-comparison",
  schedule: "nightly",
  step: walk(false),
};

/** Projects every order again, whatever its row has. */
export const rebuildJob: Job<OrdersContext, unknown, Cursor> = {
  name: "directory-rebuild",
  step: walk(true),
};

/** What the last comparison that ended has counted; null before the first. */
export async function lastComparison({ databases }: OrdersContext): Promise<Outcome | null> {
  const runs = await runsBefore(databases.primary, { job: comparisonJob.name, before: null, limit: 2 });
  const ended = runs.find(({ status }) => status === "done");
  if (ended === undefined) return null;
  return { ...NONE, ...ended.progress };
}

type Page = Readonly<{ after: string; everyOrder: boolean; asOf: number | null }>;

/** `next`: the id after which the next page begins; null after the last page. */
async function comparePage(
  context: OrdersContext,
  { after, everyOrder, asOf }: Page,
): Promise<Readonly<{ outcome: Outcome; next: string | null }>> {
  const { directory, ranges } = context.databases;
  const range = ranges.find(({ ids }) => ids.before > after);
  if (range === undefined) return { outcome: NONE, next: null };
  const { before } = range.ids;
  const limit = everyOrder ? ORDERS_AT_ONCE : IDS_A_PAGE;
  const orders = await orderVersions(range.db, { after, before, limit });
  // A range of ids ends with its last order if there may be more of them, and else with the range.
  const end = orders.length === limit ? orders.at(-1)!.id : before;
  const listed = await listedVersions(directory, { after, upTo: end, limit: limit * 2 });
  const upTo = listed.length === limit * 2 ? listed.at(-1)!.id : end;
  const within = orders.filter(({ id }) => id <= upTo);
  const differing = differingIds(within, listed, everyOrder);
  const ids = differing.slice(0, ORDERS_AT_ONCE);
  const next = ids.length < differing.length ? ids.at(-1)! : upTo;
  const repaired = await repair(context, ids, { listed, everyOrder, asOf });
  const compared = within.filter(({ id }) => id <= next).length;
  return { outcome: { ...repaired, compared }, next };
}

type Seen = Readonly<{ listed: readonly OrderVersion[]; everyOrder: boolean; asOf: number | null }>;

/** Reads the orders again, after the rows of the directory, and writes or removes their rows. */
async function repair(
  context: OrdersContext,
  orderIds: readonly OrderId[],
  { listed, everyOrder, asOf }: Seen,
): Promise<Omit<Outcome, "compared">> {
  if (orderIds.length === 0) return NONE;
  const versions = new Map(listed.map(({ id, version }) => [id, version]));
  const orders = await newestOrders(context, orderIds);
  const isMissing = ({ order }: CommittedOrder) => versions.get(order.id) !== order.version;
  const toProject = orders.filter((each) => everyOrder || isMissing(each));
  // A row that is ahead of its order, or has none: the database went back in time, or the order was deleted.
  const gone = orderIds.flatMap((id) => {
    const version = versions.get(id);
    const order = orders.find((each) => each.order.id === id)?.order;
    return version !== undefined && (order?.version ?? 0) < version ? [{ id, version }] : [];
  });
  if (gone.length > 0) await removalStatement(context.databases.directory, gone).run();
  const failed = await projectEach(context, toProject);
  const late = toProject.filter(
    (each) =>
      isMissing(each) &&
      asOf !== null &&
      each.committedAt < asOf &&
      !gone.some(({ id }) => id === each.order.id),
  );
  const removed = gone.filter(({ id }) => !orders.some(({ order }) => order.id === id)).length;
  return { projected: toProject.length - failed, different: late.length + gone.length, removed, failed };
}

/**
 * Projects the orders. One that cannot be projected does not stop the others. Returns how many cannot.
 * @throws if the directory does not answer.
 */
async function projectEach(context: OrdersContext, orders: readonly CommittedOrder[]): Promise<number> {
  try {
    await projectOrders(context, orders, "sameOrNewer");
    return 0;
  } catch (error) {
    const isAway = ["outcome_unknown", "overloaded"].includes(databaseFailure(error));
    if (isAway || error instanceof DatabaseUnavailable) throw error;
    const [order, ...others] = orders;
    if (order === undefined || others.length === 0) {
      console.error(logLine("error", "an order cannot be listed", { orderId: order?.order.id, error }));
      return orders.length;
    }
    const half = Math.ceil(orders.length / 2);
    return (
      (await projectEach(context, orders.slice(0, half))) + (await projectEach(context, orders.slice(half)))
    );
  }
}

/**
 * From all orders databases, the newest version of each: while a bucket is moved, its old database has copies that no
 * longer change, and an isolate may not know yet where the bucket is.
 */
async function newestOrders(context: OrdersContext, orderIds: readonly OrderId[]): Promise<CommittedOrder[]> {
  const { databases } = context;
  const read = await Promise.all(databases.allOrders.map((db) => committedOrders(db, orderIds)));
  const newest = new Map<OrderId, CommittedOrder>();
  for (const each of read.flat()) {
    const known = newest.get(each.order.id);
    if (known === undefined || known.order.version < each.order.version) newest.set(each.order.id, each);
  }
  return withAllParts(context, [...newest.values()]);
}
