/**
 * Replans a stored order. It waits until no effect or event is in progress between the order and its stock, repairs the
 * order if the two differ, and then requests from stock the moves of a better plan, or of a plan without a location
 * that closed.
 */
import type { OrdersContext } from "./context";
import { inactivePostponement, nextWorkingDayAt, locationState } from "./domain/fulfillments/location-days";
import { hasOpenUnits, type Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import type { ReplanProblem } from "./domain/replanning/problem";
import { decideReplan } from "./domain/replanning/replan";
import { lateDaysOf } from "./domain/promises/lateness";
import type { CarrierService } from "../catalog/domain/carrier-service";
import type { Channel } from "../catalog/domain/channel";
import type { Location } from "../catalog/domain/location";
import { plannerOf } from "./domain/replanning/planner";
import { accept, reject } from "../kernel/result";
import { eligibleLocations } from "../sourcing/domain/eligibility";
import { goodsRule } from "../sourcing/domain/serving";
import { fullToday } from "./storage/location-load";
import { hasEffectsInProgress, type DueReplan } from "./storage/replans";
import { repairOrderFromStock, stockOfLines, type LinesStock } from "./repair-order-from-stock";
import { holdIfUnitsLeft } from "./hold-restored-order";
import { changeOrder, readOrder } from "./change-order";
import { timedNetwork } from "../promises/domain/timed-network";
import { sourcingRequest } from "./sourcing-problem";

/** After so many attempts the plan is not improved any more. Units that must leave a location still leave. */
const MAX_IMPROVEMENTS = 5;

/** `again`: something is in progress, or moves were just requested, so the order must be replanned once more. */
export type ReplanOutcome = "done" | "again";

export async function replanOrder(
  context: OrdersContext,
  { orderId, reason, attempts }: Pick<DueReplan, "orderId" | "reason" | "attempts">,
): Promise<ReplanOutcome> {
  const order = await readOrder(context, orderId);
  if (!order || !hasOpenUnits(order)) return "done";
  if (await hasEffectsInProgress(context.databases.orders(orderId), orderId)) return "again";
  const stock = await stockOfLines(context, order);
  if (stock !== null && (await holdIfUnitsLeft(context, order, stock))) return "done";
  if (stock === null || !(await repairOrderFromStock(context, order, stock))) return "again";

  const { channels, locations, carrierServices } = await context.reference();
  const channel = channels.get(order.channelId);
  if (!channel) return "done";
  const mayImprove = attempts < MAX_IMPROVEMENTS;
  // Counted now, not from the cache: a capacity that was just reached may be the reason of the replan.
  const full = await fullToday(context.databases.allOrders, locations.values(), context.now());
  const replanReason = reason === "needs_repair" ? "allocation_cut" : reason;
  const facts = {
    channel,
    locations,
    carrierServices,
    full,
    stock,
    reason: replanReason,
    mayImprove,
  } as const;
  return changeAsPlanned(context, order, decideReplan(order, replanProblemOf(context, order, facts)));
}

type ReplanFacts = Readonly<{
  channel: Channel;
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
  full: ReadonlySet<string>;
  stock: LinesStock;
  reason: ReplanProblem["reason"];
  mayImprove: boolean;
}>;

function replanProblemOf(context: OrdersContext, order: Order, facts: ReplanFacts): ReplanProblem {
  const { channel, locations, carrierServices, full, stock, reason, mayImprove } = facts;
  const now = context.now();
  const isPickup = order.pickupLocationId !== null;
  const states = new Map(
    [...locations].map(([id, location]) => [id, locationState(location, now, isPickup)]),
  );
  const lateDays = lateDaysOf(order, locations, carrierServices, now);
  const request = sourcingRequest(context, channel, order);
  const plain = { locations: [...locations.values()], carrierServices, capacityLeft: {} };
  const timing = { now, releasedAt: now, quotedOn: null };
  const network = { ...timedNetwork(plain, request, timing), lateDays };
  const eligible = eligibleLocations(network, request).eligible.map(({ location }) => location.id);
  const skus = new Map(order.lines.flatMap(({ id, sku }) => (sku === null ? [] : [[id, sku] as const])));
  return {
    reason,
    eligible,
    isInactive: (id) => (states.get(id) ?? "inactive") === "inactive",
    notToday: new Set(eligible.filter((id) => full.has(id) || states.get(id) === "closed_today")),
    postponeUntil: new Map(
      network.locations.flatMap((location) => {
        const state = states.get(location.id);
        if (state === "inactive") return [[location.id, inactivePostponement(location, now)] as const];
        return state === "closed_today" ? [[location.id, nextWorkingDayAt(location, now)] as const] : [];
      }),
    ),
    acceptsLine: (lineId, id) => {
      const [location, facts] = [locations.get(id), stock.get(lineId)?.facts];
      return location !== undefined && facts !== undefined && goodsRule(location, facts) === null;
    },
    free: new Map([...stock].map(([lineId, { free }]) => [lineId, free])),
    ...plannerOf({ network, request, skus, stock }),
    mayImprove,
    now,
    by: context.actor,
  };
}

/** The events were decided for the order as compared with its stock. If it has changed since, nothing is committed. */
async function changeAsPlanned(
  context: OrdersContext,
  compared: Order,
  events: readonly OrderEvent[],
): Promise<ReplanOutcome> {
  if (events.length === 0) return "done";
  await changeOrder<{ code: "changed_since" }>(context, compared.id, (order) =>
    order.version === compared.version ? accept([...events]) : reject({ code: "changed_since" }),
  );
  return "again";
}
