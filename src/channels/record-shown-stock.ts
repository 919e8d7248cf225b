/** Reads what a channel's storefront shows of each SKU, and stores it beside what the channel may sell. */
import { channelApi } from "./channel-api";
import type { ChannelsContext } from "./context";
import { withShown, type ChannelStock } from "./domain/channel-stock";
import { channelStockAfter, lastShownSku, writeChannelStock } from "./storage/channel-stock";
import type { StorefrontStock } from "./storefront-api";

export type ShownStock = Readonly<{
  /** SKUs that the storefront lists. */
  listed: number;
  /** The last SKU that was read, if the time was over before all of them were. */
  stoppedAfter: string | null;
  /** Why the storefront could not be read to the end. */
  problem: string | null;
}>;

/** Reads the SKUs in order, from the one after the last that was read, at most until `until` (epoch milliseconds). */
export async function recordShownStock(
  context: ChannelsContext,
  channelId: string,
  until: number,
): Promise<ShownStock> {
  let listed = 0;
  try {
    const { primary } = context.databases;
    const stock = (await channelApi(context, channelId))?.stock;
    if (!stock) return { listed, stoppedAfter: null, problem: null };
    const first = (await lastShownSku(primary, channelId)) ?? "";
    // The SKUs up to the first one are read last.
    let isLastPart = first === "";
    for (let after = first; ;) {
      const page = await channelStockAfter(primary, channelId, after, stock.maxFound);
      const rows = isLastPart && first !== "" ? page.filter(({ sku }) => sku <= first) : page;
      if (rows.length > 0) listed += await recordShownRows(context, stock, rows);
      const isPartRead = page.length < stock.maxFound || rows.length < page.length;
      if (isPartRead && isLastPart) return { listed, stoppedAfter: null, problem: null };
      isLastPart ||= isPartRead;
      after = isPartRead ? "" : (page.at(-1)?.sku ?? "");
      if (context.now() < until) continue;
      return { listed, stoppedAfter: page.at(-1)?.sku ?? first, problem: null };
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { listed, stoppedAfter: null, problem };
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
