/**
 * Creates an order exactly once: one round to stock, one batch to D1. If D1 does not answer in time, the whole order
 * goes to the intake queue under the same id, and its consumer creates it.
 */
import type { OrdersContext } from "./context";
import { unusedLines, type LineToAdd } from "./domain/creation/new-line";
import { createOrder as firstOrder } from "./domain/creation/order-creation";
import { evolve, evolveAll } from "./domain/evolve/evolve";
import { decideNewHold } from "./domain/holds/place-hold";
import type { NewOrder } from "./domain/new-order";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import { needsStock } from "./domain/order-line";
import { decideWithoutAddedLines } from "./domain/storefront/storefront-update";
import { orderIdOf, type OrderId } from "../kernel/ids";
import type { Channel } from "../catalog/domain/channel";
import { accept, reject, type Result } from "../kernel/result";
import { leavesTogether } from "../sourcing/domain/source-order";
import { everyDatabase } from "../platform/d1/databases";
import {
  DatabaseUnavailable,
  databaseFailure,
  isConflictOn,
  isRolledBack,
  withDatabaseDeadline,
} from "../platform/d1/errors";
import {
  answerStatement,
  storedAnswer,
  type Answer,
  type IdempotentRequest,
} from "../platform/idempotency/idempotency-keys";
import { asDeleted } from "./domain/storefront/deleted";
import { placeOfEvent } from "../inventory/domain/checkpoint";
import { stockEventsStatements } from "./storage/applied-stock-events";
import { deletionOf, isDeletedBefore } from "./storage/deleted-orders";
import { commitOrder, readOrder, standingHolds, type Alongside } from "./change-order";
import {
  allocateLines,
  linesToAllocate,
  type AllocatedLines,
  type AllocateLinesRequest,
  type ShortageRejection,
} from "./allocate-lines";
import { giveBack, newAttempt, watchedCommit, type AllocationAttempt } from "./given-back-allocations";
import { promisesAfterChange } from "./promise-order";
import { quotedEvents, quoteOfOrder } from "./quote-of-order";
import { orderCreate } from "./queue-messages";
import { refundRules } from "./refund-rules";
import { servicesOf, sourcingRequest } from "./sourcing-problem";

export type CreateOutcome =
  | Readonly<{ outcome: "created"; orderId: OrderId; order: Order }>
  /** The order existed already; it is returned as it is now. */
  | Readonly<{ outcome: "known"; orderId: OrderId; order: Order }>
  /** Durably queued: it will be created with this id. */
  | Readonly<{ outcome: "queued"; orderId: OrderId }>;

export type CreateOptions = Readonly<{
  channel: Channel;
  /** `refuse` rejects the order if a SKU that may not be backordered is short. */
  shortage: "backorder" | "refuse";
  alongside?: Alongside;
  /** The caller's Idempotency-Key, if it gave one. */
  idempotent?: IdempotentCreation | null;
  /** Whether to queue the order if the database is unavailable; the queue's own consumer retries instead. */
  whenUnavailable: "queue" | "throw";
}>;

/** `answerOf`: the answer to the creation, which is stored with the order for later requests with the key. */
export type IdempotentCreation = Readonly<{ request: IdempotentRequest; answerOf: (order: Order) => Answer }>;

export type CreateRejection =
  | ShortageRejection
  | Readonly<{ code: "idempotency_key_reused" }>
  /** The first request with the same Idempotency-Key was answered so. */
  | Readonly<{ code: "answered_before"; answer: Answer }>;

/**
 * An order that its storefront has deleted since is stored as cancelled: what was paid for it is owed back.
 *
 * An order that is refused, or that fails before it may be stored, holds no units afterwards. One of which it is not
 * known whether it was stored keeps them: they expire if it was not.
 * @throws DatabaseUnavailable, or what a SKU's object throws, if the order could neither be stored nor queued.
 */
export async function createOrder(
  context: OrdersContext,
  incoming: NewOrder,
  options: CreateOptions,
): Promise<Result<CreateOutcome, CreateRejection>> {
  try {
    return await createInState(context, incoming, options);
  } catch (error) {
    if (!isDeletedBefore(error)) throw error;
    const orderId = orderIdOf(incoming.channelId, incoming.externalId);
    const at = await withDatabaseDeadline(context.config.databaseDeadlineMs, () =>
      deletionOf(context.databases.orders(orderId), orderId),
    );
    return createInState(context, at === null ? incoming : asDeleted(incoming, at), options);
  }
}

