/**
 * What can happen to an order. Events are its history and its audit trail. The order before and after them, with the
 * costs that they carry, decides their journal entry (postings.ts). Types and fields may be added; their meaning never
 * changes.
 */
import type { FulfillmentEvent } from "./events/fulfillment-events";
import type { MoneyEvent } from "./events/money-events";
import type { DetailEvent } from "./events/detail-events";
import type { PromiseEvent } from "./events/promise-events";
import type { UnitEvent } from "./events/unit-events";

export type OrderEvent = DetailEvent | MoneyEvent | UnitEvent | FulfillmentEvent | PromiseEvent;

export type OrderEventType = OrderEvent["type"];

export type EventOf<Type extends OrderEventType> = Extract<OrderEvent, { type: Type }>;
