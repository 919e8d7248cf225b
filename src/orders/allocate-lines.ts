/**
 * Allocating stock for an order's lines: every SKU's object is asked at once, at the locations in order of what
 * the order would cost from each alone. From the answers the best plan is found; only where it is better than
 * what was allocated, by more than the channel's threshold, does a second round move allocations.
 */
import type { OrdersContext } from "./context";
import { limitToOrdered, type LineStock, type LineToAdd } from "./domain/creation/new-line";
import type { NewOrder, NewOrderLine } from "./domain/new-order";
import type { OrderEvent } from "./domain/order-events";
import { needsStock } from "./domain/order-line";
import { lineIdOf, reservationIdOf, type LineId, type OrderId } from "../kernel/ids";
import { accept, reject, type Result } from "../kernel/result";
import { toKeep, type SourcingDecision } from "../sourcing/domain/decision";
import type { SourcingNetwork, SourcingRequest } from "../sourcing/domain/problem";
import { firstChoices } from "../sourcing/domain/first-choice";
import { explanationOf } from "../sourcing/domain/explanation";
import { sourceOrder } from "../sourcing/domain/source-order";
import type { AllocationRejection, AllocationResult } from "../inventory/domain/allocation-request";
import { reallocateToPlan, asTheyAre } from "./reallocate-to-plan";
import { knownFrom, sourcingNetwork, supplyFrom } from "./sourcing-problem";

export type LineToAllocate = Pick<NewOrderLine, "kind" | "sku" | "quantity"> & Readonly<{ id: LineId }>;

export type AllocateLines = Readonly<{
  orderId: OrderId;
  lines: readonly LineToAllocate[];
  sourcing: SourcingRequest;
  placedAt: number;
  reservationTokens: readonly string[];
  /** `backorder` is never refused; `refuse` is refused where a SKU's policy is to deny. */
  shortage: "backorder" | "refuse";
  /** Whether a line that has allocations is given more where they are fewer than it asks. Without, it has them as they are. */
  quantityOf?: "ever_allocated" | "first_allocated";
}>;

export type AllocatedLines = Readonly<{
  stock: ReadonlyMap<LineId, LineStock>;
  /** What lines have allocated beyond what they ask, to be given back by the commit that takes the rest. */
  declined: readonly OrderEvent[];
  /** Where they are sent from and why; null where none of them needs stock that there is. */
  decision: SourcingDecision | null;
  /** Some line had allocations before: the order may be there already. */
  repeated: boolean;
}>;

export type ShortSku = Readonly<{ sku: string; requested: number; available: number }>;
export type ShortageRejection = Readonly<{ code: "insufficient_stock"; short: readonly ShortSku[] }>;

/** `expiresAt`: the releaseHolding that the allocations asked for, by which what they were given can be let go of. */
export type AllocateLinesRejection = Readonly<{ shortage: ShortageRejection; expiresAt: number }>;

type Asked = Readonly<{ lineId: LineId; sku: string; quantity: number }>;

/**
 * A rejection leaves what was allocated: only who knows that there is no such order may let go of it.
 * @throws what the objects' calls throw, when an object cannot be reached.
 */
