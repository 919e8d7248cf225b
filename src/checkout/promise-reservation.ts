/**
 * The quote of a reservation: what would be promised if its order were placed now. The order takes the reserved units
 * over, so they count as free beside all others, as when it is sourced.
 */
import type { OrdersContext } from "../orders/context";
import { sourcingNetwork, supplyFrom, type SkuResult } from "../orders/sourcing-problem";
import { localDate } from "../kernel/calendar";
import { promisable } from "../inventory/domain/inbound";
import { logLine } from "../kernel/log-line";
import type { BackorderSupply } from "../promises/domain/legs";
import { quoteOfSupply } from "../promises/domain/cart";
import { quoteTerms } from "../promises/domain/quote";
import { rememberQuote } from "../promises/remember-quote";
import { mayServe } from "../sourcing/domain/serving";
import type { LinePromise } from "../promises/domain/promise";
import type { Channel } from "../catalog/domain/channel";
import type { Destination } from "../sourcing/domain/destination";
import { expectedInboundOf } from "../promises/expected-inbound";
import { storedStock } from "../inventory/stock-levels";

/**
 * By SKU; empty without a destination. It is remembered, so that an order without its id counts as placed on it.
 * @param results one for each SKU, as its object allocated. Inbound is read only if units are not in stock.
 */
export async function promiseReservation(
  context: OrdersContext,
  channel: Channel,
  shipTo: Destination | null,
  results: readonly SkuResult[],
): Promise<ReadonlyMap<string, LinePromise>> {
  if (shipTo === null) return new Map();
  const supply = supplyFrom(results);
  const now = context.now();
  const request = { channel, destination: shipTo, pickupLocationId: null, valueMinor: null };
  const terms = quoteTerms(request, await sourcingNetwork(context), now);
  const inStock = quoteOfSupply(terms, supply, null);
  const waiting = inStock.lines.filter(({ promise }) => promise.noDate === "supply_unknown");
  const skus = waiting.map(({ sku }) => sku);
  const { lines, deliverByOn } =
    skus.length === 0
      ? inStock
      : quoteOfSupply(terms, supply, await supplyOf(context, channel, shipTo, skus));
  if (deliverByOn !== null && channel.sourcing.latenessPerDayMinor > 0) {
    const order = { channelId: channel.id, destination: shipTo, shippingMethod: null, lines };
    await rememberQuote(context, order, { deliverByOn, issuedAt: now });
  }
  return new Map(lines.map(({ sku, promise }) => [sku, promise]));
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
