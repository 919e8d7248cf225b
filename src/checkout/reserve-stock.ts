/**
 * Holding stock for a checkout before it is paid: every unit of every line, or nothing. The hold is allocations
 * in the SKUs' objects, which releaseHolding by themselves; an order that names the reservation takes them over.
 */
import type { OrdersContext } from "../orders/context";
import { idFromBytes, reservationIdOf, type ReservationId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import { firstChoice } from "../sourcing/domain/first-choice";
import type { Destination } from "../sourcing/domain/preference";
import type { AllocationRejection, AllocationResult } from "../inventory/domain/stock";
import { putReservation, reservationById, type Reservation } from "./storage/reservations";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import { sourcingNetwork } from "../orders/sourcing-problem";
import { promisesOfReserved } from "./promise-reservation";

export type ReservationRequest = Readonly<{
  channelId: string;
  /** What makes it the same reservation when it is asked for again: the storefront's cart or checkout token. */
  token: string | null;
  lines: readonly Readonly<{ sku: string; quantity: number }>[];
  shipTo: Destination | null;
  ttlMs: number;
}>;

export type ShortLine = Readonly<{ sku: string; requested: number; available: number }>;
export type ReservationRejection =
  | InvalidRequest
  | Readonly<{ code: "insufficient_stock"; lines: readonly ShortLine[] }>;

type Wanted = Readonly<{ sku: string; quantity: number }>;
type Answer = Result<AllocationResult, AllocationRejection>;

/**
 * Reserves, or with a token seen before, changes that reservation to what is now asked for and extends it.
 * A rejection leaves nothing held, not even what an earlier request under the token held; what another request at the
 * same moment is told that it holds, stays.
 */
export async function reserveStock(
  context: OrdersContext,
  request: ReservationRequest,
): Promise<Result<Reservation, ReservationRejection>> {
  const { channels } = await context.reference();
  const channel = channels.get(request.channelId);
  if (!channel?.active) {
    return reject(invalidRequest([{ path: "channelId", message: "is not an active channel" }]));
  }

  const now = context.now();
  const { primary } = context.databases;
  const { token } = request;
  const id = token === null ? newId(context) : reservationIdOf(channel.id, token);
  const before = token === null ? null : await reservationById(primary, id);
  const wanted = mergedLines(request.lines);
  // A allocation is asked for with one quantity: where that has changed, the old one goes first.
  await releaseAll(context, id, linesNoLongerWanted(before, wanted));

  const expiresAt = now + request.ttlMs;
  const sourcing = { channel, destination: request.shipTo, pickupLocationId: null, valueMinor: null };
  const units = wanted.reduce((sum, { quantity }) => sum + quantity, 0);
  const locations = firstChoice(await sourcingNetwork(context), sourcing, units);
  const answers = await Promise.all(
    wanted.map(({ sku, quantity }) =>
      context.inventory.allocate(sku, {
        holder: id,
        orderId: null,
        quantity,
        locations,
        shortage: "refuse",
        fill: "partial",
        placedAt: now,
        takesOver: [],
        expiresAt,
        now,
      }),
    ),
  );

  const rejection = rejectionOf(answers, request.lines);
  if (rejection) {
    if (before?.status === "held") {
      await releaseAll(context, id, wanted);
      await putReservation(primary, { ...before, status: "voided" });
    } else {
      // Another copy of the request may just have been told that it holds them.
      await Promise.all(
        wanted.map(({ sku }) => context.inventory.releaseIfNotRenewed(sku, id, expiresAt, now)),
      );
    }
    return reject(rejection);
  }
  const held = wanted.map(({ sku, quantity }, i) => {
    const answer = answers[i]!;
    const { allocated, backordered } = answer.ok ? answer.value : { allocated: [], backordered: 0 };
    return { sku, quantity, allocated, backordered };
  });
  const promises = await promisesOfReserved(context, channel, request.shipTo, held);
  const lines = held.map((line, i) => ({ ...line, promise: promises[i] ?? null }));
  const reservation: Reservation = {
    id,
    channelId: channel.id,
    token,
    lines,
    status: "held",
    expiresAt,
    createdAt: before?.createdAt ?? now,
  };
  await putReservation(primary, reservation);
  return accept(reservation);
}

const newId = (context: OrdersContext) => idFromBytes("res", context.randomBytes(17));

/** One line a SKU, in the order first named: a holder has one allocation on a SKU. */
function mergedLines(lines: readonly Wanted[]): Wanted[] {
  const bySku = new Map<string, number>();
  for (const { sku, quantity } of lines) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity);
  return [...bySku].map(([sku, quantity]) => ({ sku, quantity }));
}

function linesNoLongerWanted(before: Reservation | null, wanted: readonly Wanted[]): Wanted[] {
  const same = new Map(wanted.map(({ sku, quantity }) => [sku, quantity]));
  return (before?.lines ?? []).filter(({ sku, quantity }) => same.get(sku) !== quantity);
}

/** Unknown SKUs are the caller's mistake and come first; what is short is told with its numbers. */
function rejectionOf(answers: readonly Answer[], lines: readonly Wanted[]): ReservationRejection | null {
  const rejections = answers.flatMap((answer) => (answer.ok ? [] : [answer.rejection]));
  if (rejections.length === 0) return null;
  const unknown = new Set(
    rejections.flatMap((rejection) => (rejection.code === "unknown_sku" ? [rejection.sku] : [])),
  );
  if (unknown.size > 0) {
    return invalidRequest(
      lines.flatMap(({ sku }, i) =>
        unknown.has(sku) ? [{ path: `lines.${i}.sku`, message: `there is no SKU ${sku}` }] : [],
      ),
    );
  }
  const short = rejections.flatMap((rejection) =>
    rejection.code === "insufficient_stock"
      ? [{ sku: rejection.sku, requested: rejection.requested, available: rejection.available }]
      : [],
  );
  return { code: "insufficient_stock", lines: short };
}

async function releaseAll(
  context: OrdersContext,
  id: ReservationId,
  lines: readonly Wanted[],
): Promise<void> {
  await Promise.all(lines.map(({ sku }) => context.inventory.releasePending(sku, id, context.now())));
}
