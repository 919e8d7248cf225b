/** When what a checkout holds would arrive, were it paid for now: an honest date before payment. */
import type { OrdersContext } from "../orders/context";
import { localDate } from "../kernel/calendar";
import { promisable } from "../inventory/domain/inbound";
import { logLine } from "../kernel/log-line";
import { awaitedLegs, legFrom, promiseOfLegs, wayTo, type Supply } from "../promises/domain/legs";
import { mayServe } from "../orders/domain/promises/plan-changes";
import type { LinePromise } from "../promises/domain/promise";
import type { Channel } from "../catalog/domain/reference";
import type { Destination } from "../sourcing/domain/preference";
import { expectedInbound } from "../inventory/inbound";
import type { ReservedLine } from "./storage/reservations";
import { storedStock } from "../inventory/stock-levels";

type Held = Pick<ReservedLine, "sku" | "allocated" | "backordered">;

/** Of each line in turn; null without a destination. What is waited for is asked only where something is. */
export async function promisesOfReserved(
  context: OrdersContext,
  channel: Channel,
  shipTo: Destination | null,
  lines: readonly Held[],
): Promise<readonly (LinePromise | null)[]> {
  if (shipTo === null) return lines.map(() => null);
  const { locations, carrierServices } = await context.reference();
  const waiting = lines.filter(({ backordered }) => backordered > 0).map(({ sku }) => sku);
  const supply = waiting.length === 0 ? null : await supplyOf(context, channel, waiting);
  const releasedAt = context.now() + channel.gracePeriodMinutes * 60_000;
  const wayFrom = wayTo({ destination: shipTo, shippingMethod: null, isFetched: false }, carrierServices);
  return lines.map(({ sku, allocated, backordered }) => {
    const held = allocated.map(({ locationId }) => legFrom(locations.get(locationId), releasedAt));
    const awaited = awaitedLegs(backordered, supply?.get(sku), locations);
    return promiseOfLegs([...held, ...awaited], wayFrom);
  });
}

/** What is expected, behind all who are known to wait; null where nobody answers. */
async function supplyOf(
  { databases, reference, now }: OrdersContext,
  channel: Channel,
  skus: readonly string[],
): Promise<ReadonlyMap<string, Supply> | null> {
  const { locations } = await reference();
  const today = (id: string) => localDate(now(), locations.get(id)?.timeZone ?? "UTC");
  try {
    const [expected, stock] = await Promise.all([
      expectedInbound(databases.primary, skus),
      storedStock(databases.primary, skus),
    ]);
    const inbound = promisable(expected, today).filter(({ locationId }) =>
      mayServe({ pickupLocationId: null }, channel, locations.get(locationId)),
    );
    return new Map(
      skus.map((sku) => {
        const own = inbound.filter((each) => each.sku === sku);
        return [sku, { ahead: stock.get(sku)?.backordered ?? 0, inbound: own }];
      }),
    );
  } catch (error) {
    console.error(logLine("error", "what is expected could not be asked", { error }));
    return null;
  }
}
