/**
 * Allocates stock for an order's lines. In a first round the objects of all SKUs allocate in parallel, each at the
 * locations that are likely to be best. Then the best plan is computed from the results. Allocations move in a second
 * round only if that plan is better than the current one by more than the channel's threshold.
 */
import type { OrdersContext } from "./context";
import { limitToOrdered, type LineStock, type LineToAdd } from "./domain/creation/new-line";
import type { NewOrder, NewOrderLine } from "./domain/new-order";
import type { OrderEvent } from "./domain/order-events";
import { needsStock } from "./domain/order-line";
import { isId, lineIdOf, reservationIdOf, type LineId, type OrderId } from "../kernel/ids";
import { MAX_AMOUNT_MINOR } from "../kernel/money";
import { accept, reject, type Result } from "../kernel/result";
import { DatabaseUnavailable } from "../platform/d1/errors";
import { settleAll } from "../kernel/settle-all";
import { forStorage, type SourcingDecision } from "../sourcing/domain/decision";
import type { SourcingNetwork, SourcingRequest } from "../sourcing/domain/problem";
import { firstChoices } from "../sourcing/domain/first-choice";
import { explanationOf } from "../sourcing/domain/explanation";
import { sourceOrder } from "../sourcing/domain/source-order";
import type { AllocationRejection, AllocationResult } from "../inventory/domain/allocation-request";
import { planAsAllocated, reallocateToPlan, type LineAllocation } from "./reallocate-to-plan";
import { releaseOfNewOrder, timedNetwork } from "../promises/domain/timed-network";
import { knownFrom, sourcingNetwork, supplyFrom } from "./sourcing-problem";

export type LineToAllocate = Pick<NewOrderLine, "kind" | "sku" | "quantity"> & Readonly<{ id: LineId }>;

export type AllocateLinesRequest = Readonly<{
  orderId: OrderId;
  lines: readonly LineToAllocate[];
  sourcing: SourcingRequest;
  /**
   * The day by which the customer was quoted that everything arrives: later days are late. While it is still read, the
   * first round does not wait for it. It never rejects.
   */
  quotedOn?: string | null | Promise<string | null>;
  /** Epoch milliseconds. */
  placedAt: number;
  reservationTokens: readonly string[];
  /** `backorder` never refuses a line. `refuse` refuses one that is short, if its SKU's policy is to deny. */
  shortage: "backorder" | "refuse";
  /**
   * What the quantity of a line means if the line already has allocations. `ever_allocated` (default): all units that were ever
   * allocated for it, so that missing units are allocated. `first_allocated`: the units of the first request, so that live
   * allocations are returned as they are.
   */
  quantityOf?: "ever_allocated" | "first_allocated";
  /** The expiry of the allocations, by which `giveBack` recognizes those of this attempt. */
  expiresAt: number;
}>;

export type AllocatedLines = Readonly<{
  stock: ReadonlyMap<LineId, LineStock>;
  /** Events that release units beyond the lines' quantities. They belong in the commit that stores the lines. */
  released: readonly OrderEvent[];
  /** Null if no line has a known SKU that needs stock. */
  decision: SourcingDecision | null;
  /** A line had allocations before, so the order may exist already. */
  repeated: boolean;
  /** Lines whose stock was confirmed before, so that the order was stored; and the last event that each was sent. */
  stored: readonly StoredLine[];
}>;

export type StoredLine = Readonly<{ lineId: LineId; sku: string; eventCount: number }>;

export type ShortSku = Readonly<{ sku: string; requested: number; available: number }>;
export type ShortageRejection = Readonly<{ code: "insufficient_stock"; short: readonly ShortSku[] }>;

type RequestedLine = Readonly<{ lineId: LineId; sku: string; quantity: number }>;

/**
 * A rejection, or an error, leaves the other lines' allocations in place: the caller gives them back, or queues the
 * order that they are for.
 * @throws if a SKU's object cannot be reached, once every object has answered; DatabaseUnavailable if an order that may
 * be stored already could not be looked up.
 */
export async function allocateLines(
  context: OrdersContext,
  request: AllocateLinesRequest,
): Promise<Result<AllocatedLines, ShortageRejection>> {
  const { sourcing, expiresAt } = request;
  const requested: RequestedLine[] = request.lines.flatMap((line) =>
    needsStock(line) && line.sku !== null && line.quantity > 0
      ? [{ lineId: line.id, sku: line.sku, quantity: line.quantity }]
      : [],
  );
  const { quotedOn = null } = request;
  const isKnown = !(quotedOn instanceof Promise);
  const first = await networkFor(context, request, isKnown ? quotedOn : null);
  const { supplyMemory } = context;
  const recall = (sku: string) => supplyMemory?.recall(sku, context.now()) ?? null;
  const { locations, expected } = firstChoices(first, sourcing, quantitiesOf(requested), recall);
  if (requested.length > 0 && [...locations.values()].every((ids) => ids.length === 0)) {
    return accept(withoutLocation(requested, first, sourcing));
  }

  const results = await allocateAll(context, request, { requested, locations });
  if (results.some(isNotLookedUp)) {
    throw new DatabaseUnavailable("an order could not be looked up that may be stored already");
  }
  const short = shortSkus(results);
  if (short.length > 0) return reject({ code: "insufficient_stock", short });
  const repeated = results.some((result) => result.ok && result.value.repeated);
  const [allocations, tooDear] = byCost(requested.map((line, i) => ({ ...line, result: results[i]! })));
  const quoted = isKnown ? null : await quotedOn;
  // Another network, in which the first round's decision does not count.
  const [network, decision] =
    quoted === null ? [first, expected] : [await networkFor(context, request, quoted), null];
  // Earlier allocations may belong to a stored order, whose plan ships from where they are.
  const planned = repeated
    ? planAsAllocated(allocations, network, sourcing)
    : await reallocateToPlan(context, allocations, {
        network,
        request: sourcing,
        expected: decision,
        expiresAt,
      });
  for (const { sku, result } of planned.lines) {
    if (result.ok) supplyMemory?.remember(sku, knownFrom(result.value), context.now());
  }
  const kept = [...planned.lines, ...tooDear].map((line) => ({ lineId: line.lineId, ...stockOfLine(line) }));
  return accept({
    stock: new Map(kept.map(({ lineId, stock }) => [lineId, stock])),
    released: kept.flatMap(({ released }) => released),
    decision: planned.decision && forStorage(planned.decision),
    repeated,
    stored: requested.flatMap(({ lineId, sku }, i) => {
      const result = results[i]!;
      const eventCount = result.ok ? result.value.storedEvents : undefined;
      return eventCount === undefined ? [] : [{ lineId, sku, eventCount }];
    }),
  });
}

