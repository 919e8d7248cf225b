/** Reserves stock for a checkout before payment: every unit of every line, or nothing. */
import type { OrdersContext } from "../orders/context";
import { idFromBytes, reservationIdOf, type ReservationId } from "../kernel/ids";
import { logLine } from "../kernel/log-line";
import { accept, reject, type Result } from "../kernel/result";
import { settleAll } from "../kernel/settle-all";
import { firstChoice } from "../sourcing/domain/first-choice";
import type { Channel } from "../catalog/domain/channel";
import type { Destination } from "../sourcing/domain/destination";
import type { AllocationRejection, AllocationResult } from "../inventory/domain/allocation-request";
import { putReservation, reservationById, type Reservation } from "./storage/reservations";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import { sourcingNetwork } from "../orders/sourcing-problem";
import { quoteTerms } from "../promises/domain/quote";
import { promiseReservation } from "./promise-reservation";

export type ReservationRequest = Readonly<{
  channelId: string;
  /** The storefront's cart or checkout token. A request with the same token changes the same reservation. */
  token: string | null;
  /** Without a token: the reservation's id, the same for every retry of the request. Null: each request is a new one. */
  retryId: ReservationId | null;
  lines: readonly Readonly<{ sku: string; quantity: number }>[];
  shipTo: Destination | null;
  ttlMs: number;
}>;

export type ShortLine = Readonly<{ sku: string; requested: number; available: number }>;
export type ReservationRejection =
  | InvalidRequest
  | Readonly<{ code: "insufficient_stock"; lines: readonly ShortLine[] }>;

type Wanted = Readonly<{ sku: string; quantity: number }>;
type Allocated = Result<AllocationResult, AllocationRejection>;

/** One attempt to reserve: `before` is what an earlier request under the token stored. */
type Attempt = Readonly<{
  id: ReservationId;
  before: Reservation | null;
  wanted: readonly Wanted[];
  now: number;
  expiresAt: number;
}>;

/**
 * Reserves, or changes and extends the reservation of a token that is known. A rejection leaves nothing held, also
 * not what an earlier request under the token held; but what a concurrent request under the token was granted stays.
 * @throws if stock or the database does not answer. What this request has allocated is given back.
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
  const { shipTo } = request;
  const knownId = request.token === null ? request.retryId : reservationIdOf(channel.id, request.token);
  const id = knownId ?? newId(context);
  const before = knownId === null ? null : await reservationById(primary, knownId);
  const wanted = mergedLines(request.lines);
  const attempt: Attempt = { id, before, wanted, now, expiresAt: now + request.ttlMs };

  // A repeated allocation never shrinks, so lines whose quantity changed are released first.
  await releaseAll(context, id, linesNoLongerWanted(before, wanted));
  try {
    const results = await allocateAll(context, channel, shipTo, attempt);
    const rejection = rejectionOf(results, request.lines);
    if (!rejection) return accept(await storeReservation(context, channel, request, { ...attempt, results }));
    await releaseRejected(context, attempt);
    return reject(rejection);
  } catch (error) {
    await giveBack(context, attempt);
    throw error;
  }
}

async function storeReservation(
  context: OrdersContext,
  channel: Channel,
  { token, shipTo }: ReservationRequest,
  { id, before, wanted, now, expiresAt, results }: Attempt & Readonly<{ results: readonly Allocated[] }>,
): Promise<Reservation> {
  const held = wanted.map(({ sku, quantity }, i) => {
    const result = results[i]!;
    const { allocated, backordered } = result.ok ? result.value : { allocated: [], backordered: 0 };
    return { sku, quantity, allocated, backordered };
  });
  const bySku = wanted.map((each, i) => ({ ...each, result: results[i]! }));
  const promises = await promiseReservation(context, channel, shipTo, bySku);
  const reservation: Reservation = {
    id,
    channelId: channel.id,
    token,
    lines: held.map((line) => ({ ...line, promise: promises.get(line.sku) ?? null })),
    status: "held",
    expiresAt,
    createdAt: before?.createdAt ?? now,
  };
  await putReservation(context.databases.primary, reservation);
  return reservation;
}

async function allocateAll(
  context: OrdersContext,
  channel: Channel,
  shipTo: Destination | null,
  { id, wanted, now, expiresAt }: Attempt,
): Promise<Allocated[]> {
  const sourcing = { channel, destination: shipTo, pickupLocationId: null, valueMinor: null };
  const units = wanted.reduce((sum, { quantity }) => sum + quantity, 0);
  const { network } = quoteTerms(sourcing, await sourcingNetwork(context), now);
  const locations = firstChoice(network, sourcing, units);
  // A call that is still under way would allocate after everything was given back.
  return settleAll(
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
}

async function releaseRejected(context: OrdersContext, attempt: Attempt): Promise<void> {
  const { id, before, wanted } = attempt;
  if (before?.status === "held") {
    await releaseAll(context, id, wanted);
    await putReservation(context.databases.primary, { ...before, status: "voided" });
    return;
  }
  await giveBack(context, attempt);
}

/**
 * Gives back what only this attempt asked for: what an earlier or a concurrent request was granted stays. What cannot
 * be given back now expires.
 */
async function giveBack(
  { inventory }: OrdersContext,
  { id, wanted, now, expiresAt }: Attempt,
): Promise<void> {
  const given = await Promise.allSettled(
    wanted.map(({ sku }) => inventory.releaseIfNotRenewed(sku, id, expiresAt, now)),
  );
  for (const each of given) {
    if (each.status === "fulfilled") continue;
    const { reason: error } = each;
    console.error(logLine("error", "reserved units were not given back, and expire later", { error }));
  }
}

const newId = (context: OrdersContext) => idFromBytes("res", context.randomBytes(17));

/** One line for each SKU, in the order of the request: a holder has one allocation of a SKU. */
function mergedLines(lines: readonly Wanted[]): Wanted[] {
  const bySku = new Map<string, number>();
  for (const { sku, quantity } of lines) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity);
  return [...bySku].map(([sku, quantity]) => ({ sku, quantity }));
}

function linesNoLongerWanted(before: Reservation | null, wanted: readonly Wanted[]): Wanted[] {
  const same = new Map(wanted.map(({ sku, quantity }) => [sku, quantity]));
  return (before?.lines ?? []).filter(({ sku, quantity }) => same.get(sku) !== quantity);
}

/** Unknown SKUs, which are the caller's mistake, take precedence over short ones. */
function rejectionOf(results: readonly Allocated[], lines: readonly Wanted[]): ReservationRejection | null {
  const rejections = results.flatMap((result) => (result.ok ? [] : [result.rejection]));
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
