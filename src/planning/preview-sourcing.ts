/** Previews the sourcing of an order that is not placed: stock is read, and nothing is allocated. */
import { knownSkus } from "../catalog/skus";
import type { OrdersContext } from "../orders/context";
import { accept, reject, type Result } from "../kernel/result";
import type { SourcingDecision } from "../sourcing/domain/decision";
import type { SkuSupply } from "../sourcing/domain/problem";
import type { Destination } from "../sourcing/domain/destination";
import { sourceOrder } from "../sourcing/domain/source-order";
import { invalidRequest, type InvalidRequest } from "../kernel/field-errors";
import { releaseOfNewOrder, timedNetwork } from "../promises/domain/timed-network";
import { sourcingNetwork } from "../orders/sourcing-problem";

export type Preview = Readonly<{
  channelId: string;
  lines: readonly Readonly<{ sku: string; quantity: number }>[];
  shipTo: Destination | null;
  pickupLocationId: string | null;
  valueMinor: number | null;
}>;

export async function previewSourcing(
  context: OrdersContext,
  { channelId, lines, shipTo, pickupLocationId, valueMinor }: Preview,
): Promise<Result<SourcingDecision, InvalidRequest>> {
  const channel = (await context.reference()).channels.get(channelId);
  if (!channel) {
    return reject(invalidRequest([{ path: "channelId", message: `there is no channel ${channelId}` }]));
  }
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  const network = await sourcingNetwork(context);
  const known = await knownSkus(context.databases.primary, [...quantities.keys()]);
  const readings = await Promise.all(
    [...quantities]
      .filter(([sku]) => known.has(sku))
      .map(async ([sku, quantity]) => ({
        sku,
        quantity,
        reading: await context.inventory.readStock(sku),
      })),
  );
  const readable = new Set(readings.flatMap(({ sku, reading }) => (reading.ok ? [sku] : [])));
  const unknown = new Set([...quantities.keys()].filter((sku) => !readable.has(sku)));
  if (unknown.size > 0) {
    const errors = lines.flatMap(({ sku }, i) =>
      unknown.has(sku) ? [{ path: `lines.${i}.sku`, message: `there is no SKU ${sku}` }] : [],
    );
    return reject(invalidRequest(errors));
  }
  const supply: Record<string, SkuSupply> = {};
  for (const { sku, quantity, reading } of readings) {
    if (!reading.ok) continue;
    const { facts, levels, stockPrices = {} } = reading.value;
    const { weightGrams, volumeMm3, hazardous, oversize } = facts;
    const free = Object.fromEntries(levels.map(({ locationId, available }) => [locationId, available]));
    supply[sku] = { quantity, weightGrams, volumeMm3, hazardous, oversize, free, stockPrices };
  }
  const request = { channel, destination: shipTo, pickupLocationId, valueMinor };
  const now = context.now();
  const timing = { now, releasedAt: releaseOfNewOrder(channel, now), quotedOn: null };
  return accept(sourceOrder({ request, network: timedNetwork(network, request, timing), supply }));
}