async function createInState(
  context: OrdersContext,
  incoming: NewOrder,
  options: CreateOptions,
): Promise<Result<CreateOutcome, CreateRejection>> {
  const creation = newCreation(context, incoming, options);
  const { orderId, attempt, commit } = creation;
  try {
    const created = await allocateAndStore(context, creation);
    if (!created.ok) await giveBack(context, attempt);
    else if (created.value.outcome === "known") {
      await giveBack(context, attempt, created.value.order);
      const answer = await creation.firstAnswer;
      if (answer !== null && answer !== "of_another_request")
        return reject({ code: "answered_before", answer });
    }
    return created;
  } catch (error) {
    const handled = await handleFailure(context, creation, error).catch((failure: unknown) => ({ failure }));
    if ("queued" in handled) return accept({ outcome: "queued", orderId });
    if (!commit.isTried || isRolledBack(error)) await giveBack(context, attempt);
    if ("isKeyReused" in handled) return reject({ code: "idempotency_key_reused" });
    throw handled.failure;
  }
}

/** The creation of one order, with what a failure must know of how far it came. */
type Creation = Readonly<{
  incoming: NewOrder;
  orderId: OrderId;
  lines: readonly LineToAdd[];
  options: CreateOptions;
  attempt: AllocationAttempt;
  commit: ReturnType<typeof watchedCommit>;
  progress: { isAllocated: boolean };
  /**
   * The answer that is stored under the key; null if there is none. Read beside the allocation: a key is rarely
   * repeated, and reading it first would cost every order a round trip.
   */
  firstAnswer: Promise<Answer | "of_another_request" | null>;
  /** The quote that it was placed on: read beside the allocation too, unless the order names it. */
  quote: ReturnType<typeof quoteOfOrder>;
}>;

function newCreation(context: OrdersContext, incoming: NewOrder, options: CreateOptions): Creation {
  const orderId = orderIdOf(incoming.channelId, incoming.externalId);
  const lines = linesToAllocate(orderId, incoming);
  const { alongside = () => [], idempotent = null } = options;
  return {
    incoming,
    orderId,
    lines,
    options,
    attempt: newAttempt(context, lines),
    commit: watchedCommit(alongside),
    progress: { isAllocated: false },
    firstAnswer: idempotent ? firstAnswerTo(context, idempotent.request) : Promise.resolve(null),
    quote: lines.length === 0 ? null : quoteOfOrder(context, options.channel, incoming),
  };
}

/** Null if the database does not answer: the key's row in the order's batch decides then. */
async function firstAnswerTo(
  { databases }: OrdersContext,
  { key, requestHash }: IdempotentRequest,
): Promise<Answer | "of_another_request" | null> {
  // The key's first request may have created another order, in another database.
  const read = everyDatabase(databases).map((db) => storedAnswer(db, key).catch(() => null));
  const stored = (await Promise.all(read)).find((answer) => answer !== null);
  if (stored === undefined || stored.status === null) return null;
  const { status, response } = stored;
  return stored.requestHash === requestHash ? { status, response } : "of_another_request";
}

async function allocateAndStore(
  context: OrdersContext,
  creation: Creation,
): Promise<Result<CreateOutcome, CreateRejection>> {
  const { incoming, orderId, lines, options, attempt, quote } = creation;
  const request: AllocateLinesRequest = {
    orderId,
    lines,
    sourcing: sourcingRequest(context, options.channel, incoming),
    quotedOn: quote instanceof Promise ? quote.then(quotedDayOf) : quotedDayOf(quote),
    placedAt: incoming.placedAt,
    reservationTokens: incoming.reservationTokens,
    shortage: options.shortage,
    // The order may exist, and staff may have cancelled some of its units since: do not allocate them again.
    quantityOf: "first_allocated",
    expiresAt: attempt.expiresAt,
  };
  const allocations = await allocateLines(context, request);
  const first = await creation.firstAnswer;
  if (first === "of_another_request") return reject({ code: "idempotency_key_reused" });
  if (first !== null && first.status >= 400) return reject({ code: "answered_before", answer: first });
  if (!allocations.ok) {
    const known = await orderIfKnown(context, orderId);
    return known ? accept(knownOrder(context, known, lines)) : allocations;
  }
  if (allocations.value.repeated) {
    const order = await readOrder(context, orderId);
    if (order) return accept(knownOrder(context, order, lines));
  }
  creation.progress.isAllocated = true;
  const stored = await storeOrder(context, creation, allocations.value);
  return accept(stored.outcome === "known" ? knownOrder(context, stored.order, lines) : stored);
}

const quotedDayOf = (quote: Awaited<Creation["quote"]>): string | null => quote?.quotedOn ?? null;

/** Null also if the database does not answer: an order that is short is then refused. */
const orderIfKnown = (context: OrdersContext, orderId: OrderId): Promise<Order | null> =>
  readOrder(context, orderId).catch((error: unknown) => {
    if (isOutage(error)) return null;
    throw error;
  });

