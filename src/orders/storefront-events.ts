/**
 * The events that bring an order up to a state of its storefront. Units that it adds are allocated in between, so that
 * the same batch stores them with their plan.
 */
import type { OrdersContext } from "./context";
import { noLocationReason, noLocationDetail } from "./domain/creation/first-holds";
import { planFulfillments } from "./domain/creation/first-plan";
import { newLine, type StockByLine } from "./domain/creation/new-line";
import { evolve } from "./domain/evolve/evolve";
import { fulfillmentToJoin } from "./domain/fulfillments/units-at";
import { orderHeld } from "./domain/holds/place-hold";
import type { NewOrder } from "./domain/new-order";
import type { Order } from "./domain/order";
import type { OrderEvent } from "./domain/order-events";
import type { OrderLine } from "./domain/order-line";
import { withoutErasedData } from "./domain/personal-data/erase";
import { addedLines } from "./domain/storefront/added-lines";
import { decideTakenBack, decideTheRest } from "./domain/storefront/storefront-update";
import type { Channel } from "../catalog/domain/channel";
import type { Allocate } from "./given-back-allocations";
import { refundRules } from "./refund-rules";
import { servicesOf, sourcingRequest } from "./sourcing-problem";

type WithStock = Readonly<{ context: OrdersContext; allocate: Allocate }>;

export type StorefrontState = Readonly<{ incoming: NewOrder; channel: Channel }>;

/** No event if the order is as its storefront has it. @throws if stock does not answer. */
export async function storefrontEvents(
  { context, allocate }: WithStock,
  order: Order,
  state: StorefrontState,
): Promise<OrderEvent[]> {
  const rules = await refundRules(context);
  const incoming = withoutErasedData(order, state.incoming);
  const takenBack = decideTakenBack(order, incoming, rules);
  const without = takenBack.reduce(evolve, order);
  const added = await addLines({ context, allocate }, without, { ...state, incoming });
  const rest = decideTheRest(added.reduce(evolve, without), incoming, rules);
  return [...takenBack, ...added, ...rest];
}

/** Allocates the lines that the storefront's edit added, and returns the events that add them to the order. */
async function addLines(
  { context, allocate }: WithStock,
  order: Order,
  { incoming, channel }: StorefrontState,
): Promise<OrderEvent[]> {
  const added = addedLines(order, incoming);
  if (added.length === 0) return [];
  const allocations = await allocate({
    orderId: order.id,
    lines: added,
    sourcing: sourcingRequest(context, channel, order),
    placedAt: context.now(),
    reservationTokens: [],
    shortage: "backorder",
  });
  if (!allocations.ok) throw new Error("an allocation that may be backordered was refused");
  const { stock, released, decision } = allocations.value;
  const lines = added.map((line) => newLine(line, stock));
  const releaseAt = context.now() + channel.gracePeriodMinutes * 60_000;
  const services = servicesOf(decision);
  const linesAdded: OrderEvent = {
    type: "order.lines_added",
    lines,
    fulfillments: planFulfillments(lines, stock, (locationId) => ({
      serviceId: services.get(locationId ?? "") ?? null,
      ...fulfillmentToJoin(order, locationId, releaseAt),
    })),
    totalMinor: incoming.totalMinor,
  };
  const sourced: OrderEvent[] = decision ? [{ type: "order.sourced", decision }] : [];
  return [linesAdded, ...released, ...sourced, ...holdsFor(context, order, lines, stock)];
}

/** The holds for added lines that no location may send, or whose SKU is unknown. */
function holdsFor(
  context: OrdersContext,
  order: Order,
  lines: readonly OrderLine[],
  stock: StockByLine,
): OrderEvent[] {
  const placed = { now: context.now(), by: context.actor };
  const nowhere = noLocationReason(lines, stock);
  const holds = nowhere ? [orderHeld(order, nowhere, placed)] : [];
  const unknown = lines.filter(({ id, unsourced }) => unsourced > 0 && noLocationDetail(stock, id) === null);
  if (unknown.length === 0) return holds;
  const detail = `Added at the storefront: ${unknown.map((line) => line.sku ?? line.title).join(", ")}.`;
  return [...holds, orderHeld(order, { code: "unknown_sku", detail }, placed)];
}
