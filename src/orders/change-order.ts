/**
 * Changing an order: load, decide, commit. The decision is a pure function of the order; if another
 * writer commits first, it is made again on what that writer left.
 */
import type { OrdersContext } from "./context";
import type { OrderId } from "../kernel/ids";
import { journalEntryFor } from "./domain/postings";
import { stockEffect } from "../inventory/queue-messages";
import { stockEffects } from "./domain/stock-effects";
import { evolve, evolveAll } from "./domain/evolve/evolve";
import { decideResolvedHolds } from "./domain/holds/release-hold";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import type { MoveReason } from "../promises/domain/promise";
import { accept, reject, type Result } from "../kernel/result";
import { isConflictOn, withDatabaseDeadline } from "../platform/d1/errors";
import { attemptOfVersion, loadOrder, orderStatements, type OrderCommit } from "./storage/orders";
import type { OutboxRow } from "../platform/outbox/outbox-rows";
import { promisesAfter, promisesNow } from "./promise-order";
import { sendOutboxSoon } from "../platform/outbox/send-outbox";

export type ChangeRejection = Readonly<
  { code: "order_unknown"; orderId: OrderId } | { code: "version_conflict"; orderId: OrderId }
>;

/** Statements that belong in the same batch: the row that remembers what asked for the change. */
export type Alongside = (db: D1Database) => readonly D1PreparedStatement[];

type Decide<Rejection> = (
  order: Order,
) => Result<OrderEvent[], Rejection> | Promise<Result<OrderEvent[], Rejection>>;

const ATTEMPTS = 3;

export type ChangeOptions = Readonly<{
  /** Written in the same batch; when nothing changes, after the answer. A repeat must be harmless. */
  alongside?: Alongside;
  /** The order as just loaded, which saves reading it again. */
  known?: Order;
  /** Look at its promises again for this reason, although nothing else of it changes. */
  recheckPromises?: (order: Order) => MoveReason;
}>;

/**
 * @returns the order as it is now: unchanged, when there was nothing to change.
 * @throws DatabaseUnavailable when the database does not answer in time; a repeat is harmless.
 */
export async function changeOrder<Rejection>(
  context: OrdersContext,
  orderId: OrderId,
  decide: Decide<Rejection>,
  { alongside = () => [], known, recheckPromises }: ChangeOptions = {},
): Promise<Result<Order, Rejection | ChangeRejection>> {
  const db = context.databases.orders(orderId);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const order = attempt === 0 && known ? known : await readOrder(context, orderId);
    if (!order) return reject({ code: "order_unknown", orderId });
    const decision = await decide(order);
    if (!decision.ok) return decision;
    const ended =
      decision.value.length === 0
        ? []
        : decideResolvedHolds(decision.value.reduce(evolve, order), context.actor);
    const decided = [...decision.value, ...ended];
    const planned = decided.length === 0 ? order : evolveAll(order, decided, context.now());
    const promised = recheckPromises
      ? await promisesNow(context, planned, recheckPromises(order))
      : await promisesAfter(context, order, planned, decided);
    const events = [...decided, ...promised];
    if (events.length === 0) {
      const statements = [...alongside(db)];
      if (statements.length > 0) context.waitUntil(db.batch(statements));
      return accept(order);
    }
    const changed = evolveAll(order, events, context.now());
    const outcome = await commitOrder(context, order, changed, events, alongside);
    if (outcome === "committed") return accept(changed);
  }
  return reject({ code: "version_conflict", orderId });
}

/** One round trip. @throws DatabaseUnavailable when the database does not answer in time. */
export const readOrder = (context: OrdersContext, orderId: OrderId): Promise<Order | null> =>
  withDatabaseDeadline(context.config.databaseDeadlineMs, () =>
    loadOrder(context.databases.orders(orderId), orderId),
  );

/**
 * One batch: rows, history, journal entries, outbox, and what belongs alongside. What is due is sent
 * after the answer.
 * @param before the order the events happened to; null when they placed it.
 * @returns `conflict` when another writer made this version first.
 */
export async function commitOrder(
  context: OrdersContext,
  before: Order | null,
  after: Order,
  events: readonly OrderEvent[],
  alongside: Alongside,
): Promise<"committed" | "conflict"> {
  const at = context.now();
  const attempt = hex(context.randomBytes(16));
  const { entries, outbox } = consequencesOf(context, after, events, at);
  const commit: OrderCommit = { before, after, events, at, actor: context.actor, attempt, entries, outbox };
  const db = context.databases.orders(after.id);
  const deadlineMs = context.config.databaseDeadlineMs;
  try {
    await withDatabaseDeadline(deadlineMs, () =>
      db.batch([...orderStatements(db, commit), ...alongside(db)]),
    );
  } catch (error) {
    if (!isConflictOn(error, "order_events") && !isConflictOn(error, "orders")) throw error;
    // The version is taken: by another writer, or by this very attempt, whose reply was lost.
    const writer = await withDatabaseDeadline(deadlineMs, () =>
      attemptOfVersion(db, after.id, after.version),
    );
    if (writer !== attempt) return "conflict";
  }
  sendOutboxSoon(context, outbox);
  return "committed";
}

/** What follows from the events, by rules alone: journal entries, effects on stock, and what modules above add. */
function consequencesOf(
  { config, orderConsequences }: OrdersContext,
  after: Order,
  events: readonly OrderEvent[],
  at: number,
): { entries: OrderCommit["entries"]; outbox: OutboxRow[] } {
  const { id: orderId, version, currency } = after;
  const entries = events.flatMap((event, index) => {
    const entry = journalEntryFor(event, { orderId, version, index, at, currency }, config);
    return entry ? [entry] : [];
  });
  const effects = stockEffects(after, events, version, at).map((effect) => stockEffect.message(effect));
  const messages = [...effects, ...orderConsequences.flatMap((consequence) => consequence(events, after))];
  const outbox = messages.map((message, i) => ({
    id: `${orderId}/${version}/${i}`,
    createdAt: at,
    message,
  }));
  return { entries, outbox };
}

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
