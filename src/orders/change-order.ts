/**
 * Changes an order: load, decide, commit. If another writer commits first, the order is loaded and the decision made
 * again.
 */
import type { OrdersContext } from "./context";
import type { OrderId } from "../kernel/ids";
import { commitKey } from "./domain/commit-key";
import { journalEntryOf } from "./domain/postings";
import { stockEffect } from "../inventory/queue-messages";
import { stockEffects } from "./domain/stock-effects";
import { evolve, evolveAll, withDerived } from "./domain/evolve/evolve";
import { decideStandingHolds } from "./domain/holds/standing-holds";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import type { MoveReason } from "../promises/domain/promise";
import { accept, reject, type Result } from "../kernel/result";
import { isConflictOn, withDatabaseDeadline } from "../platform/d1/errors";
import { loadWholeOrder } from "./restore-order";
import { attemptOfVersion, orderStatements, type OrderCommit } from "./storage/orders";
import type { OutboxRow } from "../platform/outbox/outbox-rows";
import { promisesAfterChange, recheckedPromises } from "./promise-order";
import { sendOutboxSoon } from "../platform/outbox/send-outbox";

export type ChangeRejection = Readonly<
  { code: "order_unknown"; orderId: OrderId } | { code: "version_conflict"; orderId: OrderId }
>;

/**
 * Statements to run in the same batch as the order's change, such as the insert of the row that records the request.
 */
export type Alongside = (db: D1Database) => readonly D1PreparedStatement[];

type Decide<Rejection> = (
  order: Order,
) => Result<OrderEvent[], Rejection> | Promise<Result<OrderEvent[], Rejection>>;

const MAX_ATTEMPTS = 3;

export type ChangeOptions = Readonly<{
  /** Written in the same batch or, if nothing changes, after the answer. They must be idempotent. */
  alongside?: Alongside;
  /** The order as just loaded: it saves the first read. */
  known?: Order;
  /** Recheck the promises, also if nothing else changes. Returns the reason for promises that move. */
  recheckPromises?: (order: Order) => MoveReason;
}>;

/**
 * @returns the order after the change; the loaded order if there was nothing to change.
 * @throws DatabaseUnavailable if the database does not answer in time. The change may be repeated.
 */
export async function changeOrder<Rejection>(
  context: OrdersContext,
  orderId: OrderId,
  decide: Decide<Rejection>,
  { alongside = () => [], known, recheckPromises }: ChangeOptions = {},
): Promise<Result<Order, Rejection | ChangeRejection>> {
  const db = context.databases.orders(orderId);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const order = attempt === 0 && known ? known : await readOrder(context, orderId);
    if (!order) return reject({ code: "order_unknown", orderId });
    const decision = await decide(order);
    if (!decision.ok) return decision;
    const standing = standingHolds(context, order, decision.value);
    const decided = [...decision.value, ...standing];
    const planned = decided.length === 0 ? order : evolveAll(order, decided, context.now());
    const promised = recheckPromises
      ? await recheckedPromises(context, planned, recheckPromises(order))
      : await promisesAfterChange(context, { before: order, after: planned, events: decided });
    const events = [...decided, ...promised];
    if (events.length === 0) {
      const statements = [...alongside(db)];
      if (statements.length > 0) context.waitUntil(db.batch(statements));
      return accept(order);
    }
    const changed = evolveAll(order, events, context.now());
    const outcome = await commitOrder(context, { before: order, after: changed, events }, alongside);
    if (outcome === "committed") return accept(changed);
  }
  return reject({ code: "version_conflict", orderId });
}

/** The holds that follow from the order after the events, and the end of those whose reason is gone. */
export const standingHolds = (
  context: OrdersContext,
  order: Order,
  events: readonly OrderEvent[],
): OrderEvent[] =>
  events.length === 0
    ? []
    : decideStandingHolds(withDerived(events.reduce(evolve, order)), {
        now: context.now(),
        by: context.actor,
      });

/** One round trip, unless it is archived. @throws DatabaseUnavailable if the database does not answer in time. */
export const readOrder = (context: OrdersContext, orderId: OrderId): Promise<Order | null> =>
  withDatabaseDeadline(context.config.databaseDeadlineMs, () => loadWholeOrder(context, orderId));

/** `before` is null for a new order. */
export type OrderChange = Readonly<{ before: Order | null; after: Order; events: readonly OrderEvent[] }>;

/**
 * Writes one batch: the order's rows, its history, the journal entry, the outbox row, and the statements alongside. Messages
 * that are due are sent after the answer.
 * @returns `conflict` if another writer committed this version first.
 */
export async function commitOrder(
  context: OrdersContext,
  { before, after, events }: OrderChange,
  alongside: Alongside,
): Promise<"committed" | "conflict"> {
  const at = context.now();
  const attempt = hex(context.randomBytes(ATTEMPT_BYTES));
  const { entry, outbox } = consequencesOf(context, { before, after, events }, at);
  const commit: OrderCommit = { before, after, events, at, actor: context.actor, attempt, entry, outbox };
  const db = context.databases.orders(after.id);
  const deadlineMs = context.config.databaseDeadlineMs;
  try {
    await withDatabaseDeadline(deadlineMs, () =>
      db.batch([...orderStatements(db, commit), ...alongside(db)]),
    );
  } catch (error) {
    if (isArchived(error)) return "conflict";
    if (!isConflictOn(error, "order_events") && !isConflictOn(error, "orders")) throw error;
    // The version exists: another writer committed it, or this attempt did and the reply was lost.
    const writer = await withDatabaseDeadline(deadlineMs, () =>
      attemptOfVersion(db, after.id, after.version),
    );
    if (writer !== attempt) return "conflict";
  }
  sendOutboxSoon(context, [outbox]);
  return "committed";
}

/** The order was archived after it was read. */
const isArchived = (error: unknown): boolean =>
  error instanceof Error && error.message.includes("order_archived");

/** What follows from the events: the journal entry, effects on stock, and the messages of modules above. Pure. */
function consequencesOf(
  { config, orderConsequences }: OrdersContext,
  change: OrderChange,
  at: number,
): { entry: OrderCommit["entry"]; outbox: OutboxRow } {
  const { after, events } = change;
  const { id: orderId, version } = after;
  const entry = journalEntryOf(change, at, config);
  const effects = stockEffects(after, events, version, at).map((effect) => stockEffect.message(effect));
  const messages = [
    ...effects,
    ...orderConsequences.flatMap((consequence) => consequence(events, after, at)),
  ];
  const outbox = { id: commitKey(orderId, version, at), createdAt: at, messages };
  return { entry, outbox };
}

/** It is compared only with the attempts of other writers of the same version. */
const ATTEMPT_BYTES = 5;

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
