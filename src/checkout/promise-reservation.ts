/** Computes what would be promised for a checkout's lines if the order were placed now. */
import type { OrdersContext } from "../orders/context";
import { localDate } from "../kernel/calendar";
import { promisable } from "../inventory/domain/inbound";
import { logLine } from "../kernel/log-line";
import {
  awaitedLegs,
  legFrom,
  promiseOfLegs,
  serviceFinder,
  type BackorderSupply,
} from "../promises/domain/legs";
import { mayServe } from "../sourcing/domain/serving";
import type { LinePromise } from "../promises/domain/promise";
import type { Channel } from "../catalog/domain/channel";
import type { Destination } from "../sourcing/domain/destination";
import { expectedInboundOf } from "../promises/expected-inbound";
import type { ReservedLine } from "./storage/reservations";
import { storedStock } from "../inventory/stock-levels";

type Held = Pick<ReservedLine, "sku" | "allocated" | "backordered">;

/** A promise for each line, in order; all null without a destination. Reads inbound only for backordered lines. */
export async function promiseReservation(
  context: OrdersContext,
  channel: Channel,
  shipTo: Destination | null,
  lines: readonly Held[],
): Promise<readonly (LinePromise | null)[]> {
  if (shipTo === null) return lines.map(() => null);
  const { locations, carrierServices } = await context.reference();
  const backordered = lines.filter((line) => line.backordered > 0).map(({ sku }) => sku);
  const supply = backordered.length === 0 ? null : await supplyOf(context, channel, shipTo, backordered);
  const releasedAt = context.now() + channel.gracePeriodMinutes * 60_000;
  const findService = serviceFinder(
    { destination: shipTo, shippingMethod: null, isPickup: false },
    carrierServices,
  );
  return lines.map((line) => {
    const held = line.allocated.map(({ locationId }) => legFrom(locations.get(locationId), releasedAt));
    const awaited = awaitedLegs(line.backordered, supply?.get(line.sku), locations);
    return promiseOfLegs([...held, ...awaited], findService);
  });
}

/** By SKU, the expected inbound and the units that are already owed to orders; null if the database does not answer. */
async function supplyOf(
  { databases, reference, now }: OrdersContext,
  channel: Channel,
  shipTo: Destination,
  skus: readonly string[],
): Promise<ReadonlyMap<string, BackorderSupply> | null> {
  const { locations } = await reference();
  const today = (id: string) => localDate(now(), locations.get(id)?.timeZone ?? "UTC");
  try {
    const [expected, stock] = await Promise.all([
      expectedInboundOf(databases.primary, skus),
      storedStock(databases.primary, skus),
    ]);
    const request = { channel, destination: shipTo, pickupLocationId: null };
    const inbound = promisable(expected, today).filter(({ locationId, goods }) =>
      mayServe(locations.get(locationId), request, goods),
    );
    return new Map(
      skus.map((sku) => {
        const own = inbound.filter((each) => each.sku === sku);
        return [sku, { ahead: stock.get(sku)?.backordered ?? 0, inbound: own }];
      }),
    );
  } catch (error) {
    console.error(logLine("error", "inbound could not be read, and a reservation gets no date", { error }));
    return null;
  }
}
