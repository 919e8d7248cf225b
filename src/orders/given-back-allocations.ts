/**
 * Gives allocated units back at once if the change that they were allocated for is not stored. Without it they would be
 * held until they expire, which takes a quarter of an hour.
 */
import type { OrdersContext } from "./context";
import type { Order } from "./domain/order";
import { needsStock } from "./domain/order-line";
import type { LineId, OrderId } from "../kernel/ids";
import { logLine } from "../kernel/log-line";
import { isRolledBack } from "../platform/d1/errors";
import type { Result } from "../kernel/result";
import {
  allocateLines,
  type AllocatedLines,
  type AllocateLinesRequest,
  type LineToAllocate,
  type ShortageRejection,
} from "./allocate-lines";
import { changeOrder, type Alongside, type ChangeOptions, type ChangeRejection } from "./change-order";
import type { OrderEvent } from "./domain/order-events";

/** What one attempt allocates. `expiresAt` identifies it: a later attempt for the same line renews the expiry. */
export type AllocationAttempt = Readonly<{ lines: readonly LineToAllocate[]; expiresAt: number }>;

export const newAttempt = (context: OrdersContext, lines: readonly LineToAllocate[]): AllocationAttempt => ({
  lines,
  expiresAt: context.now() + context.config.allocationTtlMs,
});

/**
 * Gives back what the attempt has allocated, apart from lines that are stored in the order. Units that another attempt
 * asked for as well stay, since it may be storing them. What cannot be given back now expires.
 */
export async function giveBack(
  { inventory, now }: OrdersContext,
  { lines, expiresAt }: AllocationAttempt,
  stored: Order | null = null,
): Promise<void> {
  const unused = lines.flatMap(({ id, sku, ...line }) =>
    needsStock(line) && sku !== null && !isStored(stored, id, sku) ? [{ id, sku }] : [],
  );
  const given = await Promise.allSettled(
    unused.map(({ id, sku }) => inventory.releaseIfNotRenewed(sku, id, expiresAt, now())),
  );
  for (const each of given) {
    if (each.status === "fulfilled") continue;
    const { reason: error } = each;
    console.error(logLine("error", "allocated units were not given back, and expire later", { error }));
  }
}

/** Whether the order has units of the SKU in the line: then the line's allocations are the order's. */
const isStored = (order: Order | null, lineId: LineId, sku: string): boolean =>
  order?.lines.some(
    (line) => line.id === lineId && line.sku === sku && line.allocated + line.backordered + line.shipped > 0,
  ) ?? false;

export type Allocate = (
  request: Omit<AllocateLinesRequest, "expiresAt">,
) => Promise<Result<AllocatedLines, ShortageRejection>>;

/**
 * `changeOrder` for a decision that allocates units. They are given back if the decision rejects or throws, if another
 * writer commits first, and if the database refuses the batch. If it is unknown whether the batch was written, they
 * stay: they are confirmed if it was, and expire if it was not.
 */
export async function changeOrderWithStock<Rejection>(
  context: OrdersContext,
  orderId: OrderId,
  decide: (order: Order, allocate: Allocate) => Promise<Result<OrderEvent[], Rejection>>,
  options: ChangeOptions = {},
): Promise<Result<Order, Rejection | ChangeRejection>> {
  let attempt = newAttempt(context, []);
  const commit = watchedCommit(options.alongside);
  const allocate: Allocate = (request) => {
    attempt = newAttempt(context, request.lines);
    return allocateLines(context, { ...request, expiresAt: attempt.expiresAt });
  };
  try {
    const changed = await changeOrder(
      context,
      orderId,
      async (order) => {
        // The attempt before this one lost to another writer.
        await giveBack(context, attempt);
        attempt = newAttempt(context, []);
        commit.isTried = false;
        return decide(order, allocate);
      },
      { ...options, alongside: commit.alongside },
    );
    await giveBack(context, attempt, changed.ok ? changed.value : null);
    return changed;
  } catch (error) {
    if (!commit.isTried || isRolledBack(error)) await giveBack(context, attempt);
    throw error;
  }
}

/** Statements alongside a commit. They are made just before it, so that `isTried` is true once it was tried. */
export function watchedCommit(alongside: Alongside = () => []) {
  const watched = {
    isTried: false,
    alongside: ((db) => {
      watched.isTried = true;
      return alongside(db);
    }) as Alongside,
  };
  return watched;
}