export async function allocateLines(
  context: OrdersContext,
  request: AllocateLines,
): Promise<Result<AllocatedLines, AllocateLinesRejection>> {
  const { sourcing } = request;
  const asked: Asked[] = request.lines.flatMap((line) =>
    needsStock(line) && line.sku !== null && line.quantity > 0
      ? [{ lineId: line.id, sku: line.sku, quantity: line.quantity }]
      : [],
  );
  const network = await sourcingNetwork(context);
  const { supplyMemory } = context;
  const known = (sku: string) => supplyMemory?.recall(sku, context.now()) ?? null;
  const { locations: choices, expected } = firstChoices(network, sourcing, quantitiesOf(asked), known);
  if (asked.length > 0 && [...choices.values()].every((locations) => locations.length === 0)) {
    return accept(fromNowhere(asked, network, sourcing));
  }

  const expiresAt = context.now() + context.config.allocationTtlMs;
  const answers = await allocateAll(context, request, { asked, choices, expiresAt });
  const short = shortSkus(answers);
  if (short.length > 0) return reject({ shortage: { code: "insufficient_stock", short }, expiresAt });
  const repeated = answers.some((answer) => answer.ok && answer.value.repeated);
  const allocations = asked.map((line, i) => ({ ...line, answer: answers[i]! }));
  // Allocations that were there may be a stored order's, which plans to ship from where they are.
  const arranged = repeated
    ? asTheyAre(allocations, network, sourcing)
    : await reallocateToPlan(context, allocations, { network, request: sourcing, expected, expiresAt });
  for (const { sku, answer } of arranged.lines) {
    if (answer.ok) supplyMemory?.remember(sku, knownFrom(answer.value), context.now());
  }
  const kept = arranged.lines.map(({ lineId: id, quantity, answer, nowhere }) =>
    nowhere === undefined
      ? limitToOrdered({ id, quantity }, stockOf(answer))
      : {
          ...limitToOrdered({ id, quantity: 0 }, stockOf(answer)),
          stock: { found: false, noLocation: nowhere } as const,
        },
  );
  return accept({
    stock: new Map(asked.map(({ lineId }, i) => [lineId, kept[i]!.stock])),
    declined: kept.flatMap(({ released }) => released),
    decision: arranged.decision && toKeep(arranged.decision),
    repeated,
  });
}

type Asking = Readonly<{
  asked: readonly Asked[];
  choices: ReadonlyMap<string, readonly string[]>;
  expiresAt: number;
}>;

function quantitiesOf(asked: readonly Asked[]): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of asked) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return quantities;
}

const allocateAll = (
  context: OrdersContext,
  request: AllocateLines,
  { asked, choices, expiresAt }: Asking,
): Promise<Result<AllocationResult, AllocationRejection>[]> => {
  const now = context.now();
  const takesOver = request.reservationTokens.map((token) =>
    token.startsWith("res_")
      ? (token as `res_${string}`)
      : reservationIdOf(request.sourcing.channel.id, token),
  );
  return Promise.all(
    asked.map(({ lineId, sku, quantity }) =>
      context.inventory.allocate(sku, {
        holder: lineId,
        orderId: request.orderId,
        quantity,
        quantityOf: request.quantityOf ?? "ever_allocated",
        locations: choices.get(sku)!,
        shortage: request.shortage,
        fill: "partial",
        placedAt: request.placedAt,
        takesOver,
        expiresAt,
        now,
      }),
    ),
  );
};

/** Nothing is asked for where nobody may send it: staff is told which rules say so. */
function fromNowhere(
  asked: readonly Asked[],
  network: SourcingNetwork,
  request: SourcingRequest,
): AllocatedLines {
  const supply = supplyFrom(asked.map((line) => ({ ...line, answer: null })));
  const decision = sourceOrder({ request, network, supply });
  const nowhere = explanationOf(decision.exclusions);
  return {
    stock: new Map(asked.map(({ lineId }) => [lineId, { found: false, noLocation: nowhere }])),
    declined: [],
    decision: toKeep(decision),
    repeated: false,
  };
}

const stockOf = (answer: Result<AllocationResult, AllocationRejection>): LineStock =>
  answer.ok
    ? {
        found: true,
        allocated: answer.value.allocated,
        backordered: answer.value.backordered,
        unitCostMinor: answer.value.facts.unitCostMinor,
      }
    : { found: false };

const shortSkus = (answers: readonly Result<AllocationResult, AllocationRejection>[]): ShortSku[] =>
  answers.flatMap((answer) => {
    if (answer.ok || answer.rejection.code !== "insufficient_stock") return [];
    const { sku, requested, available } = answer.rejection;
    return [{ sku, requested, available }];
  });

/** What an order asks of stock; one that came in cancelled asks for nothing. */
export const allocationsOf = (orderId: OrderId, order: NewOrder): readonly LineToAdd[] =>
  order.cancelledAt === null
    ? order.lines.map((line) => ({ ...line, id: lineIdOf(orderId, line.externalId, line.quantity) }))
    : [];
