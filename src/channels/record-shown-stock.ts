/** Reads what a channel's storefront shows of each SKU, and stores it beside what the channel may sell. */
import { channelApi } from "./channel-api";
import type { ChannelsContext } from "./context";
import { withShown, type ChannelStock } from "./domain/channel-stock";
import { channelStockAfter, writeChannelStock } from "./storage/channel-stock";
import type { StorefrontStock } from "./storefront-api";

export type ShownPage = Readonly<{
  /** SKUs that the storefront lists. */
  listed: number;
  /** The last SKU of the page; null if no page follows. */
  next: string | null;
  /** Why the storefront could not be read: no page follows. */
  problem: string | null;
}>;

/** Reads a page of SKUs in their sequence: as many as one request of the storefront may name. */
export async function recordShownPage(
  context: ChannelsContext,
  channelId: string,
  after: string,
): Promise<ShownPage> {
  try {
    const stock = (await channelApi(context, channelId))?.stock;
    if (!stock) return { listed: 0, next: null, problem: null };
    const rows = await channelStockAfter(context.databases.primary, channelId, after, stock.maxFound);
    const listed = rows.length > 0 ? await recordShownRows(context, stock, rows) : 0;
    const last = rows.length === stock.maxFound ? rows.at(-1) : undefined;
    return { listed, next: last?.sku ?? null, problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { listed: 0, next: null, problem };
  }
}

/** Returns how many of the rows' SKUs the storefront lists. @throws if it does not answer. */
export async function recordShownRows(
  context: ChannelsContext,
  stock: StorefrontStock,
  rows: readonly ChannelStock[],
): Promise<number> {
  const found = await stock.find(rows.map(({ sku }) => sku));
  if (!found.ok) throw new Error(found.rejection.detail);
  const listings = Map.groupBy(found.value, ({ sku }) => sku);
  const now = context.now();
  const changed = rows.flatMap((from) => {
    const ofSku = listings.get(from.sku) ?? [];
    return ofSku.length > 1 ? [] : [{ from, to: withShown(from, ofSku[0] ?? null, now) }];
  });
  await writeChannelStock(context.databases.primary, changed, now);
  return listings.size;
}