/** Queues the order if only the platform failed. @throws the error, or what the queue throws. */
async function handleFailure(
  context: OrdersContext,
  { incoming, options, progress, firstAnswer }: Creation,
  error: unknown,
): Promise<{ queued: true } | { isKeyReused: true }> {
  // The key's row is in the order's own batch: a key that another request has used aborts the batch.
  if (isConflictOn(error, "idempotency_keys")) return { isKeyReused: true };
  if (options.whenUnavailable === "throw" || !isOutage(error)) throw error;
  // The caller of an order that may be refused needs the decision now: it is not queued without its units.
  if (options.shortage === "refuse" && !progress.isAllocated) throw error;
  if ((await firstAnswer) === "of_another_request") return { isKeyReused: true };
  await queueOrder(context, incoming);
  return { queued: true };
}

/** Allocations that were made for it in other quantities are released now, instead of when they expire. */
function knownOrder(context: OrdersContext, order: Order, lines: readonly LineToAdd[]): CreateOutcome {
  const unused = unusedLines(order, lines).flatMap((line) =>
    needsStock(line) && line.sku !== null ? [{ id: line.id, sku: line.sku }] : [],
  );
  if (unused.length > 0) {
    const { inventory, now } = context;
    context.waitUntil(Promise.all(unused.map(({ id, sku }) => inventory.releasePending(sku, id, now()))));
  }
  return { outcome: "known", orderId: order.id, order };
}

async function queueOrder(context: OrdersContext, order: NewOrder): Promise<void> {
  try {
    await context.send(orderCreate.message({ order, receivedAt: context.now() }));
  } catch (error) {
    throw new DatabaseUnavailable("neither the database nor the intake queue accepts the order", {
      cause: error,
    });
  }
}

/** The database does not have the order, and its stock was confirmed: the database has gone back in time. */
const STORED_BEFORE = {
  code: "database_restored",
  detail: "The order was stored before, and the database has lost it: parcels of it may have left.",
} as const;

async function storeOrder(
  context: OrdersContext,
  { incoming, options: { channel, idempotent = null }, commit, quote }: Creation,
  { stock, released, decision, stored }: AllocatedLines,
): Promise<CreateOutcome> {
  const now = context.now();
  const shipComplete = leavesTogether(sourcingRequest(context, channel, incoming));
  const services = servicesOf(decision);
  const creation = { order: incoming, channel, stock, shipComplete, services, now, by: context.actor };
  const { order: bare, placed } = firstOrder(creation);
  const quoted = quotedEvents(await quote);
  const first = quoted.reduce(evolve, bare);
  const rules = await refundRules(context);
  const decided = decideWithoutAddedLines(first, incoming, rules);
  const updates = [
    ...decided,
    ...standingHolds(context, first, decided),
    ...(stored.length > 0 ? decideNewHold(first, STORED_BEFORE, { now, by: context.actor }) : []),
  ];
  const planned = evolveAll(first, updates, now);
  const promised = await promisesAfterChange(context, {
    before: null,
    after: planned,
    events: updates,
  });
  const order = promised.reduce(evolve, planned);
  const orderId = order.id;
  const sourced: OrderEvent[] = decision ? [{ type: "order.sourced", decision }] : [];
  const events = [placed, ...quoted, ...released, ...updates, ...promised, ...sourced];
  const alongside: Alongside = (db) => [
    ...commit.alongside(db),
    ...stockEventsStatements(db, appliedBefore(orderId, stored)),
    ...(idempotent
      ? [
          answerStatement(db, orderId, {
            request: idempotent.request,
            answer: idempotent.answerOf(order),
            now,
          }),
        ]
      : []),
  ];
  const committed = await commitOrder(context, { before: null, after: order, events }, alongside);
  if (committed === "committed") return { outcome: "created", orderId, order };
  const winner = await readOrder(context, orderId);
  if (!winner) throw new DatabaseUnavailable("an order that exists could not be read");
  return { outcome: "known", orderId, order: winner };
}

/** The order has its units as they are after all events that its stock was to send to the order that was lost. */
const appliedBefore = (orderId: OrderId, stored: AllocatedLines["stored"]) =>
  stored.flatMap(({ lineId, sku, eventCount }) => {
    if (eventCount === 0) return [];
    const { generation, place } = placeOfEvent(eventCount);
    return [{ orderId, lineId, sku, generation, number: place }];
  });

/** True for an error of the platform, not of the order: a retry from the queue can succeed. */
const isOutage = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable ||
  databaseFailure(error) === "outcome_unknown" ||
  databaseFailure(error) === "overloaded" ||
  (error instanceof Error && ("retryable" in error || "overloaded" in error));