/** The network with the days on which a new order's parcels arrive. */
async function networkFor(
  context: OrdersContext,
  { sourcing }: AllocateLinesRequest,
  quotedOn: string | null,
): Promise<SourcingNetwork> {
  const now = context.now();
  const releasedAt = releaseOfNewOrder(sourcing.channel, now);
  return timedNetwork(await sourcingNetwork(context), sourcing, { now, releasedAt, quotedOn });
}

function quantitiesOf(requested: readonly RequestedLine[]): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of requested) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return quantities;
}

type FirstRound = Readonly<{
  requested: readonly RequestedLine[];
  /** By SKU, best first. */
  locations: ReadonlyMap<string, readonly string[]>;
}>;

async function allocateAll(
  context: OrdersContext,
  request: AllocateLinesRequest,
  { requested, locations }: FirstRound,
): Promise<Result<AllocationResult, AllocationRejection>[]> {
  const now = context.now();
  const takesOver = request.reservationTokens.map((token) =>
    isId("res", token) ? token : reservationIdOf(request.sourcing.channel.id, token),
  );
  // A call that is still under way would allocate after the caller gave everything back.
  return settleAll(
    requested.map(({ lineId, sku, quantity }) =>
      context.inventory.allocate(sku, {
        holder: lineId,
        orderId: request.orderId,
        quantity,
        quantityOf: request.quantityOf ?? "ever_allocated",
        locations: locations.get(sku)!,
        shortage: request.shortage,
        fill: "partial",
        placedAt: request.placedAt,
        takesOver,
        expiresAt: request.expiresAt,
        now,
      }),
    ),
  );
}

/** The result if no location may send any line: nothing is allocated, and the decision names the rules. */
function withoutLocation(
  requested: readonly RequestedLine[],
  network: SourcingNetwork,
  request: SourcingRequest,
): AllocatedLines {
  const supply = supplyFrom(requested.map((line) => ({ ...line, result: null })));
  const decision = sourceOrder({ request, network, supply });
  const noLocation = explanationOf(decision.exclusions);
  return {
    stock: new Map(requested.map(({ lineId }) => [lineId, { found: false, noLocation }])),
    released: [],
    decision: forStorage(decision),
    repeated: false,
    stored: [],
  };
}

/** Lines to plan, and those whose units cost more than the books take: none of these may be sent. */
function byCost(lines: readonly LineAllocation[]): [LineAllocation[], LineAllocation[]] {
  const isTooDear = ({ quantity, result }: LineAllocation) =>
    result.ok && quantity * result.value.facts.unitCostMinor > MAX_AMOUNT_MINOR;
  const noLocation = "its units cost more than the books take of a line";
  return [
    lines.filter((line) => !isTooDear(line)),
    lines.filter(isTooDear).map((line) => ({ ...line, noLocation })),
  ];
}

/** All units of a line that no location may send are released. */
function stockOfLine({ lineId: id, quantity, result, noLocation }: LineAllocation) {
  if (noLocation === undefined) return limitToOrdered({ id, quantity }, lineStockOf(result));
  const { released } = limitToOrdered({ id, quantity: 0 }, lineStockOf(result));
  return { stock: { found: false, noLocation } as const, released };
}

const lineStockOf = (result: LineAllocation["result"]): LineStock =>
  result.ok
    ? {
        found: true,
        allocated: result.value.allocated,
        backordered: result.value.backordered,
        unitCostMinor: result.value.facts.unitCostMinor,
      }
    : { found: false };

/** Stock was folded since the order was placed, and the database did not answer whether it is stored. */
const isNotLookedUp = (result: Result<AllocationResult, AllocationRejection>): boolean =>
  !result.ok && result.rejection.code === "order_not_looked_up";

const shortSkus = (results: readonly Result<AllocationResult, AllocationRejection>[]): ShortSku[] =>
  results.flatMap((result) => {
    if (result.ok || result.rejection.code !== "insufficient_stock") return [];
    const { sku, requested, available } = result.rejection;
    return [{ sku, requested, available }];
  });

/** The lines of a new order that need an allocation; none if it is cancelled already, or a test. */
export const linesToAllocate = (orderId: OrderId, order: NewOrder): readonly LineToAdd[] =>
  order.cancelledAt === null && !order.isTest
    ? order.lines.map((line) => ({ ...line, id: lineIdOf(orderId, line.externalId, line.quantity) }))
    : [];
