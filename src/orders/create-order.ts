/**
 * Creates an order exactly once: one round to stock, one batch to D1. If D1 does not answer in time, the whole order
 * goes to the intake queue under the same id, and its consumer creates it.
 */
import type { OrdersContext } from "./context";
import { unusedLines, type LineToAdd } from "./domain/creation/new-line";
import { createOrder as firstOrder } from "./domain/creation/order-creation";
import { evolve, evolveAll } from "./domain/evolve/evolve";
import type { NewOrder } from "./domain/new-order";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import { needsStock } from "./domain/order-line";
import { decideStorefrontUpdate } from "./domain/storefront/storefront-update";
import { orderIdOf, type LineId, type OrderId } from "../kernel/ids";
import type { Channel } from "../catalog/domain/channel";
import { accept, reject, type Result } from "../kernel/result";
import { leavesTogether } from "../sourcing/domain/source-order";
import { DatabaseUnavailable, databaseFailure } from "../platform/d1/errors";
import { commitOrder, readOrder, type Alongside } from "./change-order";
import {
  allocateLines,
  linesToAllocate,
  type AllocatedLines,
  type AllocateLinesRejection,
  type AllocateLinesRequest,
  type ShortageRejection,
} from "./allocate-lines";
import { promisesAfterChange } from "./promise-order";
import { orderCreate } from "./queue-messages";
import { refundRules } from "./refund-rules";
import { sourcingRequest } from "./sourcing-problem";

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
  /** Whether to queue the order if the database is unavailable; the queue's own consumer retries instead. */
  whenUnavailable: "queue" | "throw";
}>;

/** @throws DatabaseUnavailable, or what a SKU's object throws, if the order could neither be stored nor queued. */
export async function createOrder(
  context: OrdersContext,
  incoming: NewOrder,
  options: CreateOptions,
): Promise<Result<CreateOutcome, ShortageRejection>> {
  const orderId = orderIdOf(incoming.channelId, incoming.externalId);
  const lines = linesToAllocate(orderId, incoming);
  let isAllocated = false;
  try {
    const request: AllocateLinesRequest = {
      orderId,
      lines,
      sourcing: sourcingRequest(context, options.channel, incoming),
      placedAt: incoming.placedAt,
      reservationTokens: incoming.reservationTokens,
      shortage: options.shortage,
      // The order may exist, and staff may have cancelled some of its units since: do not allocate them again.
      quantityOf: "first_allocated",
    };
    const allocations = await allocateLines(context, request);
    if (!allocations.ok) return await refuseShortage(context, { orderId, lines }, allocations.rejection);
    if (allocations.value.repeated) {
      const order = await readOrder(context, orderId);
      if (order) return accept(knownOrder(context, order, lines));
    }
    isAllocated = true;
    const stored = await storeOrder(context, incoming, options, allocations.value);
    return accept(stored.outcome === "known" ? knownOrder(context, stored.order, lines) : stored);
  } catch (error) {
    if (options.whenUnavailable === "throw" || !isOutage(error)) throw error;
    // The caller of an order that may be refused needs the decision now: it is not queued without its units.
    if (options.shortage === "refuse" && !isAllocated) throw error;
    await queueOrder(context, incoming);
    return accept({ outcome: "queued", orderId });
  }
}

/**
 * An order that exists is returned, and keeps its allocations. Otherwise the allocations of this attempt are released,
 * but not those that a concurrent attempt renewed, since it may be storing the order.
 */
async function refuseShortage(
  context: OrdersContext,
  { orderId, lines }: Readonly<{ orderId: OrderId; lines: readonly LineToAdd[] }>,
  { shortage, expiresAt }: AllocateLinesRejection,
): Promise<Result<CreateOutcome, ShortageRejection>> {
  let order: Order | null;
  try {
    order = await readOrder(context, orderId);
  } catch (error) {
    // Whether the order exists is unknown. If it does not, its allocations expire by themselves.
    if (isOutage(error)) return reject(shortage);
    throw error;
  }
  if (order) return accept(knownOrder(context, order, lines));
  const { inventory } = context;
  await forEachAllocation(lines, (sku, id) =>
    inventory.releaseIfNotRenewed(sku, id, expiresAt, context.now()),
  );
  return reject(shortage);
}

/** Allocations that were made for it in other quantities are released now, instead of when they expire. */
function knownOrder(context: OrdersContext, order: Order, lines: readonly LineToAdd[]): CreateOutcome {
  const unused = unusedLines(order, lines);
  if (unused.length > 0) {
    const { inventory } = context;
    context.waitUntil(
      forEachAllocation(unused, (sku, id) => inventory.releasePending(sku, id, context.now())),
    );
  }
  return { outcome: "known", orderId: order.id, order };
}

async function forEachAllocation(
  lines: readonly LineToAdd[],
  release: (sku: string, lineId: LineId) => Promise<void>,
): Promise<void> {
  const allocated = lines.flatMap((line) =>
    needsStock(line) && line.sku !== null ? [{ id: line.id, sku: line.sku }] : [],
  );
  await Promise.all(allocated.map(({ id, sku }) => release(sku, id)));
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

async function storeOrder(
  context: OrdersContext,
  incoming: NewOrder,
  { channel, alongside = () => [] }: CreateOptions,
  { stock, released, decision }: AllocatedLines,
): Promise<CreateOutcome> {
  const now = context.now();
  const shipComplete = leavesTogether(sourcingRequest(context, channel, incoming));
  const creation = { order: incoming, channel, stock, shipComplete, now, by: context.actor };
  const { order: first, placed } = firstOrder(creation);
  const updates = decideStorefrontUpdate(first, incoming, await refundRules(context));
  const planned = evolveAll(first, updates, now);
  const promised = await promisesAfterChange(context, {
    before: null,
    after: planned,
    events: updates,
  });
  const order = promised.reduce(evolve, planned);
  const orderId = order.id;
  const sourced: OrderEvent[] = decision ? [{ type: "order.sourced", decision }] : [];
  const events = [placed, ...released, ...updates, ...promised, ...sourced];
  if ((await commitOrder(context, { before: null, after: order, events }, alongside)) === "committed") {
    return { outcome: "created", orderId, order };
  }
  const winner = await readOrder(context, orderId);
  if (!winner) throw new DatabaseUnavailable("an order that exists could not be read");
  return { outcome: "known", orderId, order: winner };
}

/** True for an error of the platform, not of the order: a retry from the queue can succeed. */
const isOutage = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable ||
  databaseFailure(error) === "outcome_unknown" ||
  databaseFailure(error) === "overloaded" ||
  (error instanceof Error && ("retryable" in error || "overloaded" in error));
