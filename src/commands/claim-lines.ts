/**
 * Claiming stock for an order's lines: every SKU's object is asked at once. Only if the answers use more
 * parcels than need be does a second round move claims to where the order ships from fewer locations.
 */
import type { Context } from "../context";
import { needsStock, withinOrdered, type LineStock, type LineToAdd } from "../domain/order-acceptance";
import { lineIdOf, reservationIdOf, type LineId, type OrderId } from "../domain/ids";
import type { OrderEvent } from "../domain/order-events";
import type { Address, NewOrder, NewOrderLine } from "../domain/orders";
import type { Channel } from "../domain/reference";
import { accept, reject, type Result } from "../domain/result";
import {
  fewerParcels,
  locationPreference,
  sourceOrder,
  type SourcingPlan,
} from "../domain/sourcing/preference";
import type { ClaimRejection, Claimed, ClaimedAt } from "../domain/stock";

export type LineToClaim = Pick<NewOrderLine, "kind" | "sku" | "quantity"> & Readonly<{ id: LineId }>;

export type ClaimLines = Readonly<{
  orderId: OrderId;
  channel: Channel;
  lines: readonly LineToClaim[];
  destination: Address | null;
  placedAt: number;
  reservationTokens: readonly string[];
  /** `sold` is never refused; `ask` is refused where a SKU's policy is to deny. */
  shortage: "sold" | "ask";
  /** Whether a line that has claims is given more where they are fewer than it asks. Without, it has them as they are. */
  quantityOf?: "ever_claimed" | "first_claimed";
}>;

export type ClaimedLines = Readonly<{
  stock: ReadonlyMap<LineId, LineStock>;
  /** What lines have claimed beyond what they ask, to be given back by the commit that takes the rest. */
  declined: readonly OrderEvent[];
  /** Some line had claims before: the order may be there already. */
  repeated: boolean;
}>;

export type ShortSku = Readonly<{ sku: string; requested: number; available: number }>;
export type ShortageRejection = Readonly<{ code: "insufficient_stock"; short: readonly ShortSku[] }>;

type Asked = Readonly<{ lineId: LineId; sku: string; quantity: number; expiresAt: number }>;

/**
 * A rejection leaves what was claimed: only who knows that there is no such order may let go of it.
 * @throws what the objects' calls throw, when an object cannot be reached.
 */
export async function claimLines(
  context: Context,
  request: ClaimLines,
): Promise<Result<ClaimedLines, ShortageRejection>> {
  const { orderId, channel, lines, destination, shortage } = request;
  const { locations } = await context.reference();
  const preference = locationPreference([...locations.values()], channel, destination);
  const now = context.now();
  const expiresAt = now + context.config.claimTtlMs;
  const asked: Asked[] = lines.flatMap((line) =>
    needsStock(line) && line.sku !== null && line.quantity > 0
      ? [{ lineId: line.id, sku: line.sku, quantity: line.quantity, expiresAt }]
      : [],
  );
  const takesOver = request.reservationTokens.map((token) =>
    token.startsWith("res_") ? (token as `res_${string}`) : reservationIdOf(channel.id, token),
  );
  const answers = await Promise.all(
    asked.map(({ lineId, sku, quantity }) =>
      context.inventory.claim(sku, {
        claimant: lineId,
        orderId,
        quantity,
        quantityOf: request.quantityOf ?? "ever_claimed",
        locations: preference,
        shortage,
        fill: "partial",
        placedAt: request.placedAt,
        takesOver,
        expiresAt,
        now,
      }),
    ),
  );
  const short = shortSkus(answers);
  if (short.length > 0) return reject({ code: "insufficient_stock", short });
  const repeated = answers.some((answer) => answer.ok && answer.value.repeated);
  // Claims that were there may be a stored order's, which plans to ship from where they are.
  const claimed = repeated ? answers : await inFewerParcels(context, asked, answers, preference);
  const kept = asked.map(({ lineId: id, quantity }, i) =>
    withinOrdered({ id, quantity }, stockOf(claimed[i]!)),
  );
  return accept({
    stock: new Map(asked.map(({ lineId }, i) => [lineId, kept[i]!.stock])),
    declined: kept.flatMap(({ declined }) => declined),
    repeated,
  });
}

type Answer = Result<Claimed, ClaimRejection>;

const stockOf = (answer: Answer): LineStock =>
  answer.ok
    ? {
        found: true,
        claimed: answer.value.claimed,
        backordered: answer.value.backordered,
        unitCostMinor: answer.value.facts.unitCostMinor,
      }
    : { found: false };

const shortSkus = (answers: readonly Answer[]): ShortSku[] =>
  answers.flatMap((answer) => {
    if (answer.ok || answer.rejection.code !== "insufficient_stock") return [];
    const { sku, requested, available } = answer.rejection;
    return [{ sku, requested, available }];
  });

async function inFewerParcels(
  context: Context,
  asked: readonly Asked[],
  answers: readonly Answer[],
  preference: readonly string[],
): Promise<Answer[]> {
  const held = asked.flatMap(({ lineId }, i) => {
    const answer = answers[i]!;
    return answer.ok ? answer.value.claimed.map((at) => ({ lineId, ...at })) : [];
  });
  if (new Set(held.map(({ locationId }) => locationId)).size < 2) return [...answers];
  const plan = sourceOrder(
    asked.flatMap(({ lineId }, i) => {
      const answer = answers[i]!;
      if (!answer.ok || answer.value.claimed.length === 0) return [];
      return [{ lineId, quantity: units(answer.value.claimed), free: freeWithOwn(answer.value) }];
    }),
    preference,
  );
  if (!fewerParcels(held, plan)) return [...answers];
  return Promise.all(asked.map((line, i) => moved(context, line, answers[i]!, plan)));
}

/**
 * A move that stock no longer allows leaves the claim where it was: one parcel more, nothing lost. So does one
 * of a claim that the same order has asked for since: its other attempt knows it where it was, and may be stored.
 */
async function moved(context: Context, line: Asked, answer: Answer, plan: SourcingPlan): Promise<Answer> {
  if (!answer.ok || answer.value.claimed.length === 0) return answer;
  const to = plan.allocations
    .filter(({ lineId }) => lineId === line.lineId)
    .map(({ locationId, quantity }) => ({ locationId, quantity }));
  if (sameAllocation(to, answer.value.claimed)) return answer;
  const { sku, lineId: claimant, expiresAt } = line;
  const result = await context.inventory.move(sku, { claimant, to, expiresAt, now: context.now() });
  return result.ok ? { ok: true, value: { ...result.value, repeated: answer.value.repeated } } : answer;
}

function freeWithOwn({ free, claimed }: Claimed): Record<string, number> {
  const all = { ...free };
  for (const { locationId, quantity } of claimed) all[locationId] = (all[locationId] ?? 0) + quantity;
  return all;
}

const units = (claimed: readonly ClaimedAt[]) => claimed.reduce((sum, { quantity }) => sum + quantity, 0);

const sameAllocation = (a: readonly ClaimedAt[], b: readonly ClaimedAt[]): boolean =>
  a.length === b.length &&
  a.every((at) => b.some((other) => other.locationId === at.locationId && other.quantity === at.quantity));

/** What an order asks of stock; one that came in cancelled asks for nothing. */
export const claimsOf = (orderId: OrderId, order: NewOrder): readonly LineToAdd[] =>
  order.cancelledAt === null
    ? order.lines.map((line) => ({ ...line, id: lineIdOf(orderId, line.externalId, line.quantity) }))
    : [];
