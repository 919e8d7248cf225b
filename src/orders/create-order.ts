/**
 * Taking an order in exactly once: one round to stock, one batch to D1. When D1 does not answer in time
 * the whole order goes to the intake queue under the same id, and is taken in from there.
 */
import type { OrdersContext } from "./context";
import { unusedLines, type LineToAdd } from "./domain/creation/new-line";
import { createOrder as accepted } from "./domain/creation/order-creation";
import { evolve, evolveAll } from "./domain/evolve/evolve";
import type { NewOrder } from "./domain/new-order";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import { needsStock } from "./domain/order-line";
import { decideStorefrontUpdate } from "./domain/storefront/storefront-update";
import { orderIdOf, type LineId, type OrderId } from "../kernel/ids";
import type { Channel } from "../catalog/domain/reference";
import { accept, reject, type Result } from "../kernel/result";
import { leavesTogether } from "../sourcing/domain/source-order";
import { DatabaseUnavailable, databaseFailure } from "../platform/d1/errors";
import { commitOrder, readOrder, type Alongside } from "./change-order";
import {
  allocateLines,
  allocationsOf,
  type AllocatedLines,
  type AllocateLinesRejection,
  type AllocateLines,
  type ShortageRejection,
} from "./allocate-lines";
import { promisesAfter } from "./promise-order";
import { orderCreate } from "./queue-messages";
import { refundRules } from "./refund-rules";
import { sourcingRequest } from "./sourcing-problem";

export type Accepted =
  /** New, and stored. */
  | Readonly<{ outcome: "created"; orderId: OrderId; order: Order }>
  /** It was there already, as it is now. */
  | Readonly<{ outcome: "known"; orderId: OrderId; order: Order }>
  /** Durably queued: it will be there, under this id. */
  | Readonly<{ outcome: "queued"; orderId: OrderId }>;

export type CreateOptions = Readonly<{
  channel: Channel;
  shortage: "backorder" | "refuse";
  alongside?: Alongside;
  /** Whether to queue the order when the database is away; the queue's own consumer retries instead. */
  whenUnavailable: "queue" | "throw";
}>;

/** @throws DatabaseUnavailable, or what stock throws, when the order could neither be stored nor queued. */
export async function createOrder(
  context: OrdersContext,
  incoming: NewOrder,
  options: CreateOptions,
): Promise<Result<Accepted, ShortageRejection>> {
  const orderId = orderIdOf(incoming.channelId, incoming.externalId);
  const lines = allocationsOf(orderId, incoming);
  const sourcing = sourcingRequest(context, options.channel, incoming);
  let isAllocated = false;
  try {
    const request: AllocateLines = {
      orderId,
      lines,
      sourcing,
      placedAt: incoming.placedAt,
      reservationTokens: incoming.reservationTokens,
      shortage: options.shortage,
      // What an order has allocated is its own, of which staff may have cancelled some since.
      quantityOf: "first_allocated",
    };
    const allocations = await allocateLines(context, request);
    if (!allocations.ok) return await refused(context, { orderId, lines }, allocations.rejection);
    if (allocations.value.repeated) {
      const order = await readOrder(context, orderId);
      if (order) return accept(known(context, order, lines));
    }
    isAllocated = true;
    const stored = await store(context, incoming, options, allocations.value);
    return accept(stored.outcome === "known" ? known(context, stored.order, lines) : stored);
  } catch (error) {
    if (options.whenUnavailable === "throw" || !isAway(error)) throw error;
    // Whoever asks before payment is told yes or no: without its units the order is not taken in unasked.
    if (options.shortage === "refuse" && !isAllocated) throw error;
    await queued(context, incoming);
    return accept({ outcome: "queued", orderId });
  }
}

/**
 * An order that is there is what it is, and keeps what it holds. Of one that is not, nothing that this attempt was
 * given stays allocated; what another attempt asked for, too, may be about to be stored.
 */
async function refused(
  context: OrdersContext,
  { orderId, lines }: Readonly<{ orderId: OrderId; lines: readonly LineToAdd[] }>,
  { shortage, expiresAt }: AllocateLinesRejection,
): Promise<Result<Accepted, ShortageRejection>> {
  let order: Order | null;
  try {
    order = await readOrder(context, orderId);
  } catch (error) {
    // Nobody can tell: the allocations releaseHolding, unless the order is there. What is not sold is not queued.
    if (isAway(error)) return reject(shortage);
    throw error;
  }
  if (order) return accept(known(context, order, lines));
  const { inventory } = context;
  await forEachAllocation(lines, (sku, id) =>
    inventory.releaseIfNotRenewed(sku, id, expiresAt, context.now()),
  );
  return reject(shortage);
}

/** The order as it is there. What was allocated for it in other quantities is given back now, and not only when it expires. */
function known(context: OrdersContext, order: Order, lines: readonly LineToAdd[]): Accepted {
  const strays = unusedLines(order, lines);
  if (strays.length > 0) {
    const { inventory } = context;
    context.waitUntil(
      forEachAllocation(strays, (sku, id) => inventory.releasePending(sku, id, context.now())),
    );
  }
  return { outcome: "known", orderId: order.id, order };
}

async function forEachAllocation(
  lines: readonly LineToAdd[],
  tell: (sku: string, lineId: LineId) => Promise<void>,
): Promise<void> {
  const asked = lines.flatMap((line) =>
    needsStock(line) && line.sku !== null ? [{ id: line.id, sku: line.sku }] : [],
  );
  await Promise.all(asked.map(({ id, sku }) => tell(sku, id)));
}

async function queued(context: OrdersContext, order: NewOrder): Promise<void> {
  try {
    await context.send(orderCreate.message({ order, receivedAt: context.now() }));
  } catch (error) {
    throw new DatabaseUnavailable("neither the database nor the intake queue takes the order", {
      cause: error,
    });
  }
}

async function store(
  context: OrdersContext,
  incoming: NewOrder,
  { channel, alongside = () => [] }: CreateOptions,
  { stock, declined, decision }: AllocatedLines,
): Promise<Accepted> {
  const now = context.now();
  const together = leavesTogether(sourcingRequest(context, channel, incoming));
  const creation = { order: incoming, channel, stock, leavesTogether: together, now, by: context.actor };
  const { order: bare, placed } = accepted(creation);
  const synced = decideStorefrontUpdate(bare, incoming, await refundRules(context));
  const planned = evolveAll(bare, synced, now);
  const promised = await promisesAfter(context, null, planned, synced);
  const order = promised.reduce(evolve, planned);
  const orderId = order.id;
  const sourced: OrderEvent[] = decision ? [{ type: "order.sourced", decision }] : [];
  const events = [placed, ...declined, ...synced, ...promised, ...sourced];
  if ((await commitOrder(context, null, order, events, alongside)) === "committed") {
    return { outcome: "created", orderId, order };
  }
  const winner = await readOrder(context, orderId);
  if (!winner) throw new DatabaseUnavailable("an order that is there could not be read");
  return { outcome: "known", orderId, order: winner };
}

/** The platform is away, rather than the order at fault: worth another try from the queue. */
const isAway = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable ||
  databaseFailure(error) === "outcome_unknown" ||
  databaseFailure(error) === "overloaded" ||
  (error instanceof Error && ("retryable" in error || "overloaded" in error));
