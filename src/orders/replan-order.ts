/**
 * Looking again at where a stored order ships from. It waits until stock and order have nothing under way between
 * them, sees to it that they agree, and then asks stock for what a better plan, or a closed location, makes of it.
 */
import type { OrdersContext } from "./context";
import { inactivePostponement, nextWorkingDayAt, locationState } from "./domain/fulfillments/location-days";
import { hasOpenUnits, type Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import type { ReplanProblem } from "./domain/replanning/problem";
import { decideReplan } from "./domain/replanning/replan";
import { lateDaysOf } from "./domain/promises/lateness";
import type { CarrierService, Channel, Location } from "../catalog/domain/reference";
import { plannerOf } from "./domain/replanning/planner";
import { accept, reject } from "../kernel/result";
import { eligibleLocations } from "../sourcing/domain/eligibility";
import { fullToday } from "./storage/location-load";
import { effectsUnderWay, type DueReplan } from "./storage/replans";
import { repairOrderFromStock, stockOfLines, type LinesStock } from "./repair-order-from-stock";
import { changeOrder, readOrder } from "./change-order";
import { sourcingRequest } from "./sourcing-problem";

/** A plan that is not carried out after so many tries is left as it is: only what must leave still leaves. */
const MAX_IMPROVEMENTS = 5;

/** `again`: something is under way, or was just asked for; it is to be looked at once more. */
export type ReplanOutcome = "done" | "again";

export async function replanOrder(
  context: OrdersContext,
  { orderId, reason, attempts }: Pick<DueReplan, "orderId" | "reason" | "attempts">,
): Promise<ReplanOutcome> {
  const order = await readOrder(context, orderId);
  if (!order || !hasOpenUnits(order)) return "done";
  if (await effectsUnderWay(context.databases.orders(orderId), orderId)) return "again";
  const stock = await stockOfLines(context, order);
  if (stock === null || !(await repairOrderFromStock(context, order, stock))) return "again";

  const { channels, locations, carrierServices } = await context.reference();
  const channel = channels.get(order.channelId);
  if (!channel) return "done";
  const mayImprove = attempts < MAX_IMPROVEMENTS;
  // Counted anew: what was known seconds ago may be why it is looked at.
  const full = await fullToday(context.databases.allOrders, locations.values(), context.now());
  const because = reason === "needs_repair" ? "allocation_cut" : reason;
  const known = { channel, locations, carrierServices, full, stock, reason: because, mayImprove } as const;
  return changeAsPlanned(context, order, decideReplan(order, replanProblemOf(context, order, known)));
}

type Known = Readonly<{
  channel: Channel;
  locations: ReadonlyMap<string, Location>;
  carrierServices: readonly CarrierService[];
  full: ReadonlySet<string>;
  stock: LinesStock;
  reason: ReplanProblem["reason"];
  mayImprove: boolean;
}>;

function replanProblemOf(context: OrdersContext, order: Order, known: Known): ReplanProblem {
  const { channel, locations, carrierServices, full, stock, reason, mayImprove } = known;
  const now = context.now();
  const standings = new Map([...locations].map(([id, location]) => [id, locationState(location, now)]));
  const lateDays = lateDaysOf(order, locations, carrierServices, now);
  const network = { locations: [...locations.values()], carrierServices, capacityLeft: {}, lateDays };
  const request = sourcingRequest(context, channel, order);
  const eligible = eligibleLocations(network, request).eligible.map(({ location }) => location.id);
  const skus = new Map(order.lines.flatMap(({ id, sku }) => (sku === null ? [] : [[id, sku] as const])));
  return {
    reason,
    eligible,
    isInactive: (id) => (standings.get(id) ?? "inactive") === "inactive",
    notToday: new Set(eligible.filter((id) => full.has(id) || standings.get(id) === "closed_today")),
    postponeUntil: new Map(
      network.locations.flatMap((location) => {
        const standing = standings.get(location.id);
        if (standing === "inactive") return [[location.id, inactivePostponement(location, now)] as const];
        return standing === "closed_today" ? [[location.id, nextWorkingDayAt(location, now)] as const] : [];
      }),
    ),
    free: new Map([...stock].map(([lineId, { free }]) => [lineId, free])),
    ...plannerOf({ network, request, skus, stock }),
    mayImprove,
    now,
    by: context.actor,
  };
}

/** Decided on the order as it was compared: if it has changed since, it is looked at again. */
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
