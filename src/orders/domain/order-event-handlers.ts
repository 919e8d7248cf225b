/** What one feature does about each event of an order, as a typed record. */
import type { EventOf, OrderEvent, OrderEventType } from "./order-events";

/** Marks an event that a feature does nothing about. */
const IGNORED = "ignored";

/** Every event is handled or listed as ignored, so a new event does not compile until each feature considers it. */
export type OrderEventHandlers<Context, Outcome> = {
  readonly [Type in OrderEventType]: ((event: EventOf<Type>, context: Context) => Outcome) | typeof IGNORED;
};

/** Lists events as ignored. */
export const ignoring = <Type extends OrderEventType>(
  ...types: readonly Type[]
): { readonly [Each in Type]: typeof IGNORED } =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.fromEntries loses its keys.
  Object.fromEntries(types.map((type) => [type, IGNORED])) as { readonly [Each in Type]: typeof IGNORED };

/** The outcome of the event's handler; `otherwise` for an ignored event. */
export function handleOrderEvent<Context, Outcome>(
  handlers: OrderEventHandlers<Context, Outcome>,
  event: OrderEvent,
  context: Context,
  otherwise: Outcome,
): Outcome {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The record ties each handler to its event.
  const handler = handlers[event.type] as ((event: OrderEvent, context: Context) => Outcome) | typeof IGNORED;
  return handler === IGNORED ? otherwise : handler(event, context);
}
