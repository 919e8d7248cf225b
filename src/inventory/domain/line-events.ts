/** Events that report to an order's line what stock has decided. Each gets the line's next number. */
import type { LineId } from "../../kernel/ids";
import { invariant } from "../../kernel/invariant";
import type { Holder } from "./allocation-request";
import { allocationAt, withAllocation } from "./holding";
import { holdingOf, withHolding, type Stock } from "./sku-stock";
import { stockEventId, type StockEvent } from "./stock-messages";

type EventOf<Type extends StockEvent["type"]> = Extract<StockEvent, { type: Type }>;

/**
 * Reports that units were filled (negative: cut) at a location. An order that is not known to exist gets no event
 * yet: the units are unreported, and the alarm checks the order at once. A reservation gets no events.
 */
export function reportUnits(
  stock: Stock,
  holder: Holder,
  { locationId, units, at }: Readonly<{ locationId: string; units: number; at: number }>,
): Stock {
  const holding = holdingOf(stock, holder);
  if (holding.orderId === null || units === 0) return stock;
  if (holding.status === "pending") {
    const allocation = allocationAt(holding, locationId);
    const unreported = withAllocation(holding, { ...allocation, unreported: allocation.unreported + units });
    return withHolding(stock, { ...unreported, dueAt: Math.min(holding.dueAt ?? at, at) });
  }
  invariant(isLine(holder), "an order's units are held for one of its lines");
  const type = units > 0 ? "backorder.filled" : "allocation.cut";
  return publish(stock, { type, lineId: holder, locationId, quantity: Math.abs(units), at });
}

/** Reports the result of the effect `move`. */
export const reportMove = (
  stock: Stock,
  moved: Omit<EventOf<"allocation.moved">, "type" | "id" | "number" | "orderId">,
): Stock => publish(stock, { type: "allocation.moved", ...moved });

type Unnumbered<Event> = Event extends { lineId: LineId } ? Omit<Event, "id" | "number" | "orderId"> : never;

function publish(stock: Stock, unnumbered: Unnumbered<StockEvent>): Stock {
  const holding = holdingOf(stock, unnumbered.lineId);
  const { orderId, status } = holding;
  invariant(orderId !== null && status !== "pending", "only an order that exists receives events");
  const number = holding.eventCount + 1;
  const id = stockEventId(stock.facts.sku, unnumbered.lineId, number);
  const event: StockEvent = { ...unnumbered, id, number, orderId };
  return withHolding({ ...stock, events: [...stock.events, event] }, { ...holding, eventCount: number });
}

const isLine = (holder: Holder): holder is LineId => holder.startsWith("line_");
